"""Fills the city from the pincode."""

from omoto_kit import enricher

CITIES = {"560001": "Bengaluru", "110001": "New Delhi"}


@enricher("namevaluemap.city", examples=[({"pincode": "560001"}, "Bengaluru")])
def city_from_pincode(pincode):
    return CITIES.get(pincode)  # None: no opinion
