"""What every act upon devices and sensors needs: rights, locks, numbers, and word to the doors that something has changed."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.bus.bulk import insert_all
from tocsin.jurisdiction.face import may, require
from tocsin.lifelines.face import may_name_asset
from tocsin.sensing.devices.models import Counter, Device, RegistryChange
from tocsin.sensing.devices.queries import registry as queries

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MANAGE: Final = "sensors.manage"
REMEMBERED: Final = 1000  # changes, after which doors that did not look read all anew
ROWS_AT_ONCE = 500  # of one INSERT; keeps parameters and lock times small


def registry_changed(devices: Iterable[UUID]) -> None:
    """Doors read these devices anew, with their sensors and whoever carries them; the detector reads all. Nothing where there are
    none. In the transaction of the change.
    """
    changed = set(devices)
    if not changed:
        return
    version = draw(queries.REGISTRY, 1) + 1
    told = changed if len(changed) <= queries.MOST_CHANGED else [None]
    insert_all(RegistryChange(version=version, device_id=one) for one in told)
    RegistryChange.objects.filter(version__lte=version - REMEMBERED).delete()


def draw(name: str, count: int) -> int:
    """The first of `count` numbers that nobody else gets; the row's lock holds until the caller's transaction ends."""
    Counter.objects.get_or_create(name=name)
    Counter.objects.filter(name=name).update(value=F("value") + count)
    return Counter.objects.get(name=name).value - count


def locked_device(actor: "User", device_id: UUID) -> Device:
    """The device, locked until the caller's transaction ends; NotAllowed where the actor does not manage sensors."""
    device = Device.objects.select_for_update().get(pk=device_id)
    require(actor, MANAGE, device.region_code)
    return device


def check_asset(actor: "User", asset_id: object) -> None:
    """InvalidInput for an asset of elsewhere; none is good."""
    if asset_id is not None and not (isinstance(asset_id, UUID) and may_name_asset(actor, MANAGE, asset_id)):
        raise InvalidInput(_("There is no such asset where you manage sensors."))


def link_gateways(actor: "User", gateway_of: Mapping[str, str]) -> None:
    """Device code -> code of its gateway. A gateway has no gateway itself: what it carries is told in one step."""
    known = queries.devices_by_code({*gateway_of, *gateway_of.values()})
    for code, gateway_code in gateway_of.items():
        device, gateway = known[code], known.get(gateway_code)
        if gateway is None or not may(actor, MANAGE, gateway.region_code):
            raise no_device(gateway_code)
        chained = gateway.gateway_id is not None or gateway_code in gateway_of or device.carried.exists()
        if gateway.pk == device.pk or chained:
            raise InvalidInput(
                _("Device %(code)s can't be carried by %(gateway)s: a gateway has no gateway itself.")
                % {"code": code, "gateway": gateway_code}
            )
        device.gateway = gateway
    Device.objects.bulk_update([known[code] for code in gateway_of], ["gateway"], batch_size=ROWS_AT_ONCE)


def no_device(code: str) -> InvalidInput:
    """The same for a device of another region and for one that does not exist."""
    return InvalidInput(_("There is no device %(code)s that you manage.") % {"code": code})
