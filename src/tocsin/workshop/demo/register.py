"""A county's register for a demonstration: drawn firms, a platform that knows them by other names, signs for some."""

from typing import TYPE_CHECKING

from django.db import transaction

from tocsin.simulation.platforms import draw_platform_records
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules.register import NewObject, NewRecord, ObjectKind
from tocsin.supervision.objects.services.codes import issue_codes
from tocsin.supervision.objects.services.matching import receive_records
from tocsin.supervision.objects.services.register import register_object

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User


@transaction.atomic
def draw_register(
    *, actor: "User", region_code: str, seed: int, firms: int, platform: str = "grid", level: str = "grid"
) -> list[SupervisedObject]:
    """Enters about `firms` drawn firms with their second sites, takes in one platform's records of them, and issues signs' codes.

    The same seed draws the same firms; calling it twice is a Conflict, since their credit codes are in the register. Some of the
    records stay unsure and fill the queue; some are of firms that the register does not have.
    """
    drawn = draw_platform_records(seed, firms)
    made = [
        register_object(
            actor=actor,
            new=NewObject(
                kind=ObjectKind.SITE if entry.key.endswith("B") else ObjectKind.ENTERPRISE,
                name=entry.name,
                trade=entry.trade,
                region_code=region_code,
                credit_code=entry.credit_code,
                site_number=2 if entry.key.endswith("B") else 1,
                address=entry.address,
                lon=entry.lon,
                lat=entry.lat,
            ),
        )
        for entry in drawn.register
    ]
    receive_records(
        actor=actor,
        records=[
            NewRecord(platform, level, one.key, region_code, one.name, one.credit_code, one.address, one.lon, one.lat)
            for one in drawn.records
        ],
    )
    issue_codes(actor=actor, object_ids=[one.pk for one in made])
    return made
