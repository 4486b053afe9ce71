"""People of every role, for records too."""

from tests.jurisdiction.conftest import english, make_person, quick_passwords, regions

__all__ = ["english", "make_person", "quick_passwords", "regions"]
