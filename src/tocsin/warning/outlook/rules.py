"""What may follow from a diagnosis and what to close, as plain JSON: kept with it, and joined over alarms when it is read."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import numpy as np

from tocsin.base.levels import Quality
from tocsin.engine.cascade.branches import Branch, follow
from tocsin.engine.cascade.district import District, Exposed, cordon_of
from tocsin.engine.cascade.joining import Given, Outlook, Risk, join, merge
from tocsin.engine.cascade.model import Start
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.model import Diagnosis, Hypothesis, SensorColumns
from tocsin.engine.isolation import Isolation, isolate
from tocsin.engine.network import Network

LEAST_SHARE = 0.02  # hypotheses less likely than this are not followed
KEPT_RISKS = 40  # of one hypothesis
KEPT_CODES = 400  # of lines cut off
FRESH_MS = 6 * 3_600_000  # older values say nothing about now


class KeptSite(TypedDict):
    """A hospital, a school or the like by code and use."""

    code: str
    use: str


class KeptPeople(TypedDict):
    """Who is in a zone."""

    people: int
    houses: int
    registered: NotRequired[int]
    named: list[KeptSite]


class KeptStep(TypedDict):
    """One link of a chain and where it leads."""

    link: str
    asset_code: str
    metres: float
    probability: float


class KeptRisk(KeptPeople):
    """A hazard at a site, with the chain that leads there."""

    event: str
    asset_code: str
    asset_kind: str
    lon: float
    lat: float
    probability: float
    earliest_ms: int
    likely_ms: int
    latest_ms: int
    radius_m: float
    harm: float
    steps: list[KeptStep]
    seen: Sequence[str]
    missing: Sequence[str]
    networks: int
    changes: int


class KeptRisks(TypedDict):
    """What may follow if one cause is right."""

    cause: str
    asset_code: str
    risks: list[KeptRisk]


class KeptValve(TypedDict):
    """A valve to close."""

    code: str
    kind: str
    lon: float
    lat: float


class KeptPlan(KeptPeople):
    """One way of closing off: valves, lines cut off, and who is without service."""

    valves: list[KeptValve]
    lines: int
    line_codes: list[str]


class KeptClosing(TypedDict):
    """What to close if one cause is right."""

    cause: str
    asset_code: str
    utility: str
    plans: list[KeptPlan]


class KeptCordon(KeptPeople):
    """The zone that is advised."""

    lon: float
    lat: float
    radius_m: float
    evacuate: bool
    pct_lel: float


class Ahead(TypedDict):
    """`next`: risks by hypothesis, `isolation`: valves by hypothesis, `cordon`: the zone advised for gas, or None."""

    next: list[KeptRisks]
    isolation: list[KeptClosing]
    cordon: KeptCordon | None


@dataclass(frozen=True)
class Asked:
    """The place that rings: position of its asset (-1: none), x and y in metres, its quantity and newest value."""

    asset: int
    x_m: float
    y_m: float
    quantity: str
    value: float


def look_ahead(
    district: District, close: Mapping[str, str], answer: Diagnosis, sensors: SensorColumns, readings: Readings
) -> Ahead:
    """What may follow from an answer. `close`: by cause the utility whose valves are closed."""
    fresh = (readings.ts > answer.ts_ms - FRESH_MS) & (readings.ts <= answer.ts_ms)
    newest = newest_values(sensors, readings.take(fresh))
    asked = _asked(district.network, answer, sensors, newest)
    measured = _by_asset(sensors, newest)
    likely = [one for one in answer.hypotheses if one.probability >= LEAST_SHARE]
    risks = [
        KeptRisks(cause=one.cause, asset_code=one.asset_code, risks=_risks(district, one, asked, answer.ts_ms, measured))
        for one in likely
    ]
    closing = [found for one in likely if (found := _isolation(district, close, one, answer.ts_ms)) is not None]
    return {"next": risks, "isolation": closing, "cordon": _cordon(district, asked, answer.ts_ms)}


def newest_values(sensors: SensorColumns, readings: Readings) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Newest value of each sensor that is not bad, float64[n]; NaN where there is none."""
    good = readings.take((readings.quality != Quality.BAD) & np.isfinite(readings.value))
    order = np.argsort(good.ts, kind="stable")
    newest = np.full(int(sensors.index.max(initial=0)) + 1, np.nan)
    inside = order[(good.sensor[order] >= 0) & (good.sensor[order] < len(newest))]
    newest[good.sensor[inside]] = good.value[inside]
    return newest[sensors.index]


def outlook_of(result: Mapping[str, Any], group: str) -> Outlook:
    """A kept diagnosis as one view for `join`: probabilities as they stand in it now, answers weighed in."""
    share = {(one["cause"], one["asset_code"]): one["probability"] for one in result["hypotheses"]}
    return Outlook(
        group,
        {
            one["cause"]: (share.get((one["cause"], one["asset_code"]), 0.0), tuple(_given(risk) for risk in one["risks"]))
            for one in result.get("next", ())
        },
    )


def joined(
    result: Mapping[str, Any], group: str, others: Iterable[Outlook], levels: tuple[tuple[int, float], ...]
) -> list[tuple[Risk, KeptRisk]]:
    """Risks that this diagnosis foresees, joined with those of other open alarms, each with its figures as kept.

    Greatest expected harm first.
    """
    figures: dict[tuple[str, str], KeptRisk] = {}
    for one in result.get("next", ()):
        for risk in one["risks"]:
            site = risk["event"], risk["asset_code"]
            if site not in figures or risk["probability"] > figures[site]["probability"]:
                figures[site] = risk
    risks = join([outlook_of(result, group), *others], levels)
    return [(risk, figures[risk.site]) for risk in risks if risk.site in figures]


def _given(risk: KeptRisk) -> Given:
    return Given(
        (risk["event"], risk["asset_code"]), risk["probability"], risk["people"] * risk["harm"], risk["networks"], risk["changes"]
    )


def _asked(network: Network, answer: Diagnosis, sensors: SensorColumns, newest: np.ndarray[Any, np.dtype[np.float64]]) -> Asked:
    place = sensors.position_of(answer.sensor)
    x_m, y_m = network.plane.to_metres(sensors.lon[place : place + 1], sensors.lat[place : place + 1])
    asset = network.position.get(answer.asset_code, -1)
    return Asked(asset, float(x_m[0]), float(y_m[0]), answer.quantity, float(newest[place]))


def _by_asset(sensors: SensorColumns, newest: np.ndarray[Any, np.dtype[np.float64]]) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for asset, quantity, value in zip(sensors.asset.tolist(), sensors.quantity, newest.tolist(), strict=True):
        if asset >= 0 and not math.isnan(value):
            found.setdefault(asset, {})[quantity] = value
    return found


def _risks(
    district: District, hypothesis: Hypothesis, asked: Asked, now_ms: int, measured: Mapping[int, Mapping[str, float]]
) -> list[KeptRisk]:
    starts = _starts(district, hypothesis, asked)
    onset_ms = now_ms if hypothesis.onset_ms is None else min(hypothesis.onset_ms, now_ms)
    branches = follow(district, starts, onset_ms=onset_ms, now_ms=now_ms, measured=measured)
    told = [_risk(district, hypothesis, probability, branch) for probability, branch in merge(branches).values()]
    told.sort(key=lambda one: (-one["probability"] * one["people"] * one["harm"], -one["probability"], one["asset_code"]))
    return told[:KEPT_RISKS]


def _starts(district: District, hypothesis: Hypothesis, asked: Asked) -> list[tuple[Start, int, float, float]]:
    network, found = district.network, []
    place = network.position.get(hypothesis.asset_code, -1)
    for start in district.rules.starts.get(hypothesis.cause, ()):
        if start.quantities and asked.quantity not in start.quantities:
            continue
        if start.at == "asked" and asked.asset >= 0:
            found.append((start, asked.asset, asked.x_m, asked.y_m))
        elif start.at == "place" and place >= 0:
            x_m, y_m = network.plane.to_metres(np.array([hypothesis.lon]), np.array([hypothesis.lat]))
            found.append((start, place, float(x_m[0]), float(y_m[0])))
    return found


def _risk(district: District, hypothesis: Hypothesis, probability: float, branch: Branch) -> KeptRisk:
    network = district.network
    link = district.rules.links[branch.steps[-1].link]
    exposed = district.exposed_within(branch.x_m, branch.y_m, link.radius_m, branch.earliest_ms, branch.latest_ms)
    lon, lat = network.to_degrees(branch.x_m, branch.y_m)
    owners = {
        network.owner[asset]
        for asset in (*(step.asset for step in branch.steps), network.position.get(hypothesis.asset_code, -1))
        if asset >= 0
    }
    return {
        "event": branch.event,
        "asset_code": network.codes[branch.asset],
        "asset_kind": network.kind[branch.asset],
        "lon": lon,
        "lat": lat,
        "probability": probability,
        "earliest_ms": branch.earliest_ms,
        "likely_ms": branch.likely_ms,
        "latest_ms": branch.latest_ms,
        "radius_m": link.radius_m,
        "harm": link.harm,
        **_people(network, exposed),
        "steps": [
            {"link": one.link, "asset_code": network.codes[one.asset], "metres": one.metres, "probability": one.probability}
            for one in branch.steps
        ],
        "seen": branch.seen,
        "missing": branch.missing,
        "networks": len(owners),
        "changes": sum(later.asset == earlier.asset for earlier, later in zip(branch.steps[:-1], branch.steps[1:], strict=True)),
    }


def _people(network: Network, exposed: Exposed) -> KeptPeople:
    named: list[KeptSite] = [{"code": network.codes[house], "use": network.use[house]} for house in exposed.named]
    return {"people": round(exposed.people), "houses": len(exposed.houses), "registered": exposed.registered, "named": named}


def _isolation(district: District, close: Mapping[str, str], hypothesis: Hypothesis, now_ms: int) -> KeptClosing | None:
    """What to close if that hypothesis is right; None where its cause is none of a net that valves close."""
    network, utility = district.network, close.get(hypothesis.cause, "")
    place = network.position.get(hypothesis.asset_code, -1)
    if not utility or place < 0 or place not in district.mains(utility):
        return None
    plans = [close_off(district, plan, now_ms) for plan in isolate(network, district.mains(utility), place)]
    return {"cause": hypothesis.cause, "asset_code": hypothesis.asset_code, "utility": utility, "plans": plans}


def close_off(district: District, plan: Isolation, now_ms: int) -> KeptPlan:
    """One way of closing off as plain JSON: valves, lines cut off, and who is without service for a day from `now_ms` on."""
    network = district.network
    lost = district.exposed_in(plan.customers.tolist(), now_ms, now_ms + 86_400_000)
    return {
        "valves": [
            {
                "code": network.codes[valve],
                "kind": network.kind[valve],
                "lon": float(network.lon[valve]),
                "lat": float(network.lat[valve]),
            }
            for valve in plan.valves
        ],
        "lines": len(plan.cut_off),
        "line_codes": [network.codes[line] for line in plan.cut_off[:KEPT_CODES].tolist()],
        **_people(network, lost),
    }


def _cordon(district: District, asked: Asked, now_ms: int) -> KeptCordon | None:
    if asked.quantity != "methane":
        return None
    cordon = cordon_of(district, asked.x_m, asked.y_m, asked.value, now_ms)
    if cordon is None:
        return None
    return {
        "lon": cordon.lon,
        "lat": cordon.lat,
        "radius_m": cordon.rule.radius_m,
        "evacuate": cordon.rule.evacuate,
        "pct_lel": asked.value,
        **_people(district.network, cordon.exposed),
    }
