"""The tables of hazardous chemicals, as Django looks for them; each lies in its subject."""

from tocsin.hazchem.installations import models as installations

__all__ = ["installations"]
