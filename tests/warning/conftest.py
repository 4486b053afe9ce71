"""The district, and people with and without rights."""

import pytest

from tests.languages import english as english
from tests.people import SHINAN, make_person
from tests.warning.district import make_district
from tocsin.jurisdiction.people.models import User


@pytest.fixture
def district(db: None) -> list[int]:
    """Four sensors: methane, temperature and oxygen in Licang (indexes 0, 1, 2), methane in Shinan (3)."""
    return make_district()


@pytest.fixture
def officer(db: None) -> User:
    return make_person("duty_officer")


@pytest.fixture
def stranger(db: None) -> User:
    """A duty officer of the other county."""
    return make_person("duty_officer", SHINAN)


@pytest.fixture
def viewer(db: None) -> User:
    return make_person("viewer")
