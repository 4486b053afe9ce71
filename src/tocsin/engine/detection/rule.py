"""What every detector is made of: its name and number, its state and its parameters, and how an edge is told."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from tocsin.engine.kernel import aside, part

NEVER = -(2**63)  # ts of a sensor that has not spoken

# Records whose fields Numba knows, and Python's types do not:
type Line = Any  # a sensor's frequent state, one cache line (state.FREQUENT)
type Rest = Any  # a sensor's other state (state.RARE)
type Limits = Any  # a profile's numbers (profiles.PARAMETERS)
type Book = Any  # what a pass writes (BOOK)
type Fields = tuple[tuple[str, str] | tuple[str, str, tuple[int, ...]], ...]


class Edge(IntEnum):
    """A change of a rule's verdict on one sensor."""

    RAISE = 1
    ESCALATE = 2
    RELAX = 3
    CLEAR = 4


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a profile says about one rule. `source` names where the figures come from, `confidence` how sure they are (A, B, C).

    Each rule's subclass checks itself (ValueError) and gives the numbers that its kernel reads.
    """

    source: str = ""
    confidence: str = ""

    def parameters(self) -> dict[str, float]:
        """Field of the parameter record -> number."""
        raise NotImplementedError


def gettext_noop(text: str) -> str:
    """Marks words for translation; whoever shows them translates them."""
    return text


@dataclass(frozen=True)
class Rule:
    """A detector as the engine knows it.

    `number` is its bit and its index, never reused. `kind` is "alarm" (has an alarm level) or "device" (says something about the
    sensor; level NONE). `figures` name the four numbers told with each edge. `parameters`, `state` and `frequent_state` are NumPy
    fields that the rule adds to its records; what nearly every reading touches is frequent. `learns`: the rule compares with
    earlier readings, and begins anew where `line.readings` is 0. `title` and `reason` tell people what an alarm rule saw, in
    English: their places are `quantity`, `value`, `limit`, `plain_limit`, `unit`, `window_min` and the figures.
    """

    number: int
    name: str
    kind: str
    figures: tuple[str, str, str, str]
    settings: type[Settings]
    parameters: Fields
    state: Fields = ()
    frequent_state: Fields = ()
    learns: bool = False
    title: str = ""
    reason: str = ""


# A detection as a kernel writes it.
TOLD = np.dtype(
    [
        ("ts", "i8"),
        ("value", "f8"),
        ("limit", "f8"),
        ("figure_1", "f8"),
        ("figure_2", "f8"),
        ("figure_3", "f8"),
        ("figure_4", "f8"),
        ("sensor", "i4"),
        ("rule", "i2"),
        ("edge", "i1"),
        ("level", "i1"),
    ]
)

# Where kernels write: the detections told since it was last emptied, and what became of the readings so far. One record, not
# arrays, because Numba counts references (atomically) of every array that it passes to a function: measured, 15 times slower.
CAPACITY = 4096
BOOK = np.dtype(
    [
        ("count", "i8"),
        ("judged", "i8"),
        ("late", "i8"),
        ("duplicate", "i8"),
        ("unreadable", "i8"),
        ("unknown", "i8"),
        ("told", TOLD, (CAPACITY,)),
    ]
)


def require(holds: bool, message: str) -> None:
    """ValueError with the message where the condition does not hold."""
    if not holds:
        raise ValueError(message)


@aside
def tell(book: Book, rule: int, edge: int, level: int, ts: int, value: float, limit: float, figures: Any) -> None:
    """Writes one detection; the pass adds the sensor. `figures` are four float64."""
    told = book.told[book.count]
    told.ts = ts
    told.value = value
    told.limit = limit
    told.figure_1 = figures[0]
    told.figure_2 = figures[1]
    told.figure_3 = figures[2]
    told.figure_4 = figures[3]
    told.rule = rule
    told.edge = edge
    told.level = level
    book.count += 1


def _whole(number: Any) -> Any:
    return np.int64(number)


# Any integer field as int64; Numba would make a float of an unsigned and a signed one.
whole: Callable[[Any], int] = part(_whole)

DOUBTED = 15  # a bit of `raised` that is no rule: readings since the last believed one were not believed


@part
def is_raised(line: Line, rule: int) -> bool:
    """Whether the rule stands raised for this sensor."""
    return bool((whole(line.raised) >> rule) & 1)


@part
def switch(line: Line, rule: int) -> None:
    """Turns the rule from clear to raised, or back."""
    line.raised = whole(line.raised) ^ (1 << rule)


@part
def longer(run: int) -> int:
    """A run of successive readings, one longer; a uint8 that stays at 255."""
    return run + 1 if run < 255 else 255
