"""The tables of mobilisation, as Django looks for them; each lies in its subject."""

from tocsin.mobilisation.volunteers import models as volunteers

__all__ = ["volunteers"]
