"""Ways on a net of streets: how the lines of a map join, and the quickest way between places on them, around what is closed."""

from tocsin.engine.streets.net import StreetNet, street_net
from tocsin.engine.streets.ways import StreetWay, WaysFrom

__all__ = ["StreetNet", "StreetWay", "WaysFrom", "street_net"]
