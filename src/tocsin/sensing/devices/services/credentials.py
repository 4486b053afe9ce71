"""What a device shows to be let in: its secret, and its password of HJ 212."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from tocsin.base.keys import Purpose, key_for
from tocsin.jurisdiction.face import may
from tocsin.records.face import record_audit, record_audits
from tocsin.sensing.devices import rules
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.services.registry import MANAGE, ROWS_AT_ONCE, locked_device, registry_changed

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


SECRET_BYTES = 32


@transaction.atomic
def rotate_secret(*, actor: "User", device_id: UUID) -> str:
    """A new secret in place of the old one, which stops working within seconds."""
    device = locked_device(actor, device_id)
    secret = new_secret()
    device.secret_sha256 = rules.digest_of(secret)
    device.save(update_fields=["secret_sha256"])
    registry_changed([device.pk])
    record_audit(actor, "device.secret_rotated", "device", device.pk, device.region_code, {"code": device.code})
    return secret


@transaction.atomic
def renew_unheard(*, actor: "User", codes: Sequence[str]) -> dict[str, str]:
    """New secrets by code for those of the devices that have not been heard yet and that the actor manages."""
    known = queries.devices_by_code(codes)
    unheard = [one for code in codes if (one := known.get(code)) and not one.messages and may(actor, MANAGE, one.region_code)]
    made = {device.code: new_secret() for device in unheard}
    for device in unheard:
        device.secret_sha256 = rules.digest_of(made[device.code])
    Device.objects.bulk_update(unheard, ["secret_sha256"], batch_size=ROWS_AT_ONCE)
    registry_changed(one.pk for one in unheard)
    told = [(device.pk, device.region_code, {"code": device.code}) for device in unheard]
    record_audits(actor, "device.secret_rotated", "device", told)
    return made


@transaction.atomic
def renew_access_password(*, actor: "User", device_id: UUID) -> str:
    """A new password of HJ 212 (the PW of its frames), six characters; one before it stops working within seconds."""
    device = locked_device(actor, device_id)
    password = "".join(secrets.choice(rules.ACCESS_SIGNS) for _ in range(rules.ACCESS_LENGTH))
    device.access_fingerprint = rules.access_fingerprint(device.code, password, key_for(Purpose.ACCESS))
    device.save(update_fields=["access_fingerprint"])
    registry_changed([device.pk])
    record_audit(actor, "device.access_password_renewed", "device", device.pk, device.region_code, {"code": device.code})
    return password


@transaction.atomic
def withdraw_access_password(*, actor: "User", device_id: UUID) -> Device:
    """The device can no longer speak HJ 212; its secret stays."""
    device = locked_device(actor, device_id)
    device.access_fingerprint = ""
    device.save(update_fields=["access_fingerprint"])
    registry_changed([device.pk])
    record_audit(actor, "device.access_password_withdrawn", "device", device.pk, device.region_code, {"code": device.code})
    return device


def new_secret() -> str:
    """One that no command line takes for an option and no spreadsheet for a formula: it does not begin with a hyphen."""
    while (secret := secrets.token_urlsafe(SECRET_BYTES)).startswith("-"):
        pass
    return secret
