"""What feeds what in a firm is written down by who keeps its units."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.alarm_load.models import EquipmentFeed
from tocsin.hazchem.alarm_load.queries.load import firms_with_plants, first_unit, tags_of
from tocsin.hazchem.alarm_load.rules import read_feeds
from tocsin.hazchem.installations.services.units import require_keeper
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def write_feeds(*, actor: "User", object_id: UUID, text: str) -> int:
    """What feeds what in a firm, in place of what was written before; returns how many feeds there are. InvalidInput with the
    line that can't be read.
    """
    firm = firms_with_plants(actor).get(pk=object_id)
    require_keeper(actor, firm)
    pairs = read_feeds(text, tags_of(firm.pk))
    unit = first_unit(firm.pk)
    if unit is None:
        raise InvalidInput(_("The firm has no unit yet."))
    EquipmentFeed.objects.filter(upstream__unit__object=firm).delete()
    EquipmentFeed.objects.bulk_create([EquipmentFeed(upstream_id=begin, downstream_id=end) for begin, end in pairs])
    record_audit(actor, "equipment_feeds.written", "plant_unit", unit.pk, unit.region_code, {"feeds": len(pairs)})
    return len(pairs)
