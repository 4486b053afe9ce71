"""The tables of supplies, as Django looks for them; each lies in its subject."""

from tocsin.supplies.catalogue import models as catalogue
from tocsin.supplies.same_goods import models as same_goods
from tocsin.supplies.stock import models as stock

__all__ = ["catalogue", "same_goods", "stock"]
