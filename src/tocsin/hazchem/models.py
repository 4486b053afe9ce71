"""The tables of hazardous chemicals, as Django looks for them; each lies in its subject."""

from tocsin.hazchem.commitments import models as commitments
from tocsin.hazchem.installations import models as installations

__all__ = ["commitments", "installations"]
