"""The dynamic risk of all units and firms is judged: what changed is written, kept as history, and told where it is grave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import Any, Final
from uuid import UUID

import msgspec
import numpy as np
from django.db import transaction
from django.utils import timezone

from tocsin.base.ids import new_id
from tocsin.engine.dynamic_risk import bands_of, judge_areas, judge_firms, judge_units, shares_of
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.prevention.models import AreaRisk, DynamicRisk, DynamicRiskStep
from tocsin.hazchem.prevention.policy.dynamic_risk import DynamicRiskPolicy, dynamic_risk
from tocsin.hazchem.prevention.queries.dynamic import limits_of
from tocsin.hazchem.prevention.queries.raising import Standing, standing_now
from tocsin.hazchem.prevention.rules.dynamic import COLOURS, GRAVE, RiskFactor, RiskLine, lines_of
from tocsin.hazchem.prevention.rules.notices import OWN_FIRM, SUPERVISES, TURNED
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.face import SupervisedObject, supervisor_of

AT_ONCE: Final = 500  # rows of one transaction


@dataclass(frozen=True)
class JudgedPlace:
    """What came out of one unit, or of a whole firm (`unit` None)."""

    firm: SupervisedObject
    unit: UUID | None
    static: float
    value: float
    colour: str
    lines: list[RiskLine]


def judge_all(*, now: datetime) -> bool:
    """Judges every unit and firm that keeps hazardous chemicals, and the areas they lie in. A loop; False: no more waits."""
    policy = dynamic_risk()
    judged = judge(standing_now(policy, now), policy)
    known = {(one.object_id, one.unit_id): one for one in DynamicRisk.objects.all()}
    for part in batched((one for one in judged if _moved(one, known, policy, timezone.localdate(now))), AT_ONCE):
        _keep(part, known, policy, now)
    _forget_what_is_no_more({(one.firm.pk, one.unit) for one in judged}, known)
    _keep_areas([one for one in judged if one.unit is None], policy, timezone.localdate(now))
    return False


def judge(standing: Standing, policy: DynamicRiskPolicy) -> list[JudgedPlace]:
    """The risk of every firm and of each of its units, as the engine has it."""
    weights = np.array([policy.factors[one].weight for one in RiskFactor])
    full = np.array([policy.factors[one].full for one in RiskFactor])
    limits = limits_of(policy)
    shares = shares_of(standing.counts, full)
    units = judge_units(standing.static, shares, weights)
    firms = judge_firms(units, standing.firm, len(standing.firms))
    gravest = np.full(len(standing.firms), -1)
    order = np.argsort(units.value, kind="stable")
    gravest[standing.firm[order]] = order
    found = []
    bands = bands_of(units.value, limits)
    for at, unit in enumerate(standing.units):
        if unit is not None:
            lines = lines_of(standing.counts[at].tolist(), shares[at].tolist(), units.drops[at].tolist())
            told = float(standing.static[at]), float(units.value[at]), COLOURS[bands[at]], lines
            found.append(JudgedPlace(standing.firms[standing.firm[at]], unit, *told))
    counts, most = np.zeros(firms.drops.shape), np.zeros(firms.drops.shape)
    np.maximum.at(counts, standing.firm, standing.counts)
    np.maximum.at(most, standing.firm, shares)
    bands = bands_of(firms.value, limits)
    for at, firm in enumerate(standing.firms):
        lines = lines_of(counts[at].tolist(), most[at].tolist(), firms.drops[at].tolist())
        found.append(
            JudgedPlace(firm, None, float(standing.static[gravest[at]]), float(firms.value[at]), COLOURS[bands[at]], lines)
        )
    return found


type Known = dict[tuple[UUID, UUID | None], DynamicRisk]


def _moved(one: JudgedPlace, known: Known, policy: DynamicRiskPolicy, today: date) -> bool:
    before = known.get((one.firm.pk, one.unit))
    if before is None or before.step_day != today or before.region_code != one.firm.region_code:
        return True
    return before.colour != one.colour or abs(before.value - one.value) >= 0.05 or before.lines != msgspec.to_builtins(one.lines)


@transaction.atomic
def _keep(part: Sequence[JudgedPlace], known: Known, policy: DynamicRiskPolicy, now: datetime) -> None:
    today = timezone.localdate(now)
    new: list[DynamicRisk] = []
    old: list[DynamicRisk] = []
    steps: list[DynamicRiskStep] = []
    graver: list[JudgedPlace] = []
    for one in part:
        row = known.get((one.firm.pk, one.unit))
        before = row.colour if row else "blue"
        if row is None:
            row = DynamicRisk(id=new_id(), object=one.firm, unit_id=one.unit, since=now, step_value=-100.0, step_day=today)
            new.append(row)
        else:
            old.append(row)
        is_step = row.step_day != today or one.colour != row.colour or abs(row.step_value - one.value) >= policy.step
        if row.colour != one.colour:
            row.since = now
        if one.colour in GRAVE and COLOURS.index(one.colour) > COLOURS.index(before):
            graver.append(one)
        row.region_code, row.town_code, row.at = one.firm.region_code, one.firm.town_code, now
        row.static, row.value, row.colour = round(one.static, 4), round(one.value, 2), one.colour
        row.lines = msgspec.to_builtins(one.lines)
        if is_step:
            row.step_value, row.step_day = row.value, today
            steps.append(DynamicRiskStep(risk=row, at=now, value=row.value, colour=row.colour, lines=row.lines))
    DynamicRisk.objects.bulk_create(new)
    DynamicRisk.objects.bulk_update(old, _WRITTEN, batch_size=100)
    DynamicRiskStep.objects.bulk_create(steps)
    _tell(graver, known, now)


_WRITTEN: Final = (*("since", "region_code", "town_code", "at", "static", "value", "colour", "lines", "step_value", "step_day"),)


def _tell(graver: Iterable[JudgedPlace], known: Known, now: datetime) -> None:
    """Firm and supervisor hear of a unit that turned orange or red, and of a firm whose rest did."""
    rows = list(graver)
    units = dict(PlantUnit.objects.filter(pk__in={one.unit for one in rows if one.unit}).values_list("pk", "name"))
    with_unit = {one.firm.pk for one in rows if one.unit is not None}
    drafts = [draft for one in rows if one.unit is not None or one.firm.pk not in with_unit for draft in _drafts(one, units, now)]
    if drafts:
        write_all(drafts, Directory(now))


def _drafts(one: JudgedPlace, units: "dict[UUID, str]", now: datetime) -> list[Draft]:
    figures: dict[str, Any] = {
        "object": str(one.firm.pk),
        "firm": one.firm.name,
        "unit": units.get(one.unit, "") if one.unit else "",
        "colour": one.colour,
        "value": round(one.value, 1),
        "lines": [line.factor.value for line in one.lines[:3]],
    }
    key = f"dynamic-risk-{one.unit or one.firm.pk}-{one.colour}-{now:%Y%m%d%H%M}"
    urgent = one.colour == "red"
    to = ((OWN_FIRM, one.firm.organisation), (SUPERVISES, supervisor_of(one.firm, now)))
    return [
        Draft(TURNED, why, urgent, f"{key}-{why}", organisation=body, figures=figures) for why, body in to if body is not None
    ]


def _forget_what_is_no_more(judged: "set[tuple[UUID, UUID | None]]", known: Known) -> None:
    gone = [one.pk for place, one in known.items() if place not in judged]
    for part in batched(gone, AT_ONCE):
        DynamicRisk.objects.filter(pk__in=part).delete()


type PlacedValue = tuple[str, str, float]
"""Code of an area, code of its county, value of a firm there."""


def _keep_areas(firms: Sequence[JudgedPlace], policy: DynamicRiskPolicy, today: date) -> None:
    """The greatest values of the day, of counties and of the streets and parks in them."""
    before = dict(AreaRisk.objects.filter(day=today).values_list("code", "value"))
    counties = [(one.firm.region_code, one.firm.region_code, one.value) for one in firms]
    towns = [(one.firm.town_code, one.firm.region_code, one.value) for one in firms if one.firm.town_code]
    rows = [row for placed in (counties, towns) for row in _areas(placed, policy, today)]
    changed = [one for one in rows if one.code not in before or one.value > before[one.code] + 0.05]
    for part in batched(changed, AT_ONCE):
        AreaRisk.objects.bulk_create(
            part, update_conflicts=True, unique_fields=["code", "day"], update_fields=["value", "colour", "region_code"]
        )


def _areas(placed: Sequence[PlacedValue], policy: DynamicRiskPolicy, today: date) -> list[AreaRisk]:
    region = {code: county for code, county, _value in placed}
    codes = sorted(region)
    number = {code: at for at, code in enumerate(codes)}
    value = np.array([one for _code, _county, one in placed], dtype=np.float64)
    area = np.array([number[code] for code, _county, _value in placed], dtype=np.int64)
    values = judge_areas(value, area, len(codes), head=policy.areas.head, top=policy.areas.top)
    bands = bands_of(values, limits_of(policy))
    return [
        AreaRisk(region_code=region[code], code=code, day=today, value=round(float(values[at]), 2), colour=COLOURS[bands[at]])
        for at, code in enumerate(codes)
    ]
