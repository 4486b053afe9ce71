"""Tests of doors compare what is said in English."""

from tests.languages import english

__all__ = ["english"]
