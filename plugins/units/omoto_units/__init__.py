"""Standard unit names."""
from omoto_units.matcher import Match, Matcher, Option
