"""Models of devices are entered, changed and withdrawn. Keyword-only, rights checked, with the audit entry."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.sheets import read_foreign_table
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.devices.models import DeviceModel
from tocsin.sensing.devices.queries.models import sheet_of, visible_models
from tocsin.sensing.devices.rules import REGION, ModelSheet, check_sheet
from tocsin.sensing.makes.queries import MANAGE
from tocsin.sensing.makes.rules.differences import changes
from tocsin.sensing.makes.rules.tables import read_models
from tocsin.sensing.onboarding.services.rows import quantity_words

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 2_000
MOST_TOLD: Final = 20  # problems of one table, and changes of one entry of the audit trail


@dataclass(frozen=True)
class Imported:
    """What a table of models did: how many are new, have another version, or say nothing new; headings that mean nothing."""

    new: int
    changed: int
    same: int
    unread: list[str]


@transaction.atomic
def enter_model(*, actor: "User", region_code: str, sheet: ModelSheet, now: datetime) -> DeviceModel:
    """A new model, version 1, known in the region and everywhere below. Conflict where that region has it already."""
    if not REGION.fullmatch(region_code):
        raise InvalidInput("region “%(region)s” is no code of six digits (GB/T 2260)", region=region_code[:12])
    require(actor, MANAGE, region_code)
    check_sheet(sheet)
    made = DeviceModel(region_code=region_code, version=1, changed_at=now, changed_by=actor)
    _fill(made, sheet)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("%(model)s is entered already: change its entry.") % {"model": made}) from None
    details = {"model": str(made), "version": 1, "channels": [one.channel for one in sheet.channels]}
    record_audit(actor, "device_model.entered", "device_model", made.pk, region_code, details)
    return made


@transaction.atomic
def change_model(*, actor: "User", model_id: UUID, sheet: ModelSheet, now: datetime) -> DeviceModel:
    """Its next version; what says nothing new makes none. Devices stay as they are until somebody brings them in line."""
    visible_models(actor).get(pk=model_id)
    found = DeviceModel.objects.select_for_update().get(pk=model_id)
    require(actor, MANAGE, found.region_code)
    check_sheet(sheet)
    told = changes(sheet_of(found), sheet)
    if not told:
        return found
    _fill(found, sheet)
    found.version, found.changed_at, found.changed_by = found.version + 1, now, actor
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Conflict(_("%(model)s is entered already: change its entry.") % {"model": found}) from None
    details = {"model": str(found), "version": found.version, "changes": dict(list(told.items())[:MOST_TOLD])}
    record_audit(actor, "device_model.changed", "device_model", found.pk, found.region_code, details)
    return found


@transaction.atomic
def withdraw_model(*, actor: "User", model_id: UUID) -> None:
    """An entry that nobody uses goes. Conflict as long as devices or keys for enrolment are of it."""
    visible_models(actor).get(pk=model_id)
    found = DeviceModel.objects.select_for_update().get(pk=model_id)
    require(actor, MANAGE, found.region_code)
    if found.devices.exists() or found.enrolment_keys.exists():
        raise Conflict(_("Devices or keys for enrolment are of this model: it stays."))
    details = {"model": str(found), "version": found.version}
    record_audit(actor, "device_model.withdrawn", "device_model", found.pk, found.region_code, details)
    found.delete()


def import_models(*, actor: "User", region_code: str, content: bytes, now: datetime) -> Imported:
    """All models of a table or none: new ones are entered, known ones of the region get another version where they differ.

    InvalidInput names every wrong cell by line and column, the first twenty of them.
    """
    require(actor, MANAGE, region_code)
    table = read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20)
    read = read_models(table, quantity_words())
    if read.problems:
        more = len(read.problems) - MOST_TOLD
        last = [_("… and %(count)s more.") % {"count": more}] if more > 0 else []
        raise InvalidInput("%(problems)s", problems="\n".join([*read.problems[:MOST_TOLD], *last]))
    if not read.sheets:
        raise InvalidInput(_("There are no rows below the headings."))
    counts = {"new": 0, "changed": 0, "same": 0}
    with transaction.atomic():
        known = {(one.maker, one.model): one for one in DeviceModel.objects.filter(region_code=region_code)}
        for _line, sheet in read.sheets:
            found = known.get((sheet.maker, sheet.model))
            if found is None:
                enter_model(actor=actor, region_code=region_code, sheet=sheet, now=now)
                counts["new"] += 1
            else:
                changed = change_model(actor=actor, model_id=found.pk, sheet=sheet, now=now)
                counts["changed" if changed.version > found.version else "same"] += 1
    return Imported(**counts, unread=read.unread)


def _fill(found: DeviceModel, sheet: ModelSheet) -> None:
    found.maker, found.model = sheet.maker, sheet.model
    found.protocol, found.power, found.battery_low_pct = sheet.protocol, sheet.power, sheet.battery_low_pct
    found.channels = [asdict(one) for one in sheet.channels]
