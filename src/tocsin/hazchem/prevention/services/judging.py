"""The dynamic risk of all units and firms is judged: what changed is written, kept as history, and told where it is grave."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import batched
from typing import Final

import msgspec
import numpy as np
from django.db import transaction
from django.utils import timezone

from tocsin.base.ids import new_id
from tocsin.engine.dynamic_risk import bands_of, judge_areas
from tocsin.hazchem.prevention.models import AreaRisk, DynamicRisk, DynamicRiskStep
from tocsin.hazchem.prevention.policy.dynamic_risk import DynamicRiskPolicy, dynamic_risk
from tocsin.hazchem.prevention.queries.dynamic import limits_of
from tocsin.hazchem.prevention.queries.judged import JudgedPlace, KeptRisk, judge, kept_risks
from tocsin.hazchem.prevention.queries.raising import Place, standing_now
from tocsin.hazchem.prevention.rules.dynamic import COLOURS, GRAVE
from tocsin.hazchem.prevention.services.turning import Telling

AT_ONCE: Final = 500  # rows of one transaction
NOTICEABLE: Final = 0.05  # by so much a value moves before its row is written
_FIRST: Final = -100.0  # of the history's last step, before there was one

type Kept = dict[Place, KeptRisk]


def judge_all(*, now: datetime) -> bool:
    """Judges every unit and firm that keeps hazardous chemicals, and the areas they lie in. A loop; False: no more waits.

    The number of queries does not grow with the firms; only what moved is written, in batches of `AT_ONCE`.
    """
    policy, today = dynamic_risk(), timezone.localdate(now)
    judged = judge(standing_now(policy, now), policy)
    kept = kept_risks()
    moved = [one for one in judged if _moved(one, kept.get(one.place), today)]
    telling = Telling([one for one in moved if _graver(one, kept.get(one.place))], policy, now)
    telling.tell_of_many()
    for part in batched(moved, AT_ONCE):
        _keep(part, kept, policy, now, telling)
    _forget_what_is_no_more({one.place for one in judged}, kept)
    _keep_areas([one for one in judged if one.unit is None], policy, today)
    return False


def _moved(one: JudgedPlace, before: KeptRisk | None, today: date) -> bool:
    if before is None or before.step_day != today:
        return True
    if (before.region_code, before.town_code) != (one.firm.region_code, one.firm.town_code):
        return True
    moved = before.colour != one.colour or abs(before.value - one.value) >= NOTICEABLE
    return moved or before.lines != msgspec.to_builtins(one.lines)


def _graver(one: JudgedPlace, before: KeptRisk | None) -> bool:
    return one.colour in GRAVE and COLOURS.index(one.colour) > COLOURS.index(before.colour if before else "blue")


@transaction.atomic
def _keep(part: Sequence[JudgedPlace], kept: Kept, policy: DynamicRiskPolicy, now: datetime, telling: Telling) -> None:
    today = timezone.localdate(now)
    rows: list[DynamicRisk] = []
    steps: list[DynamicRiskStep] = []
    for one in part:
        before = kept.get(one.place)
        row = _row(one, before, now)
        if before is None or before.step_day != today or before.colour != one.colour or _stepped(row, policy):
            row.step_value, row.step_day = row.value, today
            steps.append(DynamicRiskStep(risk=row, at=now, value=row.value, colour=row.colour, lines=row.lines))
        rows.append(row)
    DynamicRisk.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN)
    DynamicRiskStep.objects.bulk_create(steps)
    telling.tell_of(part)


_WRITTEN: Final = ("since", "region_code", "town_code", "at", "static", "value", "colour", "lines", "step_value", "step_day")


def _row(one: JudgedPlace, before: KeptRisk | None, now: datetime) -> DynamicRisk:
    return DynamicRisk(
        id=before.pk if before else new_id(),
        object=one.firm,
        unit_id=one.unit,
        region_code=one.firm.region_code,
        town_code=one.firm.town_code,
        at=now,
        since=before.since if before is not None and before.colour == one.colour else now,
        static=round(one.static, 4),
        value=round(one.value, 2),
        colour=one.colour,
        lines=msgspec.to_builtins(one.lines),
        step_value=before.step_value if before else _FIRST,
        step_day=before.step_day if before else timezone.localdate(now),
    )


def _stepped(row: DynamicRisk, policy: DynamicRiskPolicy) -> bool:
    return abs(row.step_value - row.value) >= policy.step


def _forget_what_is_no_more(judged: "set[Place]", kept: Kept) -> None:
    gone = [one.pk for place, one in kept.items() if place not in judged]
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
    changed = [one for one in rows if one.code not in before or one.value > before[one.code] + NOTICEABLE]
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
