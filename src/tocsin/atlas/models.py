"""The tables of the map, as Django looks for them; each lies in its subject."""

from tocsin.atlas.exposure import models as exposure

__all__ = ["exposure"]
