"""Registration of major hazards: documents are attached, and who must assess anew is told."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.queries.registration import assessment_of, to_assess
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.installations.rules.registration import assessed_until
from tocsin.hazchem.installations.services.telling import tell_of_assessment
from tocsin.hazchem.installations.services.units import require_keeper
from tocsin.records.face import keep_prepared, prepare_attachment

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import Attachment

DOCUMENT: Final = "plant_unit"
AT_ONCE: Final = 200


def attach_document(*, actor: "User", unit_id: UUID, data: bytes, name: str, caption: str = "", now: datetime) -> "Attachment":
    """A document of a unit (its assessment, its filing, a plan of response): a PDF or a picture. InvalidInput tells what is
    wrong with the file.
    """
    unit = visible_units(actor).get(pk=unit_id)
    require_keeper(actor, unit.object)
    prepared = prepare_attachment(actor=actor, data=data, name=name)
    region = unit.region_code
    return keep_prepared(
        prepared, actor=actor, object_type=DOCUMENT, object_id=unit.pk, region_code=region, caption=caption, now=now
    )


def follow_assessments(*, now: datetime) -> None:
    """Tells of major hazards that are to be assessed, each state and end once. A loop."""
    today = timezone.localtime(now).date()
    ids = list(PlantUnit.objects.filter(to_assess(today), active=True).order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(ids), AT_ONCE):
        _tell(ids[begin : begin + AT_ONCE], now)


@transaction.atomic
def _tell(ids: list[UUID], now: datetime) -> None:
    today, every = timezone.localtime(now).date(), plants().assess_every_years
    for unit in PlantUnit.objects.filter(pk__in=ids).select_related("object__organisation").order_by("pk"):
        until = assessed_until(unit.assessed_on, every) if unit.assessed_on else None
        tell_of_assessment(unit, assessment_of(unit, today), until, now)
