"""What stands badly now, of all firms that keep hazardous chemicals, as columns: a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np
from django.utils import timezone

from tocsin.engine.dynamic_risk import Floats, Indexes
from tocsin.hazchem.commitments.queries.commitments import missing_on, that_commit
from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
from tocsin.hazchem.installations.rules.kinds import InterlockState
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.rules.kinds import PermitKind, PermitState
from tocsin.hazchem.prevention.models import CheckTask, RiskEvent, RiskMeasure
from tocsin.hazchem.prevention.policy.dynamic_risk import DynamicRiskPolicy
from tocsin.hazchem.prevention.rules.dynamic import RiskFactor
from tocsin.supervision.face import SupervisedObject, temperatures_now
from tocsin.warning.face import unacknowledged_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

type Place = tuple[UUID, UUID | None]
"""A firm and a unit of it; None: the rest of the firm."""

_OF_THE_WHOLE: Final = (RiskFactor.PERMITS, RiskFactor.COMMITMENT, RiskFactor.HEAT)
_WORKS: Final = [PermitState.RUNNING, PermitState.PAUSED]


@dataclass(frozen=True)
class Standing:
    """Rows of what is judged: `firm` [n] numbers `firms`, `counts` [n, m] by `RiskFactor`, `static` [n] as shares."""

    firms: list[SupervisedObject]
    units: list[UUID | None]
    firm: Indexes
    static: Floats
    counts: Floats


def standing_now(policy: DynamicRiskPolicy, now: datetime) -> Standing:
    """How all firms stand that keep hazardous chemicals."""
    found = list(that_commit(SupervisedObject.objects.all()).select_related("organisation", "competent").order_by("pk"))
    number = {one.pk: at for at, one in enumerate(found)}
    static = _static(found, number, policy)
    places = list(static)
    row = {place: at for at, place in enumerate(places)}
    by_firm: dict[UUID, list[int]] = defaultdict(list)
    for at, (firm, _unit) in enumerate(places):
        by_firm[firm].append(at)
    columns = list(RiskFactor)
    counts = np.zeros((len(places), len(columns)))

    def add(factor: RiskFactor, told: "Mapping[Place, float]") -> None:
        """What a unit has counts for it; what the firm has as a whole, or a unit that is not judged, for all of its rows."""
        column, whole = columns.index(factor), factor in _OF_THE_WHOLE
        for (firm, unit), count in told.items():
            known = (firm, unit) in row and not (whole and unit is None)
            counts[[row[firm, unit]] if known else by_firm.get(firm, []), column] += count

    add(RiskFactor.ALARMS, _alarms())
    add(RiskFactor.PERMITS, _permits(policy))
    add(RiskFactor.BYPASSES, _bypasses())
    add(RiskFactor.FAILED, _failed())
    add(RiskFactor.OVERDUE, _overdue(now))
    add(RiskFactor.COMMITMENT, _missing(found, now))
    add(RiskFactor.HEAT, _heat(found, policy, now))
    firm_of = np.array([number[firm] for firm, _unit in places], dtype=np.int64)
    shares = np.array([static[place] for place in places], dtype=np.float64)
    return Standing(found, [unit for _firm, unit in places], firm_of, shares, counts)


def _static(firms: "list[SupervisedObject]", number: "Mapping[UUID, int]", policy: DynamicRiskPolicy) -> dict[Place, float]:
    """By unit its gravest event or its major hazard. The rest of a firm has its events of no unit; it is there where there are
    some, or where the firm has no unit at all.
    """
    shares = policy.static
    found: dict[Place, float] = {}
    for pk, firm, grade, grade_now in PlantUnit.objects.filter(active=True).values_list("pk", "object", "grade", "grade_now"):
        if firm in number:
            found[firm, pk] = max(shares.of_grade(grade), shares.of_grade(grade_now))
    events = RiskEvent.objects.filter(active=True).order_by().values_list("object", "unit__plant_unit", "colour").distinct()
    for firm, unit, colour in events:
        if firm in number:
            place = (firm, unit) if (firm, unit) in found else (firm, None)
            found[place] = max(found.get(place, 0.0), shares.of_colour(colour))
    has = {firm for firm, _unit in found}
    for one in firms:
        if one.pk not in has:
            found[one.pk, None] = shares.of_colour(one.risk_class)
    return {place: share or shares.unassessed for place, share in sorted(found.items(), key=_order)}


def _order(one: "tuple[Place, float]") -> tuple[int, int]:
    (firm, unit), _share = one
    return firm.int, unit.int if unit is not None else -1


def _alarms() -> "Mapping[Place, float]":
    points = PlantPoint.objects.filter(sensor__isnull=False, equipment__unit__active=True)
    told = unacknowledged_at(points.values("sensor"))
    if not told:
        return {}
    rows = points.filter(sensor__in=told).values_list("sensor", "equipment__unit__object", "equipment__unit")
    return _summed(((firm, unit), float(told[sensor])) for sensor, firm, unit in rows if sensor is not None)


def _permits(policy: DynamicRiskPolicy) -> "Mapping[Place, float]":
    rows = WorkPermit.objects.filter(state__in=_WORKS).values_list("object", "unit", "kind", "grade")
    return _summed(((firm, unit), _work(kind, grade, policy)) for firm, unit, kind, grade in rows)


def _work(kind: str, grade: str, policy: DynamicRiskPolicy) -> float:
    if kind == PermitKind.CONFINED_SPACE:
        return policy.works.confined_space
    return 1.0 if grade in policy.works.high else policy.works.other


def _bypasses() -> "Mapping[Place, float]":
    states = [InterlockState.BYPASSED, InterlockState.FAILED]
    rows = PlantPoint.objects.filter(interlock__in=states, equipment__unit__active=True)
    return _summed(((firm, unit), 1.0) for firm, unit in rows.values_list("equipment__unit__object", "equipment__unit"))


def _failed() -> "Mapping[Place, float]":
    rows = RiskMeasure.objects.filter(active=True, failed_at__isnull=False)
    return _summed(((firm, unit), 1.0) for firm, unit in rows.values_list("object", "event__unit__plant_unit"))


def _overdue(now: datetime) -> "Mapping[Place, float]":
    rows = CheckTask.objects.filter(active=True, due_on__lt=timezone.localdate(now))
    return _summed(((firm, unit), 1.0) for firm, unit in rows.values_list("object", "measure__event__unit__plant_unit"))


def _missing(firms: "list[SupervisedObject]", now: datetime) -> "Mapping[Place, float]":
    without = missing_on(timezone.localdate(now), (one.pk for one in firms), now=now)
    return dict.fromkeys(((firm, None) for firm in without), 1.0)


def _heat(firms: "list[SupervisedObject]", policy: DynamicRiskPolicy, now: datetime) -> "Mapping[Place, float]":
    warm = temperatures_now({one.region_code for one in firms}, now)
    above = {code: degrees - policy.weather.hot_from_c for code, degrees in warm.items()}
    return {(one.pk, None): above[one.region_code] for one in firms if above.get(one.region_code, 0.0) > 0}


def _summed(told: "Iterable[tuple[Place, float]]") -> "Mapping[Place, float]":
    found: dict[Place, float] = defaultdict(float)
    for place, count in told:
        found[place] += count
    return found
