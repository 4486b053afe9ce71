"""How often the rankings were right, judged by what people found: hits, Brier score, reliability, with honest intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
Z_95 = 1.959964  # two-sided 95 % of the normal distribution
NEAR_M = 100.0


@dataclass(frozen=True)
class Scored:
    """One ranking beside the truth: `ranking` holds (cause, probability, owner), best first; `metres` from the place named
    first to the place found (NaN where either has none); `owner` is "" where nobody's.
    """

    truth: str
    ranking: tuple[tuple[str, float, str], ...]
    owner: str = ""
    metres: float = math.nan


@dataclass(frozen=True)
class Share:
    """`hits` of `of`, with Wilson's 95 % interval (J. Am. Stat. Assoc. 22 (1927) 209); NaN of none."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the truth lies with 95 %.

        >>> [round(end, 2) for end in Share(9, 10).interval]
        [0.6, 0.98]
        """
        if not self.of:
            return math.nan, math.nan
        spread = Z_95 * Z_95 / self.of
        middle = (self.value + spread / 2) / (1 + spread)
        half = Z_95 / (1 + spread) * math.sqrt(self.value * (1 - self.value) / self.of + spread / (4 * self.of))
        return max(0.0, min(self.value, middle - half)), min(1.0, max(self.value, middle + half))


@dataclass(frozen=True)
class Bin:
    """Rankings whose first cause was given a probability from `low` to below `high`: said on average, and how often right."""

    low: float
    high: float
    said: float
    right: Share


@dataclass(frozen=True)
class CauseRates:
    """Of the alarms with this true cause: how often it was first, among the first three, and the right body first;
    `named`: how often it was right when it was named first.
    """

    cause: str
    first: Share
    first_three: Share
    right_body: Share
    named: Share


@dataclass(frozen=True)
class Rates:
    """All together. `brier` is the mean of the sum over causes of (probability - truth)², 0 best and 2 worst (Brier 1950)."""

    first: Share
    first_three: Share
    right_body: Share
    near: Share
    brier: float
    reliability: tuple[Bin, ...]
    causes: tuple[CauseRates, ...]


def rate(scored: Sequence[Scored]) -> Rates:
    """Hit rates over rankings that have a truth; without any, all shares are of none and the Brier score is NaN."""
    truths = sorted({one.truth for one in scored})
    near = [one.metres <= NEAR_M and _is_first(one) for one in scored if not math.isnan(one.metres)]
    return Rates(
        first=_share([_is_first(one) for one in scored]),
        first_three=_share([_among(one, 3) for one in scored]),
        right_body=_bodies(scored),
        near=_share(near),
        brier=sum(map(brier, scored)) / len(scored) if scored else math.nan,
        reliability=_reliability(scored),
        causes=tuple(_of_cause(truth, scored) for truth in truths),
    )


def brier(scored: Scored) -> float:
    """Sum over causes of (probability - truth)²; a true cause that was not in the ranking had probability 0.

    >>> brier(Scored("a", (("a", 1.0, ""),))), brier(Scored("a", (("b", 1.0, ""),)))
    (0.0, 2.0)
    """
    given = {cause: probability for cause, probability, _owner in scored.ranking}
    given.setdefault(scored.truth, 0.0)
    return sum((probability - (cause == scored.truth)) ** 2 for cause, probability in given.items())


def _of_cause(cause: str, scored: Sequence[Scored]) -> CauseRates:
    true = [one for one in scored if one.truth == cause]
    named = [one for one in scored if one.ranking[0][0] == cause]
    return CauseRates(
        cause=cause,
        first=_share([_is_first(one) for one in true]),
        first_three=_share([_among(one, 3) for one in true]),
        right_body=_bodies(true),
        named=_share([_is_first(one) for one in named]),
    )


def _reliability(scored: Sequence[Scored]) -> tuple[Bin, ...]:
    bins = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        within = [one for one in scored if min(int(one.ranking[0][1] * BINS), BINS - 1) == number]
        said = sum(one.ranking[0][1] for one in within) / len(within) if within else math.nan
        bins.append(Bin(low, high, said, _share([_is_first(one) for one in within])))
    return tuple(bins)


def _share(hits: Sequence[bool]) -> Share:
    return Share(sum(hits), len(hits))


def _bodies(scored: Sequence[Scored]) -> Share:
    return _share([one.ranking[0][2] == one.owner for one in scored if one.owner])


def _is_first(scored: Scored) -> bool:
    return scored.ranking[0][0] == scored.truth


def _among(scored: Scored, many: int) -> bool:
    return scored.truth in [cause for cause, _probability, _owner in scored.ranking[:many]]
