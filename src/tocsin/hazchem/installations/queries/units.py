"""Units as the reader may see them."""

from datetime import date
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.hazchem.installations.models import PlantEquipment, PlantJoint, PlantPoint, PlantUnit
from tocsin.hazchem.installations.queries.registration import to_assess, to_file
from tocsin.jurisdiction.face import may
from tocsin.supervision.face import rows_of_visible
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject

MOST_PLACED: Final = 5000

type Which = Literal["", "major", "I", "II", "III", "IV", "now_above", "problem", "assess", "file"]


def visible_units(user: "Person") -> QuerySet[PlantUnit]:
    """Units of firms in the areas whose register the user may see, and of the user's own firm."""
    return rows_of_visible(PlantUnit.objects.filter(active=True).select_related("object"), user)


def may_read_unit(user: "Person", unit_id: str) -> bool:
    """Whether the user may read what is attached to a unit."""
    return visible_units(user).filter(pk=unit_id).exists()


def may_keep(user: "Person", firm: "SupervisedObject") -> bool:
    """Whether the user keeps a firm's installations: its own people, and keepers of the register."""
    own = {firm.organisation_id} - {None}
    return may(user, rights.OWN, firm.region_code, own) or may(user, rights.MANAGE, firm.region_code)


def search_units(user: "Person", *, today: date, q: str = "", which: Which = "", area: str = "") -> QuerySet[PlantUnit]:
    """Visible units, the gravest first: by a part of the name or the firm's, by grade, by key area. `assess`: major hazards
    whose assessment is missing, over, or soon to end; `file`: units whose filing is to be made, renewed or cancelled.
    """
    found = visible_units(user)
    if q.strip():
        found = found.filter(Q(name__icontains=q.strip()) | Q(object__name__icontains=q.strip()))
    if area:
        found = found.filter(area=area)
    match which:
        case "major":
            found = found.exclude(grade="")
        case "I" | "II" | "III" | "IV":
            found = found.filter(grade=which)
        case "now_above":
            found = found.filter(s_now__gt=0).exclude(grade_now="").filter(grade="")
        case "problem":
            found = found.exclude(problem="")
        case "assess":
            found = found.filter(to_assess(today))
        case "file":
            found = found.filter(to_file())
    return found.order_by("-r", "name", "pk")


def placed_units(user: "Person") -> QuerySet[PlantUnit]:
    """Visible units that have a place, the gravest first, as many as a map draws."""
    return visible_units(user).filter(lon__isnull=False, lat__isnull=False).order_by("-r", "pk")[:MOST_PLACED]


def visible_equipment(user: "Person") -> QuerySet[PlantEquipment]:
    """Equipment of such units."""
    return PlantEquipment.objects.filter(unit__in=visible_units(user)).select_related("unit__object")


def visible_joints(user: "Person") -> QuerySet[PlantJoint]:
    """Pipes between such equipment."""
    related = ("source__unit__object", "target__unit__object")
    return PlantJoint.objects.filter(source__unit__in=visible_units(user)).select_related(*related)


def joints_of(unit: PlantUnit) -> QuerySet[PlantJoint]:
    """Pipes that begin or end in a unit, with both ends."""
    ends = Q(source__unit=unit) | Q(target__unit=unit)
    return PlantJoint.objects.filter(ends).select_related("source__unit", "target__unit").order_by("source__tag", "target__tag")


def equipment_of_firm(object_id: UUID) -> list[tuple[UUID, str]]:
    """All equipment of a firm as choices of a form, by unit and tag."""
    rows = PlantEquipment.objects.filter(unit__object_id=object_id, unit__active=True).order_by("unit__name", "tag", "pk")
    return [(pk, f"{unit} · {tag}") for pk, unit, tag in rows.values_list("pk", "unit__name", "tag")[:MOST_PLACED]]


def visible_points(user: "Person") -> QuerySet[PlantPoint]:
    """Points of such equipment."""
    return PlantPoint.objects.filter(equipment__unit__in=visible_units(user)).select_related("equipment__unit__object")
