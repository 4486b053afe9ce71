"""Gauges: figures of the running installation, each a row beside what it tells of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise


class Unit(StrEnum):
    """What a gauge counts in; a name ends with the word of its unit, as monitoring systems expect."""

    COUNT = ""
    SECONDS = "seconds"
    BYTES = "bytes"


@dataclass(frozen=True)
class Sample:
    """One figure: its value, the labels that tell it from the others of its gauge, and those in the reader's words."""

    value: float
    labels: dict[str, str] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Gauge:
    """A figure of the installation: `name` for programs (letters and _), `title` for people, `read` with the time of the machine.

    `counts_up`: it only grows, as long as the database stands. `limit`: from here on it is marked on the page; a
    function where a policy says it.
    """

    name: str
    title: Promise
    read: Callable[[datetime], Iterable[Sample]]
    unit: Unit = Unit.COUNT
    counts_up: bool = False
    limit: "float | Callable[[], float] | None" = None

    def is_marked(self, value: float) -> bool:
        """Whether somebody should look at this value."""
        limit = self.limit() if callable(self.limit) else self.limit
        return limit is not None and value >= limit
