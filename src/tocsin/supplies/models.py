"""The tables of supplies, as Django looks for them; each lies in its subject."""

from tocsin.supplies.allocation import models as allocation
from tocsin.supplies.catalogue import models as catalogue
from tocsin.supplies.levels import models as levels
from tocsin.supplies.requests import models as requests
from tocsin.supplies.requisitions import models as requisitions
from tocsin.supplies.roads import models as roads
from tocsin.supplies.same_goods import models as same_goods
from tocsin.supplies.stock import models as stock
from tocsin.supplies.stocktakes import models as stocktakes
from tocsin.supplies.upkeep import models as upkeep

__all__ = [
    "allocation",
    "catalogue",
    "levels",
    "requests",
    "requisitions",
    "roads",
    "same_goods",
    "stock",
    "stocktakes",
    "upkeep",
]
