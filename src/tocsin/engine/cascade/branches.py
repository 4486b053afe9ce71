"""From the hazard that a cause means, along links, to what may follow: candidates by place, each with probability and time."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tocsin.engine.cascade.district import HOUR_MS, District
from tocsin.engine.cascade.model import Link, Start, link_probability
from tocsin.engine.reach import Reach

type Measured = Mapping[int, Mapping[str, float]]  # newest values: by position of the asset, by quantity


@dataclass(frozen=True)
class Step:
    """One link taken: `metres` to the effect, `probability` given the trigger."""

    link: str
    asset: int
    metres: float
    probability: float


@dataclass(frozen=True)
class Branch:
    """A hazard at an asset, reached by `steps` (none: the one that the cause means), with its probability given the cause.

    Times in ms: it can't come before `earliest_ms`, `likely_ms` is the mode, after `latest_ms` it is not to be expected any more.
    """

    event: str
    asset: int
    x_m: float
    y_m: float
    probability: float
    earliest_ms: int
    likely_ms: int
    latest_ms: int
    steps: tuple[Step, ...] = ()
    seen: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def follow(
    district: District, starts: list[tuple[Start, int, float, float]], *, onset_ms: int, now_ms: int, measured: Measured
) -> list[Branch]:
    """All that may follow from these hazards (with position of the asset, x and y in metres), the start itself left out.

    A chain takes no link twice and at most `most_steps`; what is less likely than `least_probability` is not followed. A hazard
    that lasts does not become safe by lasting: the onset counts as no longer ago than the usual lag.
    """
    found: list[Branch] = []
    begun = [Branch(one.event, asset, x, y, one.share, onset_ms, onset_ms, onset_ms) for one, asset, x, y in starts]
    known = {(branch.event, branch.asset) for branch in begun}
    for branch in begun:
        links = [link for link in district.rules.links.values() if link.trigger == branch.event]
        open_ends = [(branch, links)]
        while open_ends:
            trigger, possible = open_ends.pop()
            for link in possible:
                for effect in _effects(district, trigger, link, now_ms, measured):
                    following = [district.rules.links[name] for name in link.following]
                    taken = {step.link for step in effect.steps}
                    if (effect.event, effect.asset) not in known:
                        found.append(effect)
                    if len(effect.steps) < district.rules.most_steps:
                        open_ends.append((effect, [one for one in following if one.id not in taken]))
    return found


def _effects(district: District, trigger: Branch, link: Link, now_ms: int, measured: Measured) -> list[Branch]:
    """The likeliest places of one link's effect."""
    network = district.network
    if link.at and (trigger.asset < 0 or network.kind[trigger.asset] not in link.at):
        return []
    effects = []
    for asset, metres, travel_h, share in _SPREADS[link.spread](district, trigger, link):
        seen, missing, signs = _signs(link, measured.get(asset, {}), measured.get(trigger.asset, {}))
        lag_h = max(link.usual_lag_h, travel_h)
        given = share * link_probability(link, metres, lag_h, signs)
        if trigger.probability * given < district.rules.least_probability:
            continue
        x_m, y_m = (trigger.x_m, trigger.y_m) if asset == trigger.asset else network.nearest_on(asset, trigger.x_m, trigger.y_m)
        begun_ms = max(trigger.likely_ms, now_ms - round(link.usual_lag_h * HOUR_MS))
        latest_ms = max(trigger.latest_ms, begun_ms) + round(link.lag_max_h * HOUR_MS)
        earliest_ms = max(now_ms, trigger.earliest_ms + round(max(link.lag_min_h, travel_h) * HOUR_MS))
        effects.append(
            Branch(
                event=link.effect,
                asset=asset,
                x_m=x_m,
                y_m=y_m,
                probability=trigger.probability * given,
                earliest_ms=min(earliest_ms, latest_ms),
                likely_ms=min(max(earliest_ms, begun_ms + round(lag_h * HOUR_MS)), latest_ms),
                latest_ms=latest_ms,
                steps=(*trigger.steps, Step(link.id, asset, metres, given)),
                seen=seen,
                missing=missing,
            )
        )
    effects.sort(key=lambda one: (-one.probability, one.asset))
    return effects[: district.rules.most_places]


def _signs(link: Link, *places: Mapping[str, float]) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Precursors seen at the effect's or the trigger's place, those that nothing there measures, and what the seen ones add."""
    seen, missing, total = [], [], 0.0
    for signal in link.signals:
        values = [values[signal.quantity] for values in places if signal.quantity in values]
        if not values:
            missing.append(signal.id)
        elif max(values) >= signal.least:
            seen.append(signal.id)
            total += signal.weight
    return tuple(seen), tuple(missing), total


type _Found = Iterator[tuple[int, float, float, float]]  # asset, metres, hours on the way, share


def _here(district: District, trigger: Branch, link: Link) -> _Found:
    yield trigger.asset, 0.0, 0.0, 1.0


def _near(district: District, trigger: Branch, link: Link) -> _Found:
    """Assets of the right kind within the distance, straight; not the broken line itself."""
    network, fits = district.network, district.fitting(link)
    near = network.within(trigger.x_m, trigger.y_m, link.dist_max_m)
    for asset in near[fits[near]].tolist():
        if asset != trigger.asset or not network.is_line[asset]:
            yield asset, network.distance_m(asset, trigger.x_m, trigger.y_m), 0.0, 1.0


def _along(district: District, trigger: Branch, link: Link) -> _Found:
    """Assets of the right kind that the medium reaches in the time, with the metres of its way."""
    network, medium, fits = district.network, district.rules.media[link.medium], district.fitting(link)
    reach = Reach.out_of(network, trigger.asset, medium, link.lag_max_h * 3600, link.dist_max_m)
    pace = replace(medium, speed_m_s=dict.fromkeys(medium.speed_m_s, 1.0))
    metres = Reach.out_of(network, trigger.asset, pace, link.dist_max_m, link.dist_max_m).seconds
    for asset, seconds in reach.seconds.items():
        if fits[asset] and asset != trigger.asset and asset in metres:
            yield asset, metres[asset], seconds / 3600, 1.0


def _fed(district: District, trigger: Branch, link: Link) -> _Found:
    """What hangs on the net of the medium's utility and may be without supply when the trigger's asset is out of work."""
    network, mains = district.network, district.mains(link.medium)
    if trigger.asset not in mains:
        return
    unfed = district.unfed_without(link.medium, trigger.asset)
    for asset in mains.customer[district.fitting(link)[mains.customer]].tolist():
        metres = math.hypot(network.x_m[asset] - trigger.x_m, network.y_m[asset] - trigger.y_m)
        if metres <= link.dist_max_m:
            yield asset, metres, 0.0, 1.0 if asset in unfed else district.rules.ring_share


def _unmapped(district: District, trigger: Branch, link: Link) -> _Found:
    return iter(())


_SPREADS = {"here": _here, "near": _near, "along": _along, "fed": _fed, "unmapped": _unmapped}
