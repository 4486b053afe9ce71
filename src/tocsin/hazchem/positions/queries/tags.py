"""Tags, gateways and plans as their reader may see them; who is present."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.engine.positioning.frames import FittedFrame, ReferencePoint, fit_frame
from tocsin.hazchem.positions.models import PlantPlan, PositionFault, PositionGateway, PositionTag
from tocsin.hazchem.positions.policy import position_policy
from tocsin.hazchem.positions.queries.sight import own_rows, rows_in_sight
from tocsin.jurisdiction.face import people_in_force
from tocsin.sensing.face import Device

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User
    from tocsin.supervision.face import SupervisedObject

type Which = Literal["", "present", "silent", "never", "expired", "sos"]
MOST_DRAWN: Final = 5000


def visible_tags(user: "Person") -> QuerySet[PositionTag]:
    """Tags in use at firms whose people the user may see now."""
    rows = PositionTag.objects.filter(withdrawn_at__isnull=True).select_related("object", "person", "present")
    return rows_in_sight(rows, user)


def own_tags(user: "Person") -> QuerySet[PositionTag]:
    """Tags in use of the user's own firm."""
    rows = PositionTag.objects.filter(withdrawn_at__isnull=True).select_related("object", "person", "present")
    return own_rows(rows, user)


def search_tags(
    user: "Person", *, now: datetime, firm: UUID | None = None, q: str = "", kind: str = "", which: Which = ""
) -> QuerySet[PositionTag]:
    """Visible tags by a part of number, holder or employer, by kind, and by how they stand."""
    found, text = visible_tags(user), q.strip()
    if firm is not None:
        found = found.filter(object_id=firm)
    if text:
        found = found.filter(Q(number__icontains=text) | Q(holder__icontains=text) | Q(employer__icontains=text))
    if kind:
        found = found.filter(kind=kind)
    match which:
        case "present":
            found = found.filter(present__at__gte=gone_before(now))
        case "silent":
            found = found.filter(present__at__gte=gone_before(now), present__at__lt=silent_before(now))
        case "never":
            found = found.filter(present__isnull=True)
        case "expired":
            found = found.filter(valid_until__lte=now)
        case "sos":
            found = found.filter(present__sos=True)
    return found.order_by("holder", "number", "pk")


def gone_before(now: datetime) -> datetime:
    """Whoever was heard last before this counts as inside no longer."""
    return now - timedelta(hours=position_policy().present.gone_h)


def silent_before(now: datetime) -> datetime:
    """A tag that was heard last before this is silent."""
    return now - timedelta(minutes=position_policy().present.silent_min)


def drawn_tags(user: "Person", *, now: datetime, firm: UUID | None = None) -> QuerySet[PositionTag]:
    """Visible tags that are present, as many as a map draws."""
    return search_tags(user, now=now, firm=firm, which="present")[:MOST_DRAWN]


def newest_place(person_id: UUID, firm_id: UUID) -> PositionTag | None:
    """The tag of a person at a firm that was heard last, with its position; None where none was."""
    rows = PositionTag.objects.filter(person_id=person_id, object_id=firm_id, withdrawn_at__isnull=True, present__isnull=False)
    return rows.select_related("present").order_by("-present__at").first()


def visible_gateways(user: "Person") -> QuerySet[PositionGateway]:
    """Gateways of the user's own firm."""
    return own_rows(PositionGateway.objects.select_related("object", "plan", "device"), user)


def gateways_of_device(device_code: str, codes: set[str]) -> dict[str, PositionGateway]:
    """The gateways of these codes that name the device, by code."""
    rows = PositionGateway.objects.select_related("object", "plan").filter(code__in=codes, device__code=device_code)
    return {one.code: one for one in rows}


def own_device(firm: "SupervisedObject", code: str) -> Device | None:
    """The firm's own device of that code; None for an empty one. InvalidInput where the firm has none."""
    text = code.strip()
    if not text:
        return None
    owner = firm.organisation_id
    found = Device.objects.filter(code=text, organisation_id=owner).first() if owner else None
    if found is None:
        raise InvalidInput(
            _(
                "The firm has no device “%(code)s”: let whoever keeps devices register it with the firm as its owner, then name "
                "it here."
            )
            % {"code": text[:64]}
        )
    return found


def visible_plans(user: "Person") -> QuerySet[PlantPlan]:
    """Plans of the user's own firm."""
    return own_rows(PlantPlan.objects.select_related("object"), user)


def faults_of(gateway: PositionGateway) -> QuerySet[PositionFault]:
    """What was refused of a gateway's positions, the newest first."""
    return gateway.faults.order_by("-last_at")


def fitted(plan: PlantPlan) -> FittedFrame:
    """The transform of a plan."""
    points = [ReferencePoint(*one) for one in plan.points]
    return fit_frame(points, least_apart_m=position_policy().plans.least_apart_m)


def holders_of(firm: "SupervisedObject") -> "QuerySet[User]":
    """Accounts that may be named as a tag's holder: the firm's own people."""
    if firm.organisation_id is None:
        return people_in_force().none()
    return people_in_force().filter(organisation_id=firm.organisation_id).order_by("name", "username")
