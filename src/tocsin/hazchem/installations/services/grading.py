"""Units are graded: when what they hold changes, and as levels rise and fall."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from tocsin.bus.services import record_event
from tocsin.hazchem.installations.events import MajorHazardGraded
from tocsin.hazchem.installations.models import Grading, HeldSubstance, PlantEquipment, PlantUnit
from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.queries.readings import picture_of, readings_of
from tocsin.hazchem.installations.queries.weighing import weigh_unit
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.installations.services.telling import tell_of_grade

if TYPE_CHECKING:
    from tocsin.engine.major_hazard import Assessment
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 200  # units of one transaction
LEAST_CHANGE: Final = 0.001  # of what was there: less is the trembling of a gauge


def grade_unit(unit: PlantUnit, *, by: "User | None", now: datetime) -> PlantUnit:
    """Judges a unit by what it holds, and keeps how it was judged where that has changed; `tell_grades` tells of another grade.

    In the caller's transaction, which holds the unit's row.
    """
    judged = weigh_unit(unit, HeldSubstance.objects.filter(equipment__unit=unit).order_by("equipment__tag", "substance"))
    if judged.assessment is None:
        unit.problem = str(judged.problem.in_english if judged.problem else "")[:300]
        unit.save(update_fields=["problem"])
        return unit
    _note(unit, judged.assessment)
    unit.problem, unit.graded_at = "", now
    is_told = (unit.grade, unit.grade_now) == (unit.told_grade, unit.told_grade_now)
    unit.untold_since = None if is_told else unit.untold_since or now
    unit.save(update_fields=["s", "r", "grade", "s_now", "r_now", "grade_now", "problem", "graded_at", "untold_since"])
    newest = unit.gradings.first()
    if newest is None or (newest.s, newest.r, newest.grade, newest.grade_now) != (unit.s, unit.r, unit.grade, unit.grade_now):
        Grading.objects.create(
            unit=unit,
            at=now,
            by=by,
            **{name: getattr(unit, name) for name in ("s", "r", "grade", "s_now", "r_now", "grade_now")},
            lines=_lines(judged.assessment),
        )
    return unit


def tell_grades(*, now: datetime) -> bool:
    """Tells of each unit whose grade has been another for as long as the policy lets it settle, once. A loop; True where more
    waits.

    While a unit is entered substance by substance, or a level trembles about a limit, grades come and go: what is told is the
    grade that stayed, against the one that was told before.
    """
    settled = now - timedelta(minutes=plants().settle_min)
    waiting = PlantUnit.objects.filter(active=True, untold_since__lte=settled).order_by("untold_since", "pk")
    ids = list(waiting.values_list("pk", flat=True)[: AT_ONCE + 1])
    for pk in ids[:AT_ONCE]:
        _tell_grade(pk, now)
    return len(ids) > AT_ONCE


@transaction.atomic
def _tell_grade(pk: UUID, now: datetime) -> None:
    unit = PlantUnit.objects.select_for_update(of=("self",)).select_related("object__organisation").get(pk=pk)
    if unit.untold_since is None:
        return
    before = (unit.told_grade, unit.told_grade_now)
    told = MajorHazardGraded(unit_id=str(unit.pk), object_id=str(unit.object_id), grade=unit.grade, grade_now=unit.grade_now)
    record_event(told, region=unit.region_code)
    tell_of_grade(unit, before=before, now=now)
    unit.told_grade, unit.told_grade_now, unit.untold_since = unit.grade, unit.grade_now, None
    unit.save(update_fields=["told_grade", "told_grade_now", "untold_since"])


def follow_levels(*, now: datetime) -> bool:
    """Notes what tanks hold by their levels, and grades the units in which that has changed. A loop; True where more waits."""
    units = PlantUnit.objects.filter(active=True, equipment__points__kind=PointKind.LEVEL, equipment__held__isnull=False)
    for ids in _parts(units.order_by("pk").values_list("pk", flat=True).distinct()):
        _follow(ids, now)
    return False


def _follow(ids: Collection[UUID], now: datetime) -> None:
    held = HeldSubstance.objects.order_by("substance", "pk")
    equipment = PlantEquipment.objects.filter(unit__in=ids).prefetch_related("points", Prefetch("held", held))
    rows = list(equipment)
    readings = readings_of([point for one in rows for point in one.points.all()], now)
    changed: list[HeldSubstance] = []
    for one in rows:
        substances = list(one.held.all())
        picture = picture_of(one, readings, substances)
        if picture is None or picture.tonnes is None or not picture.fresh:
            continue
        row = substances[0]
        if row.present_t is None or abs(row.present_t - picture.tonnes) > LEAST_CHANGE * max(row.present_t, 1e-9):
            row.present_t, row.present_at, row.present_from = round(picture.tonnes, 6), picture.at, "level"
            changed.append(row)
    if not changed:
        return
    with transaction.atomic():
        touched = {row.equipment_id for row in changed}
        units = PlantUnit.objects.select_for_update().filter(equipment__in=touched).order_by("pk")
        locked = {one.pk: one for one in units}
        HeldSubstance.objects.bulk_update(changed, ["present_t", "present_at", "present_from"])
        for unit in locked.values():
            grade_unit(unit, by=None, now=now)


def _parts(ids: "QuerySet[PlantUnit, UUID]") -> list[list[UUID]]:
    every = list(ids)
    return [every[begin : begin + AT_ONCE] for begin in range(0, len(every), AT_ONCE)]


def _note(unit: PlantUnit, found: "Assessment") -> None:
    unit.s, unit.r, unit.grade = float(found.design.s), float(found.design.r), found.design.grade
    if found.now is None:
        unit.s_now, unit.r_now, unit.grade_now = None, None, ""
    else:
        unit.s_now, unit.r_now, unit.grade_now = float(found.now.s), float(found.now.r), found.now.grade


def _lines(found: "Assessment") -> list[dict[str, object]]:
    return [
        {
            "substance": line.held.substance,
            "table": line.weight.table,
            "row": line.weight.label,
            "critical_t": line.weight.critical_t,
            "beta": line.weight.beta,
            "design_t": line.held.design_t,
            "present_t": line.held.present_t,
            "share": float(line.share),
            "weighted": float(line.weighted),
        }
        for line in found.lines
    ]
