"""Links between hazards as values, and how likely one is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.engine.isolation import Utility
from tocsin.engine.reach import Medium

LEAST_LAG_H = 1 / 60  # a lag of nothing still has a logarithm
SPREADS = ("here", "near", "along", "fed", "unmapped")


@dataclass(frozen=True)
class Signal:
    """A precursor: seen where a sensor of `quantity` reads at least `least` (canonical unit); asked for where `quantity` is "" or
    nothing measures it. Seen, it adds `weight` to the factor of a link.
    """

    id: str
    quantity: str
    least: float
    weight: float


@dataclass(frozen=True)
class Link:
    """One hazard that may set off another.

    `at`: kinds of assets on which the trigger can sit (none: any). `spread`: where the effect is sought: `here`; `near` it,
    straight; `along` the ways of `medium`; at what is `fed` by it; or `unmapped`, where the networks do not show the place.
    `into`: kinds of assets, `uses` and `utilities` of those (none: any). The effect hurts within `radius_m`, `harm` is the share
    of the people there that it hurts. `following`: ids of links that its effect can trigger.
    """

    id: str
    trigger: str
    effect: str
    lag_min_h: float
    lag_max_h: float
    dist_max_m: float
    p0: float
    following: tuple[str, ...]
    signals: tuple[Signal, ...] = ()
    spread: str = "here"
    at: tuple[str, ...] = ()
    medium: str = ""
    into: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    utilities: tuple[str, ...] = ()
    radius_m: float = 0.0
    harm: float = 0.0

    @property
    def usual_lag_h(self) -> float:
        """The mode of the lag: the geometric mean of its least and its most."""
        return math.sqrt(max(self.lag_min_h, LEAST_LAG_H) * self.lag_max_h)


@dataclass(frozen=True)
class Start:
    """The hazard that a cause means: `event` at its `place`, or at the place that rings (`asked`) where what rings is one of
    `quantities` (none: any). `share`: how often the cause means it.
    """

    event: str
    at: str
    share: float
    quantities: tuple[str, ...] = ()


@dataclass(frozen=True)
class CordonRule:
    """A first rough zone while gas reads at least `least_pct_lel`."""

    least_pct_lel: float
    radius_m: float
    evacuate: bool


@dataclass(frozen=True)
class Rules:
    """The policy of coupled risk.

    `people`: by use of premises those inside by day and by night; `passers_by`: in the open within any zone. `named`: uses whose
    premises are told by name, the first ones first. `levels`: least expected harm (persons) of each alarm level, highest first.
    `ring_share`: share of the probability left to a consumer that another way still feeds.
    """

    links: Mapping[str, Link]
    starts: Mapping[str, tuple[Start, ...]]
    media: Mapping[str, Medium]
    utilities: Mapping[str, Utility]
    people: Mapping[str, tuple[float, float]]
    passers_by: tuple[float, float]
    named: tuple[str, ...]
    cordons: tuple[CordonRule, ...]
    levels: tuple[tuple[int, float], ...]
    day_from_h: float
    day_until_h: float
    local_time_offset_h: float
    least_probability: float
    most_steps: int
    most_places: int
    ring_share: float


def lag_factor(link: Link, lag_h: float) -> float:
    """How usual a lag is, 1 at the mode and 0 outside of [lag_min_h, lag_max_h].

    The density of a log-normal over that at its mode g is exp(-ln(lag/g)²/(2s²)) for whatever place parameter; s is a quarter of
    ln(most/least), so that the ends lie two s from the mode.
    """
    if not link.lag_min_h <= lag_h <= link.lag_max_h:
        return 0.0
    least = max(link.lag_min_h, LEAST_LAG_H)
    spread = max(math.log(link.lag_max_h / least) / 4, 1e-9)
    return math.exp(-((math.log(max(lag_h, LEAST_LAG_H) / link.usual_lag_h) / spread) ** 2) / 2)


def link_probability(link: Link, metres: float, lag_h: float, signs: float = 0.0) -> float:
    """p0 · exp(-d/d0) · f(lag) · (1 + Σ signs), at most 1, with d0 half the greatest distance; 0 beyond that distance.

    >>> link = Link("L", "a", "b", 1.0, 4.0, 200.0, 0.4, ())
    >>> link_probability(link, 0.0, 2.0), round(link_probability(link, 100.0, 2.0), 4), link_probability(link, 201.0, 2.0)
    (0.4, 0.1472, 0.0)
    """
    if metres > link.dist_max_m:
        return 0.0
    fades = math.exp(-metres / (link.dist_max_m / 2)) if link.dist_max_m > 0 else 1.0
    return min(1.0, link.p0 * fades * lag_factor(link, lag_h) * (1 + signs))
