"""The judging clock of tests: it stands where it was put."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import settings

from tocsin.base.time import Clock, ms_from_datetime

type SetClock = Callable[[datetime], None]


def standing(moment: datetime) -> Clock:
    """A clock that shows that moment for as long as a test lasts."""
    return Clock(origin_ms=ms_from_datetime(moment), started_ms=ms_from_datetime(datetime.now(tz=UTC)), speed=1e-5)


def stand_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The judging clock shows that moment until it is set again or the test ends."""
    monkeypatch.setattr(settings, "CONFIGURATION", dataclasses.replace(settings.CONFIGURATION, clock=standing(moment)))
