"""What to close if a diagnosis is right, with what is known of each valve: a proposal, and closing is its dispatcher's decision.

What the owner says of a valve stands in its data: `operable` (true, false) and `last_checked` (a date). Valves that are known not
to move are left out, and the next ones found; where nothing is said the proposal says so.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from tocsin.engine.isolation import isolate
from tocsin.lifelines.face import assets_by_code, network
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.outlook.policy import HAZARDS
from tocsin.warning.outlook.queries import describe_closed, district_of
from tocsin.warning.outlook.shown.risks import describe_closing

LEAST_PROBABILITY = 0.05
CHECK_HOLDS: Final = timedelta(days=365)  # valves of a main are moved once a year (practice of owners, C)


class ValveState(StrEnum):
    """What is known of a valve."""

    OPERABLE = "operable"  # said to move, and moved within a year
    OLD_CHECK = "old_check"  # said to move, by a check that is older, or none that is told
    STUCK = "stuck"
    UNKNOWN = "unknown"  # nothing is said of it


def valve_state(operable: object, checked: date | None, *, now: datetime) -> ValveState:
    """From what the owner's data says.

    >>> valve_state(True, date(2026, 3, 1), now=datetime(2026, 11, 24))
    <ValveState.OPERABLE: 'operable'>
    """
    if operable is False:
        return ValveState.STUCK
    if operable is not True and checked is None:
        return ValveState.UNKNOWN
    fresh = checked is not None and now.date() - checked <= CHECK_HOLDS
    return ValveState.OPERABLE if operable is True and fresh else ValveState.OLD_CHECK


def what_to_close(alarm: Alarm, diagnosis: Diagnosis, *, now: datetime) -> list[dict[str, Any]]:
    """By likely cause the plans to close it off, likeliest first: `coupled.describe_closing` with `state`, `checked`, `owner` and
    `telephone` of each valve, `left_out` (codes of valves known not to move) and the cause's `probability`.
    """
    share = {(one["cause"], one["asset_code"]): one["probability"] for one in diagnosis.result["hypotheses"]}
    found = []
    for one in diagnosis.result.get("isolation", ()):
        probability = share.get((one["cause"], one["asset_code"]), 0.0)
        if probability < LEAST_PROBABILITY:
            continue
        kept, left_out = _without_stuck(alarm.region_code, one, diagnosis.result["ts_ms"])
        told = describe_closing(alarm, kept)
        codes = [valve["code"] for plan in told["plans"] for valve in plan["valves"]]
        assets = assets_by_code(alarm.region_code, codes)
        for plan in told["plans"]:
            for valve in plan["valves"]:
                asset = assets.get(valve["code"])
                given = asset.properties if asset else {}
                checked = last_checked(given)
                owner = asset.owner if asset else None
                valve["state"] = valve_state(given.get("operable"), checked, now=now).value
                valve["checked"] = checked
                valve["owner"] = str(owner) if owner else (asset.owner_code if asset else "")
                valve["telephone"] = owner.telephone if owner else ""
        found.append({**told, "probability": probability, "left_out": left_out})
    return sorted(found, key=lambda one: -one["probability"])


def last_checked(properties: Mapping[str, Any]) -> date | None:
    """The day on which somebody last moved the valve, None where the data does not say it as a date."""
    try:
        return date.fromisoformat(str(properties.get("last_checked", ""))[:10])
    except ValueError:
        return None


def _without_stuck(region_code: str, one: Mapping[str, Any], ts_ms: int) -> tuple[Mapping[str, Any], list[str]]:
    """The proposal without valves that are known not to move: such are left out until none remains."""
    stuck: set[str] = set()
    plans = one["plans"]
    while broken := _stuck_of(region_code, plans) - stuck:
        stuck |= broken
        whole = network(region_code)
        if one["asset_code"] not in whole.position:  # another network has been imported since
            break
        district = district_of(whole)
        mains = district.mains(HAZARDS.current().close[one["cause"]])
        closed = isolate(whole, mains, whole.position[one["asset_code"]], [whole.position[code] for code in sorted(stuck)])
        plans = [describe_closed(district, plan, ts_ms) for plan in closed]
    return {**one, "plans": plans}, sorted(stuck)


def _stuck_of(region_code: str, plans: Iterable[Mapping[str, Any]]) -> set[str]:
    codes = {valve["code"] for plan in plans for valve in plan["valves"]}
    return {
        code for code, asset in assets_by_code(region_code, sorted(codes)).items() if asset.properties.get("operable") is False
    }
