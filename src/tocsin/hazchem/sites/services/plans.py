"""The plan of a plant is laid over the map, and taken away."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.sites.models import PlantPicture
from tocsin.hazchem.sites.rules.corners import read_corners
from tocsin.jurisdiction.face import require
from tocsin.records.face import keep_prepared, prepare_attachment, record_audit
from tocsin.supervision.face import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject

PLAN: Final = "plant_picture"


def lay_plan(*, actor: "User", object_id: UUID, data: bytes, name: str, corners: str, now: datetime) -> PlantPicture:
    """A picture of a firm's plant over the map, in place of the one before; `corners` as `rules.corners` reads them.

    InvalidInput for corners that are none, and for a file that is no picture.
    """
    firm = _kept_firm(actor, object_id)
    places = read_corners(corners)
    prepared = prepare_attachment(actor=actor, data=data, name=name)
    if not prepared.is_picture:
        raise InvalidInput(_("A plan is a picture: send a JPEG or PNG."))
    with transaction.atomic():
        PlantPicture.objects.filter(object=firm).delete()
        plan = PlantPicture.objects.create(object=firm, corners=[list(one) for one in places], at=now, by=actor)
        region = firm.region_code
        keep_prepared(prepared, actor=actor, object_type=PLAN, object_id=plan.pk, region_code=region, now=now)
        record_audit(actor, "plant_plan.laid", "object", firm.pk, region, {"name": name[:120], "corners": plan.corners})
    return plan


@transaction.atomic
def take_plan_away(*, actor: "User", object_id: UUID) -> None:
    """A plan that holds no more; its file stays attached to nothing that is read."""
    firm = _kept_firm(actor, object_id)
    PlantPicture.objects.filter(object=firm).delete()
    record_audit(actor, "plant_plan.taken_away", "object", firm.pk, firm.region_code, {})


def _kept_firm(actor: "User", object_id: UUID) -> "SupervisedObject":
    firm = visible_objects(actor).get(pk=object_id)
    if not may_keep(actor, firm):
        require(actor, rights.MANAGE, firm.region_code)
    return firm
