"""What an alarm's screen shows of the case that the alarm belongs to. Who keeps cases says it: `ALARM_CASES` of the catalogue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class ChainStep:
    """One step of a case: done, now, or ahead; `at`: when it was reached."""

    name: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class CaseStrip:
    """The case of an alarm in one line and its steps. `keeper`: the body that keeps it until the owner is clear."""

    number: str
    level_name: str
    level_class: str
    state_name: str
    lead_unit: str
    keeper: str
    steps: Sequence[ChainStep]


@dataclass(frozen=True)
class AlarmCases:
    """`strip(user, number)` is None where the user may not see the case; `state_names`: of cases, by their state."""

    strip: Callable[[Any, str], CaseStrip | None]
    state_names: Mapping[Any, Any]


@cache
def alarm_cases() -> AlarmCases:
    """What the catalogue names."""
    found: AlarmCases = import_string(settings.ALARM_CASES.replace(":", "."))
    return found
