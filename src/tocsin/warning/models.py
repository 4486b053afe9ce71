"""The tables of warning, as Django looks for them; each lies in its subject."""

from tocsin.warning.alarms import models as alarms
from tocsin.warning.covers import models as covers
from tocsin.warning.diagnosis import models as diagnosis
from tocsin.warning.early_signs import models as early_signs

__all__ = ["alarms", "covers", "diagnosis", "early_signs"]
