"""Units of plants: the list of all, and one with its tanks, its points and its grade line by line."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.engine.tanks import TankShape
from tocsin.hazchem.installations.models import HeldSubstance, PlantUnit
from tocsin.hazchem.installations.queries import units as queries
from tocsin.hazchem.installations.queries.cutting import differs_from_cut
from tocsin.hazchem.installations.queries.readings import picture_of, readings_of
from tocsin.hazchem.installations.queries.weighing import weigh_unit
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, InterlockState, PointKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, PointSheet
from tocsin.hazchem.installations.rules.tables import HEADINGS, symbols_of
from tocsin.hazchem.installations.services import joints
from tocsin.hazchem.installations.services import units as services
from tocsin.hazchem.installations.services.registration import DOCUMENT, attach_document
from tocsin.hazchem.installations.shown import names
from tocsin.hazchem.installations.shown import units as told
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.face import attachments_of
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.face import visible_objects
from tocsin.supervision.objects.rules import rights

COLUMNS = (
    *("name", "firm", "kind_name", "area_name", "grade_name", "s", "r", "people", "grade_now_name", "s_now", "r_now"),
    *("filing_name", "filing_number", "filed_on", "assessed_on", "assess_until", "problem"),
)
GRADINGS_SHOWN = 20
EMPTY = EmptyState(
    gettext_lazy("Units of plants come from a table."),
    link=gettext_lazy("From a file"),
    to="import_kind",
    args=("plants",),
    may="may_enter",
)


@dataclass(frozen=True)
class Filters:
    """Which units the list shows."""

    q: str = ""
    which: queries.Which = ""
    area: str = ""


@never_cache
@require_GET
def plant_units(request: HttpRequest) -> HttpResponse:
    """Units of firms that the reader sees, the gravest first."""
    chosen = read_filters(Filters, request.GET)
    found = queries.search_units(request.user, today=timezone.localtime(current_time()).date(), **asdict(chosen))
    grades = [(grade, name) for grade, name in names.GRADE_NAMES.items() if grade]
    choices = [
        ("major", _("major hazards")),
        *grades,
        ("now_above", _("major by what is there now alone")),
        ("assess", _("to be assessed")),
        ("file", _("to be filed")),
        ("problem", _("can't be graded")),
    ]
    return list_file(request, found, "plant-units", COLUMNS, told.describe_unit) or list_page(
        request,
        found,
        "hazchem/installations/units.html",
        empty=EMPTY,
        part="",
        describe=told.describe_unit,
        context={
            "chosen": chosen,
            "choices": choices,
            "areas": names.AREA_NAMES.items(),
            "firms": list(visible_objects(request.user).filter(kind__in=("enterprise", "site"))[:2]),
            "may_enter": any(may_anywhere(request.user, one) for one in (rights.OWN, rights.MANAGE)),
            "headings": [(name, " / ".join(words)) for name, words in HEADINGS.items()],
        },
    )


@require_GET
def moved_imports(request: HttpRequest) -> HttpResponse:
    """Where workbooks of plants are given now."""
    return redirect("import_kind", "plants", permanent=True)


@never_cache
@require_GET
def plant_unit(request: HttpRequest, plant_unit_id: UUID) -> HttpResponse:
    """One unit: its grade with every line, its equipment with what is measured, how the grade has changed."""
    unit = _unit(request, plant_unit_id)
    held = HeldSubstance.objects.order_by("substance", "pk")
    rows = list(unit.equipment.prefetch_related("points__sensor", Prefetch("held", held)))
    readings = readings_of([point for one in rows for point in one.points.all()], current_time())
    substances = {one.pk: list(one.held.all()) for one in rows}
    equipment = [
        told.describe_equipment(one, substances[one.pk], readings, picture_of(one, readings, substances[one.pk])) for one in rows
    ]
    if request.headers.get("HX-Request"):
        return render(request, "hazchem/installations/_live.html", {"equipment": equipment})
    may_keep = queries.may_keep(request.user, unit.object)
    judged = weigh_unit(unit, [row for one in rows for row in substances[one.pk]])
    context = {
        "unit": told.describe_unit(unit),
        "alpha": float(judged.assessment.alpha) if judged.assessment else None,
        "problem": judged.problem,
        "lines": told.describe_lines(judged.assessment),
        "equipment": equipment,
        "gradings": [told.describe_grading(one) for one in unit.gradings.select_related("by")[:GRADINGS_SHOWN]],
        "joints": [told.describe_joint(one) for one in queries.joints_of(unit)],
        "reachable": queries.equipment_of_firm(unit.object_id) if may_keep else [],
        "files": list(attachments_of(DOCUMENT, unit.pk)),
        "may_keep": may_keep,
        "cut_differs": differs_from_cut(unit),
        "kinds": names.EQUIPMENT_NAMES.items(),
        "shapes": names.SHAPE_NAMES.items(),
        "point_kinds": names.POINT_NAMES.items(),
        "interlocks": names.INTERLOCK_NAMES.items(),
    }
    return render(request, "hazchem/installations/unit.html", context)


def _equipment(
    request: HttpRequest,
    unit: PlantUnit,
    *,
    equipment: UUID | None,
    tag: Line,
    title: Line,
    kind: EquipmentKind,
    shape: TankShape,
    volume_m3: float | None,
    height_m: float | None,
    liquefied: bool,
    bund: Line,
    building: Line,
    lon: float | None,
    lat: float | None,
) -> str:
    sheet = EquipmentSheet(
        tag=tag,
        name=title,
        kind=kind,
        shape=shape,
        volume_m3=volume_m3,
        height_m=height_m,
        liquefied=liquefied,
        bund=bund,
        building=building,
        lon=lon,
        lat=lat,
    )
    if equipment is None:
        services.enter_equipment(actor=actor_of(request), unit_id=unit.pk, sheet=sheet)
        return _("The equipment is entered.")
    services.change_equipment(actor=actor_of(request), equipment_id=equipment, sheet=sheet)
    return _("The equipment is changed.")


def _withdraw_equipment(request: HttpRequest, _unit: PlantUnit, *, equipment: UUID) -> str:
    services.withdraw_equipment(actor=actor_of(request), equipment_id=equipment, now=current_time())
    return _("The equipment is withdrawn, with what it held and its points.")


def _hold(
    request: HttpRequest,
    _unit: PlantUnit,
    *,
    equipment: UUID,
    substance: Line,
    cas: Line,
    design_t: float | None,
    classes: Line,
    content_percent: float | None,
    mixture_of: Line,
    density_kg_m3: float | None,
) -> str:
    if design_t is None:
        raise InvalidInput(_("Give the most that can be there by design, in tonnes."))
    sheet = HeldSheet(
        substance=substance,
        cas=cas,
        design_t=design_t,
        classes=symbols_of(classes) if classes else None,
        content_percent=content_percent,
        mixture_of=mixture_of,
        density_kg_m3=density_kg_m3,
    )
    services.hold(actor=actor_of(request), equipment_id=equipment, sheet=sheet, now=current_time())
    return _("The substance is kept and the unit graded anew.")


def _hold_no_more(request: HttpRequest, _unit: PlantUnit, *, held: UUID) -> str:
    services.hold_no_more(actor=actor_of(request), held_id=held, now=current_time())
    return _("The substance is gone and the unit graded anew.")


def _state(request: HttpRequest, _unit: PlantUnit, *, held: UUID, present_t: float | None) -> str:
    if present_t is None:
        raise InvalidInput(_("Give what is there now, in tonnes."))
    services.state_inventory(actor=actor_of(request), held_id=held, present_t=present_t, now=current_time())
    return _("What is there now is kept and the unit graded anew.")


def _point(
    request: HttpRequest,
    _unit: PlantUnit,
    *,
    equipment: UUID,
    tag: Line,
    kind: PointKind,
    sensor: Line,
    low_low: float | None,
    low: float | None,
    high: float | None,
    high_high: float | None,
) -> str:
    sheet = PointSheet(tag=tag, kind=kind, sensor=sensor, low_low=low_low, low=low, high=high, high_high=high_high)
    services.enter_point(actor=actor_of(request), equipment_id=equipment, sheet=sheet)
    return _("The point is kept.")


def _withdraw_point(request: HttpRequest, _unit: PlantUnit, *, point: UUID) -> str:
    services.withdraw_point(actor=actor_of(request), point_id=point)
    return _("The point is withdrawn.")


def _interlock(
    request: HttpRequest, _unit: PlantUnit, *, point: UUID, state: InterlockState, until: datetime | None, reason: str
) -> str:
    services.set_interlock(actor=actor_of(request), point_id=point, state=state, until=until, reason=reason, now=current_time())
    return _("The interlock is noted.")


def _joint(
    request: HttpRequest, _unit: PlantUnit, *, from_equipment: UUID, to_equipment: UUID, tag: Line, isolating: bool
) -> str:
    ends = {"source_id": from_equipment, "target_id": to_equipment}
    joints.enter_joint(actor=actor_of(request), tag=tag, isolating=isolating, **ends)
    return _("The pipe is kept.")


def _withdraw_joint(request: HttpRequest, _unit: PlantUnit, *, joint: UUID) -> str:
    joints.withdraw_joint(actor=actor_of(request), joint_id=joint)
    return _("The pipe is withdrawn.")


def _take_out(request: HttpRequest, _unit: PlantUnit, *, equipment: UUID, until: datetime | None, reason: Line) -> str:
    joints.take_out_of_service(actor=actor_of(request), equipment_id=equipment, until=until, reason=reason, now=current_time())
    return _("The equipment is out of service.")


def _put_back(request: HttpRequest, _unit: PlantUnit, *, equipment: UUID) -> str:
    joints.put_back_in_service(actor=actor_of(request), equipment_id=equipment)
    return _("The equipment is in service again.")


def _document(request: HttpRequest, unit: PlantUnit, *, caption: Line) -> str:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Choose a file."))
    data, name, now = file.read(), file.name or "", current_time()
    attach_document(actor=actor_of(request), unit_id=unit.pk, data=data, name=name, caption=caption, now=now)
    return _("The document is attached.")


def _withdraw(request: HttpRequest, unit: PlantUnit) -> str:
    services.withdraw_unit(actor=actor_of(request), unit_id=unit.pk)
    return _("The unit is withdrawn.")


UNIT_ACTS: dict[str, Act] = {
    "equipment": _equipment,
    "withdraw-equipment": _withdraw_equipment,
    "hold": _hold,
    "hold-no-more": _hold_no_more,
    "inventory": _state,
    "point": _point,
    "withdraw-point": _withdraw_point,
    "interlock": _interlock,
    "document": _document,
    "joint": _joint,
    "withdraw-joint": _withdraw_joint,
    "out-of-service": _take_out,
    "in-service": _put_back,
    "withdraw": _withdraw,
}


@require_POST
def act_on_unit(request: HttpRequest, plant_unit_id: UUID, name: str) -> HttpResponse:
    """One act upon a unit, by its name."""
    unit = _unit(request, plant_unit_id)
    perform_and_tell(request, UNIT_ACTS, name, request, unit)
    if name == "withdraw" and not queries.visible_units(request.user).filter(pk=unit.pk).exists():
        return redirect("plant_units")
    return redirect("plant_unit", plant_unit_id)


def _unit(request: HttpRequest, plant_unit_id: UUID) -> PlantUnit:
    return queries.visible_units(request.user).get(pk=plant_unit_id)
