"""Everything that is written about units of Modbus. Keyword-only, rights checked, in one transaction with its audit entry."""

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
from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.modbus.policy import modbus_policy
from tocsin.sensing.modbus.queries import COUNTER
from tocsin.sensing.modbus.rules import Register, check_place, check_registers

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MANAGE: Final = "sensors.manage"


@transaction.atomic
def enter_unit(
    *,
    actor: "User",
    device_code: str,
    host: str,
    port: int,
    unit: int,
    period_s: float,
    registers: tuple[Register, ...],
) -> ModbusUnit:
    """The device of this code is asked from here on."""
    device = Device.objects.select_for_update().filter(code=device_code).first()
    if device is None or not may(actor, MANAGE, device.region_code):
        raise InvalidInput(_("There is no device “%(given)s”; register it first.") % {"given": device_code[:64]})
    if ModbusUnit.objects.filter(device=device).exists():
        raise Conflict(_("Device %(code)s is entered already; change its entry.") % {"code": device.code})
    made = ModbusUnit(device=device, entered_at=current_time())
    _fill(made, host, port, unit, period_s, registers)
    made.save(force_insert=True)
    _changed()
    _audit(actor, "entered", made)
    return made


@transaction.atomic
def change_unit(
    *, actor: "User", unit_id: UUID, host: str, port: int, unit: int, period_s: float, registers: tuple[Register, ...]
) -> ModbusUnit:
    """Another place, another period, other registers."""
    found = _locked(actor, unit_id)
    _fill(found, host, port, unit, period_s, registers)
    found.save()
    _changed()
    _audit(actor, "changed", found)
    return found


@transaction.atomic
def withdraw_unit(*, actor: "User", unit_id: UUID) -> None:
    """The device is no longer asked; what it told stays."""
    found = _locked(actor, unit_id)
    _audit(actor, "withdrawn", found)
    found.delete()
    _changed()


def _fill(found: ModbusUnit, host: str, port: int, unit: int, period_s: float, registers: tuple[Register, ...]) -> None:
    asking = modbus_policy().asking
    check_place(host, port, unit, period_s, asking.least_period_s)
    found.host, found.port, found.unit, found.period_s = host, port, unit, period_s
    found.registers = ModbusUnit.lines_of(check_registers(registers, asking.registers))


def _locked(actor: "User", unit_id: UUID) -> ModbusUnit:
    found = ModbusUnit.objects.select_for_update(of=("self",)).select_related("device").get(pk=unit_id)
    require(actor, MANAGE, found.device.region_code)
    return found


def _changed() -> None:
    """The poller looks again."""
    Counter.objects.get_or_create(name=COUNTER)
    Counter.objects.filter(name=COUNTER).update(value=F("value") + 1)


def _audit(actor: "User", what: str, found: ModbusUnit) -> None:
    device = found.device
    details = {
        "code": device.code,
        "address": f"{found.host}:{found.port}",
        "unit": found.unit,
        "period_s": found.period_s,
        "registers": len(found.registers),
    }
    record_audit(actor, f"modbus.{what}", "device", device.pk, device.region_code, details)
