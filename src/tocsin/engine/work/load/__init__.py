"""The load that stands for production: what of a firm's curves is work, quarter by quarter, by what was known then."""

from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load
from tocsin.engine.work.load.model import Grounds, Line, Load, Running
from tocsin.engine.work.load.orders import Stop, stops_of

__all__ = ["Grounds", "Line", "Load", "LoadFigures", "Running", "Stop", "production_load", "stops_of"]
