"""Sheets are written and taken away by the firm's own people and keepers of the register."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.installations.services.units import require_keeper
from tocsin.hazchem.rationalisation.models import ResponseSheet
from tocsin.hazchem.rationalisation.queries import points_of
from tocsin.hazchem.rationalisation.rules import Sheet, check_sheet
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def write_sheet(
    *,
    actor: "User",
    unit_id: UUID,
    sheet: Sheet,
    now: datetime,
    point_kind: PointKind | None = None,
    point_id: UUID | None = None,
) -> ResponseSheet | None:
    """The sheet of a unit, of its points of a kind, or of one point, in place of the one before; an empty one takes it away.

    InvalidInput where both a kind and a point are named, or the point is none of the unit.
    """
    unit = visible_units(actor).get(pk=unit_id)
    require_keeper(actor, unit.object)
    sheet = check_sheet(sheet)
    if point_kind is not None and point_id is not None:
        raise InvalidInput(_("A sheet is for one point, or for all points of a kind, not for both."))
    point = None if point_id is None else points_of(unit).filter(pk=point_id).first()
    if point_id is not None and point is None:
        raise InvalidInput(_("The unit has no such point."))
    address = {"unit": unit, "point_kind": point_kind or "", "point": point}
    found = ResponseSheet.objects.select_for_update().filter(**address).first()
    told = {"kind": point_kind or "", "point": point.tag if point else "", "action": sheet.action}
    record_audit(actor, "response_sheet.written", "plant_unit", unit.pk, unit.region_code, told)
    if sheet.is_empty:
        if found is not None:
            found.delete()
        return None
    row = found or ResponseSheet(**address)
    row.cause, row.consequence, row.action, row.respond_min = sheet.cause, sheet.consequence, sheet.action, sheet.respond_min
    row.written_at, row.written_by = now, actor
    row.save()
    return row
