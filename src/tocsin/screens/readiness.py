"""What an installation needs before it can be relied on: steps of setting up, and checks of what is missing or odd.

A subject lists both in its `readiness.py`, and `portal/catalogue/` names the lists in `SETUP_STEPS` and `READINESS_CHECKS`:

    CHECKS = (ReadinessCheck("never_heard", _("Devices that were never heard"), _("…"), Stake.DANGER, never_heard, "devices"),)

Both are computed from what is there, whenever they are asked: nothing is ticked off.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor

NAMES: Final = 5  # of what a check found, that are told


class Stake(IntEnum):
    """What is at stake where a check finds something; what endangers people comes first."""

    DANGER = 1  # a danger may not be seen, or nobody is told of it
    HELP = 2  # help comes later, or goes to the wrong body
    OPERATION = 3  # data, accounts or figures are not as safe as they could be


@dataclass(frozen=True)
class Finding:
    """What one check found: how many, and the first names."""

    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sight:
    """Who looks, at which area and all below it (000000: everything that the reader administers), and when."""

    user: "Actor"
    region_code: str
    now: datetime


@dataclass(frozen=True)
class ReadinessCheck:
    """Something that should not be so. `why` says what comes of it, in one sentence; `page` is the name of the page where it is
    mended. `find` asks a few small questions, however large the city is.
    """

    name: str
    title: Promise
    why: Promise
    stake: Stake
    find: Callable[[Sight], Finding]
    page: str


@dataclass(frozen=True)
class StepFact:
    """One count of a step, with its words; `missing` where the step needs more of it."""

    words: str
    count: int
    missing: bool = False


@dataclass(frozen=True)
class StepLink:
    """Where a step is done: the name of a page, and what is pressed there."""

    page: str
    words: Promise
    args: tuple[str, ...] = ()  # of its address


@dataclass(frozen=True)
class SetupStep:
    """One step of setting up an area. `read` counts what is there; the step is done where nothing is missing.

    `part`: a template with a form of its own, for what is done in one press on the page itself; it gets `region`. `optional`: the
    installation works without it, and it stands below those that it needs.
    """

    name: str
    title: Promise
    how: Promise
    read: Callable[[Sight], tuple[StepFact, ...]]
    links: tuple[StepLink, ...]
    part: str = ""
    optional: bool = False


OF_THE_INSTALLATION: Final[Mapping[str, str]] = {
    "backups": "system.see",
    "channels": "channels.manage",
    "server_settings": "system.see",
}
"""Pages of the whole installation: nobody opens one who holds its permission in an area alone, so nothing leads there."""


def finding_of(rows: "QuerySet[Any]", name: Callable[[Any], str] = str) -> Finding:
    """All rows of a query counted, the first of them named: two small questions, one where there are none."""
    count = rows.count()
    return Finding(count, tuple(name(one) for one in rows[:NAMES]) if count else ())


def finding_among(names: Iterable[str]) -> Finding:
    """The same of what is at hand already."""
    found = list(names)
    return Finding(len(found), tuple(islice(found, NAMES)))


@cache
def _gathered(names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row for name in names for row in import_string(name.replace(":", ".")))


def setup_steps() -> tuple[SetupStep, ...]:
    """All steps in the order of the catalogue."""
    return _gathered(tuple(settings.SETUP_STEPS))


def readiness_checks() -> tuple[ReadinessCheck, ...]:
    """All checks, those first that endanger people; among equals in the order of the catalogue."""
    found: tuple[ReadinessCheck, ...] = _gathered(tuple(settings.READINESS_CHECKS))
    return tuple(sorted(found, key=lambda one: one.stake))
