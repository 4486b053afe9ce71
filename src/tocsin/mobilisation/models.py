"""Rows of mobilisation, for Django."""

from tocsin.mobilisation.public_warnings.models import PublicWarning

__all__ = ["PublicWarning"]
