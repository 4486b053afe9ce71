"""What to close if a diagnosis is right, with what is known of each valve: a proposal, and closing is its dispatcher's decision.

What the owner says of a valve stands in its data: `operable` (true, false) and `last_checked` (a date). Valves that are known not
to move are left out, and the next ones found; where nothing is said the proposal says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import pgettext_lazy

from tocsin.engine.isolation import isolate
from tocsin.lifelines.face import assets_by_code, network
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.outlook.policy import HAZARDS
from tocsin.warning.outlook.queries import district_of
from tocsin.warning.outlook.rules import KeptClosing, KeptPlan, close_off
from tocsin.warning.outlook.shown.answers import IsolationOut, PlanOut, ValveOut
from tocsin.warning.outlook.shown.risks import describe_closing

if TYPE_CHECKING:
    from tocsin.lifelines.face import Asset

LEAST_PROBABILITY = 0.05
CHECK_HOLDS: Final = timedelta(days=365)  # valves of a main are moved once a year (practice of owners, C)


class ValveState(StrEnum):
    """What is known of a valve."""

    OPERABLE = "operable"  # said to move, and moved within a year
    OLD_CHECK = "old_check"  # said to move, by a check that is older, or none that is told
    STUCK = "stuck"
    UNKNOWN = "unknown"  # nothing is said of it


STATE_NAMES = {
    ValveState.OPERABLE: pgettext_lazy("state of a valve", "moves, checked within a year"),
    ValveState.OLD_CHECK: pgettext_lazy("state of a valve", "last check is old or not told"),
    ValveState.STUCK: pgettext_lazy("state of a valve", "does not move"),
    ValveState.UNKNOWN: pgettext_lazy("state of a valve", "unknown: ask its owner"),
}


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


class KnownValve(ValveOut):
    """A valve with what its owner's data says of it."""

    state: ValveState
    checked: date | None
    owner: str
    telephone: str

    @property
    def state_name(self) -> str:
        """The state in the reader's words."""
        return str(STATE_NAMES[self.state])


class KnownPlan(PlanOut):
    """A way of closing off with what is known of each valve."""

    valves: Sequence[KnownValve]


class KnownClosing(IsolationOut):
    """What to close if a cause is right, how likely that is, and which valves are left out, since they do not move."""

    plans: Sequence[KnownPlan]
    probability: float
    left_out: list[str]


def what_to_close(alarm: Alarm, diagnosis: Diagnosis, *, now: datetime) -> list[KnownClosing]:
    """By likely cause the plans to close it off, likeliest first."""
    share = {(one["cause"], one["asset_code"]): one["probability"] for one in diagnosis.result["hypotheses"]}
    found = []
    for one in diagnosis.result.get("isolation", ()):
        probability = share.get((one["cause"], one["asset_code"]), 0.0)
        if probability < LEAST_PROBABILITY:
            continue
        kept, left_out = _without_stuck(alarm.region_code, one, diagnosis.result["ts_ms"])
        told = describe_closing(alarm, kept)
        assets = assets_by_code(alarm.region_code, [valve.code for plan in told.plans for valve in plan.valves])
        plans = [
            KnownPlan(**{**dict(plan), "valves": [_known(valve, assets.get(valve.code), now) for valve in plan.valves]})
            for plan in told.plans
        ]
        found.append(KnownClosing(**{**dict(told), "plans": plans}, probability=probability, left_out=left_out))
    return sorted(found, key=lambda one: -one.probability)


def _known(valve: ValveOut, asset: "Asset | None", now: datetime) -> KnownValve:
    given = asset.properties if asset else {}
    checked = last_checked(given)
    owner = asset.owner if asset else None
    return KnownValve(
        **dict(valve),
        state=valve_state(given.get("operable"), checked, now=now),
        checked=checked,
        owner=str(owner) if owner else (asset.owner_code if asset else ""),
        telephone=owner.telephone if owner else "",
    )


def last_checked(properties: Mapping[str, Any]) -> date | None:
    """The day on which somebody last moved the valve, None where the data does not say it as a date."""
    try:
        return date.fromisoformat(str(properties.get("last_checked", ""))[:10])
    except ValueError:
        return None


def _without_stuck(region_code: str, closing: KeptClosing, ts_ms: int) -> tuple[KeptClosing, list[str]]:
    """The proposal without valves that are known not to move: such are left out until none remains."""
    stuck: set[str] = set()
    plans = closing["plans"]
    while broken := _stuck_of(region_code, plans) - stuck:
        stuck |= broken
        whole = network(region_code)
        if closing["asset_code"] not in whole.position:  # another network has been imported since
            break
        district = district_of(whole)
        mains = district.mains(HAZARDS.current().close[closing["cause"]])
        closed = isolate(whole, mains, whole.position[closing["asset_code"]], [whole.position[code] for code in sorted(stuck)])
        plans = [close_off(district, plan, ts_ms) for plan in closed]
    return {**closing, "plans": plans}, sorted(stuck)


def _stuck_of(region_code: str, plans: Iterable[KeptPlan]) -> set[str]:
    codes = {valve["code"] for plan in plans for valve in plan["valves"]}
    return {
        code for code, asset in assets_by_code(region_code, sorted(codes)).items() if asset.properties.get("operable") is False
    }
