"""What is written about transmitters of fire alarms. Keyword-only, rights checked, in one transaction with its audit entry."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.sensing.devices.models import Counter, Device
from tocsin.sensing.transmitters.models import Transmitter
from tocsin.sensing.transmitters.queries import COUNTER
from tocsin.sensing.transmitters.rules import read_networks, read_source

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MANAGE: Final = "sensors.manage"


@transaction.atomic
def enter_transmitter(*, actor: "User", device_code: str, source: str, networks: str) -> Transmitter:
    """The device of this code speaks GB/T 26875.3 from here on, by this source address and from these networks only."""
    device = Device.objects.select_for_update().filter(code=device_code).first()
    if device is None or not may(actor, MANAGE, device.region_code):
        raise InvalidInput(_("There is no device “%(given)s”; register it first.") % {"given": device_code[:64]})
    if Transmitter.objects.filter(device=device).exists():
        raise Conflict(_("Device %(code)s is entered already; change its entry.") % {"code": device.code})
    found = read_source(source)
    _refuse_taken(found)
    made = Transmitter.objects.create(
        device=device, source=found, networks=list(read_networks(networks)), entered_at=current_time()
    )
    _changed()
    _audit(actor, "entered", made, {"source": made.source, "networks": made.networks})
    return made


@transaction.atomic
def change_transmitter(*, actor: "User", transmitter_id: UUID, source: str, networks: str) -> Transmitter:
    """Another source address, or other networks."""
    found = _locked(actor, transmitter_id)
    before = (found.source, found.networks)
    wanted = read_source(source)
    if wanted != found.source:
        _refuse_taken(wanted)
    found.source, found.networks = wanted, list(read_networks(networks))
    found.save(update_fields=["source", "networks"])
    _changed()
    _audit(actor, "changed", found, {"source": [before[0], found.source], "networks": [before[1], found.networks]})
    return found


@transaction.atomic
def withdraw_transmitter(*, actor: "User", transmitter_id: UUID) -> None:
    """The device can no longer speak GB/T 26875.3; what it sent stays."""
    found = _locked(actor, transmitter_id)
    _audit(actor, "withdrawn", found, {"source": found.source})
    found.delete()
    _changed()


def _locked(actor: "User", transmitter_id: UUID) -> Transmitter:
    found = Transmitter.objects.select_for_update(of=("self",)).select_related("device").get(pk=transmitter_id)
    require(actor, MANAGE, found.device.region_code)
    return found


def _refuse_taken(source: str) -> None:
    """Source addresses are one space for the whole installation; who has one is not told."""
    if Transmitter.objects.filter(source=source).exists():
        raise Conflict(_("Source address %(source)s is entered already; each belongs to one transmitter.") % {"source": source})


def _changed() -> None:
    """The door looks again."""
    Counter.objects.get_or_create(name=COUNTER)
    Counter.objects.filter(name=COUNTER).update(value=F("value") + 1)


def _audit(actor: "User", what: str, found: Transmitter, details: dict[str, object]) -> None:
    device = found.device
    record_audit(actor, f"transmitter.{what}", "device", device.pk, device.region_code, {"code": device.code, **details})
