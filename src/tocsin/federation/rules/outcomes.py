"""What a request to another platform came to, and why a record was refused. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import storable

_LONGEST = 300  # characters that are told of what can't be read


@dataclass(frozen=True)
class Reason:
    """Why something was refused: an English sentence with named gaps, so that it can be said in the reader's language.

    >>> str(Reason("the row has no %(column)s", {"column": "time"}))
    'the row has no time'
    """

    template: str
    figures: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.figures


class Unreadable(InvalidInput):
    """What another platform sent can't be read."""

    def __init__(self, template: str, **figures: object) -> None:
        self.reason = Reason(template, {name: str(storable(str(value)[:_LONGEST])) for name, value in figures.items()})
        super().__init__(str(self.reason))


class Outcome(StrEnum):
    """What came of one request."""

    TAKEN = "taken"  # 2xx
    LATER = "later"  # refused for now: another attempt may do
    NEVER = "never"  # refused for good: wrong address, wrong key
    UNKNOWN = "unknown"  # it may have been taken: no answer, or the connection broke


def outcome_of(status: int) -> Outcome:
    """2xx is taken; 408, 425, 429 and 5xx may be tried later; other answers never.

    >>> outcome_of(204), outcome_of(503), outcome_of(401)
    (<Outcome.TAKEN: 'taken'>, <Outcome.LATER: 'later'>, <Outcome.NEVER: 'never'>)
    """
    if 200 <= status < 300:
        return Outcome.TAKEN
    return Outcome.LATER if status in (408, 425, 429) or status >= 500 else Outcome.NEVER
