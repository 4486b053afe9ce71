"""A clock that stands, an officer."""

from datetime import datetime

import pytest

from tests.clocks import SetClock, stand_at
from tests.languages import english as english
from tests.people import make_person
from tests.supervision.firms import NOW
from tocsin.jurisdiction.people.models import User


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The judging clock stands at `NOW` until it is set again."""

    def set_to(moment: datetime) -> None:
        stand_at(monkeypatch, moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def officer(db: None) -> User:
    return make_person("duty_officer")
