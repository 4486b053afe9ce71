"""Named episodes compared with true ones: what is found, what is false, and how soon.

A named episode counts from a probability of 0.5. It is right where half of it lies in a true one that is widened at both ends; a
true one is found by an hour of overlap with a named one, or by half of itself where it is shorter. The two are asked apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HOUR_MS = 3_600_000
YEAR_DAYS = 365.25
LEAST_PROBABILITY = 0.5
WIDENED_MS = {  # by kind; all others by `WIDENED_OTHERWISE_MS`
    "protective_off": HOUR_MS,
    "essential_load_lost": HOUR_MS,
    "sudden_stop": 2 * HOUR_MS,
}
WIDENED_OTHERWISE_MS = 12 * HOUR_MS
KINDS = (
    "hidden_production",
    "partial_hidden_production",
    "night_production",
    "protective_off",
    "sudden_stop",
    "unannounced_restart",
    "essential_load_lost",
    "meter_trouble",
)
EITHER_HIDDEN = "hidden, either kind"  # the two kinds of hidden production taken for one


@dataclass(frozen=True)
class Span:
    """One episode of a firm, named or true. `detected_ms` is None where it isn't told (and always in the truth); `manners`: how
    it was done, by the truth.
    """

    firm: str
    start_ms: int
    end_ms: int
    kind: str
    probability: float = 1.0
    detected_ms: int | None = None
    manners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One true episode and whether it was found; `delay_ms` from its start to the earliest record that was enough."""

    span: Span
    found: bool
    delay_ms: int | None


@dataclass(frozen=True)
class KindScore:
    """The score of one kind: every true one, and every named one with whether it is right."""

    kind: str
    true: tuple[Found, ...]
    named: tuple[tuple[Span, bool], ...]
    firm_days: int

    @property
    def right(self) -> int:
        """Named episodes that are right."""
        return sum(right for _, right in self.named)

    @property
    def precision(self) -> float:
        """Of the named, how many are right; NaN where none is named."""
        return self.right / len(self.named) if self.named else float("nan")

    @property
    def recall(self) -> float:
        """Of the true, how many are found; NaN where there is none."""
        return sum(one.found for one in self.true) / len(self.true) if self.true else float("nan")

    @property
    def f1(self) -> float:
        """2 P R / (P + R); 0 where nothing is named though something is true, or the reverse; NaN where neither is."""
        if not self.true and not self.named:
            return float("nan")
        precision, recall = (0.0 if value != value else value for value in (self.precision, self.recall))
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def false_a_firm_and_year(self) -> float:
        """Named episodes that are not right, per firm and year."""
        return (len(self.named) - self.right) / self.firm_days * YEAR_DAYS if self.firm_days else float("nan")

    @property
    def delays_ms(self) -> list[int]:
        """Of the found ones whose time of detection is told, by size."""
        return sorted(one.delay_ms for one in self.true if one.delay_ms is not None)


def score_kind(kind: str, true: Sequence[Span], named: Sequence[Span], firm_days: int) -> KindScore:
    """The score of the episodes of a kind, or of both kinds of hidden production for `EITHER_HIDDEN`.

    >>> night = Span("F1", 0, 8 * HOUR_MS, "hidden_production")
    >>> score_kind("hidden_production", [night], [Span("F1", HOUR_MS, 5 * HOUR_MS, "hidden_production", 0.9)], 120).f1
    1.0
    """
    wanted = KINDS[:2] if kind == EITHER_HIDDEN else (kind,)
    truths = [one for one in true if one.kind in wanted]
    counted = [one for one in named if one.kind in wanted and one.probability >= LEAST_PROBABILITY]
    return KindScore(
        kind,
        true=tuple(_found(one, counted) for one in truths),
        named=tuple((one, _right(one, truths)) for one in counted),
        firm_days=firm_days,
    )


def _right(named: Span, truths: Sequence[Span]) -> bool:
    """True where half of the named episode lies in one true episode, widened."""
    widened = WIDENED_MS.get(named.kind, WIDENED_OTHERWISE_MS)
    length = max(named.end_ms - named.start_ms, 1)
    return any(
        _overlap_ms(named, one.start_ms - widened, one.end_ms + widened) * 2 >= length for one in truths if one.firm == named.firm
    )


def _found(true: Span, named: Sequence[Span]) -> Found:
    needed = min(HOUR_MS, (true.end_ms - true.start_ms) / 2)
    finders = [one for one in named if one.firm == true.firm and _overlap_ms(one, true.start_ms, true.end_ms) >= needed]
    moments = [one.detected_ms for one in finders if one.detected_ms is not None]
    return Found(true, bool(finders), min(moments) - true.start_ms if moments else None)


def _overlap_ms(span: Span, start_ms: int, end_ms: int) -> int:
    return max(0, min(span.end_ms, end_ms) - max(span.start_ms, start_ms))
