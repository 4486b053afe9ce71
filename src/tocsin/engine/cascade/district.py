"""A network prepared for questions of coupled risk: who is where, and what hangs on which cable."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.engine.cascade.model import CordonRule, Link, Rules
from tocsin.engine.features import LINE_KINDS
from tocsin.engine.isolation import Mains
from tocsin.engine.network import Network

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class Exposed:
    """Who is in a zone: `people` in premises and in the open, `houses`: positions of premises, `named`: those told by name.

    `registered`: in how many of the premises people are known one by one; in the others they are usual for the use.
    """

    people: float
    houses: tuple[int, ...]
    named: tuple[int, ...]
    registered: int = 0


@dataclass(frozen=True)
class Cordon:
    """A first rough zone that is advised, never a finding: a circle around the place that rings."""

    rule: CordonRule
    lon: float
    lat: float
    exposed: Exposed


class District:
    """A network under one policy. Everything derived from both is made once, at its first use.

    `inside`: people by day and by night in premises, by code, where they are known; the others have what is usual for their use.
    """

    def __init__(self, network: Network, rules: Rules, inside: Mapping[str, tuple[float, float]] | None = None) -> None:
        self.inside = inside or {}
        self.network = network
        self.rules = rules
        self._mains: dict[str, Mains] = {}
        self._fitting: dict[str, NDArray[np.bool_]] = {}
        self._unfed: dict[tuple[str, int], frozenset[int]] = {}

    def mains(self, utility: str) -> Mains:
        """The net of a utility of the policy; KeyError for an unknown one."""
        if utility not in self._mains:
            self._mains[utility] = Mains.build(self.network, self.rules.utilities[utility])
        return self._mains[utility]

    def unfed_without(self, utility: str, asset: int) -> frozenset[int]:
        """Customers of a utility that nothing feeds once that asset of its net is out of work; looked up once."""
        if (utility, asset) not in self._unfed:
            self._unfed[utility, asset] = frozenset(self.mains(utility).unfed_without(asset).tolist())
        return self._unfed[utility, asset]

    def fitting(self, link: Link) -> NDArray[np.bool_]:
        """Where the effect of a link can sit, bool[assets]: by kind (or that of a line that ends there), by use and utility."""
        if link.id not in self._fitting:
            network = self.network
            fits = np.isin(np.array(network.kind, np.str_), link.into)
            lines = network.where(*(kind for kind in link.into if kind in LINE_KINDS))
            if link.spread == "along":  # what travels arrives in points
                ends = np.concatenate((network.from_node[lines], network.to_node[lines]))
                fits[lines] = False
                fits[ends[ends >= 0]] = True
            if link.uses:
                fits &= np.isin(np.array(network.use, np.str_), link.uses)
            if link.utilities:
                fits &= np.isin(np.array(network.utility, np.str_), link.utilities)
            self._fitting[link.id] = fits
        return self._fitting[link.id]

    @cached_property
    def houses(self) -> NDArray[np.int32]:
        """Positions of all premises."""
        return self.network.where("building")

    @cached_property
    def people(self) -> NDArray[np.float64]:
        """Persons inside by day and by night, float64[houses, 2]; none where they are not known and the use is not in the
        policy.
        """
        codes, use = self.network.codes, self.network.use
        inside = [self.inside.get(codes[at]) or self.rules.people.get(use[at], (0.0, 0.0)) for at in self.houses.tolist()]
        return np.array(inside, np.float64).reshape(-1, 2)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.points(self.network.x_m[self.houses], self.network.y_m[self.houses]))

    def exposed_within(self, x_m: float, y_m: float, radius_m: float, from_ms: int, to_ms: int) -> Exposed:
        """Who is within `radius_m` of a place between two moments."""
        if radius_m <= 0:
            return self._exposed(np.empty(0, np.int64), from_ms, to_ms, open_air=False)
        found = self._tree.query(shapely.Point(x_m, y_m), predicate="dwithin", distance=radius_m)
        return self._exposed(np.sort(found), from_ms, to_ms, open_air=True)

    def exposed_in(self, houses: Iterable[int], from_ms: int, to_ms: int) -> Exposed:
        """Who is in these premises (positions; others are left out) between two moments."""
        return self._exposed(np.flatnonzero(np.isin(self.houses, np.fromiter(houses, np.int64))), from_ms, to_ms, open_air=False)

    def _exposed(self, places: NDArray[np.int64], from_ms: int, to_ms: int, *, open_air: bool) -> Exposed:
        by_time = self.people[places].sum(axis=0) + (np.array(self.rules.passers_by) if open_air else 0.0)
        counts = [count for count, meant in zip(by_time.tolist(), self._day_and_night(from_ms, to_ms), strict=True) if meant]
        houses = self.houses[places].tolist()
        rank = {use: number for number, use in enumerate(self.rules.named)}
        named = sorted(
            (house for house in houses if self.network.use[house] in rank), key=lambda h: (rank[self.network.use[h]], h)
        )
        registered = sum(self.network.codes[house] in self.inside for house in houses)
        return Exposed(max(counts), tuple(houses), tuple(named), registered)

    def _day_and_night(self, from_ms: int, to_ms: int) -> tuple[bool, bool]:
        """Whether the window touches day, and night: over both the greater number of people counts."""
        hour = (from_ms / HOUR_MS + self.rules.local_time_offset_h) % 24
        hours = np.arange(hour, hour + min(24.0, max(0.0, (to_ms - from_ms) / HOUR_MS)) + 0.5, 0.5) % 24
        by_day = (hours >= self.rules.day_from_h) & (hours < self.rules.day_until_h)
        return bool(by_day.any()), bool(not by_day.all())


def cordon_of(district: District, x_m: float, y_m: float, pct_lel: float, now_ms: int) -> Cordon | None:
    """The zone advised while gas reads so much at a place; None below every rule or where nothing is read."""
    rules: Sequence[CordonRule] = [one for one in district.rules.cordons if pct_lel >= one.least_pct_lel]
    if not rules or math.isnan(pct_lel):
        return None
    rule = max(rules, key=lambda one: one.least_pct_lel)
    lon, lat = district.network.to_degrees(x_m, y_m)
    return Cordon(rule, lon, lat, district.exposed_within(x_m, y_m, rule.radius_m, now_ms, now_ms))
