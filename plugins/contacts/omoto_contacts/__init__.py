"""Mends contacts: phone numbers, e-mail addresses and names; and warns of card and identity numbers in comments.

What the kit itself puts right or refuses with a reason is left to it. These steps go deeper: they take out what stands
around a number or an address, make placeholders absent, know the numbering plan of every country, and only suggest
where two readings are possible.
"""

from omoto_contacts.comments import private_digits
from omoto_contacts.emails import email, email_can_be
from omoto_contacts.names import name
from omoto_contacts.phones import phone, phone_can_be
from omoto_contacts.settings import Contacts

__all__ = ["Contacts", "email", "email_can_be", "name", "phone", "phone_can_be", "private_digits"]
