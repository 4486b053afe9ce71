"""The tables of vision, as Django looks for them; each lies in its subject."""

from tocsin.vision.cameras import models as cameras

__all__ = ["cameras"]
