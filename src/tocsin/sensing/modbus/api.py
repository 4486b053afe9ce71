"""Units of Modbus, for programs."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.requests import costly
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.modbus import queries
from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.modbus.rules import Register, read_map
from tocsin.sensing.modbus.services import units as services
from tocsin.sensing.modbus.services.asking import Failed
from tocsin.sensing.modbus.services.trial import try_unit

router = Router()


class ModbusFilter(Slice):
    search: str = ""


class ModbusRegister(Schema):
    channel: str
    table: str = Field(description="coil, discrete, input or holding")
    address: int = Field(description="as it stands in the request, from 0")
    type: str = Field(description="bool; u16, s16, u32, s32, u64, s64, f32, f64; bit0 to bit15")
    order: str = Field("ABCD", description="ABCD, CDAB, BADC or DCBA")
    factor: float = 1.0
    offset: float = 0.0
    missing: list[float] = Field([], description="raw values that mean: not measured")

    def register(self) -> Register:
        return Register(**{**self.dict(), "missing": tuple(self.missing)})


class ModbusUnitOut(Schema):
    id: UUID
    device_id: UUID
    device_code: str = Field(alias="device.code")
    region_code: str = Field(alias="device.region_code")
    host: str
    port: int
    unit: int
    period_s: float
    registers: list[ModbusRegister]
    entered_at: datetime

    @staticmethod
    def resolve_registers(row: ModbusUnit) -> list[dict[str, object]]:
        return [{**vars(one), "missing": list(one.missing)} for one in read_map(row.map_text)]


class ModbusUnitEdit(Schema):
    host: str
    port: int = 502
    unit: int = 1
    period_s: float = 60.0
    registers: list[ModbusRegister]


class ModbusUnitIn(ModbusUnitEdit):
    device_code: str


class ModbusUnits(Schema):
    items: list[ModbusUnitOut]
    total: int


class ModbusValue(Schema):
    channel: str
    value: float | None = Field(description="in the unit that the sensor is registered with; null: not measured, or refused")
    refused: str = ""


class ModbusTrial(Schema):
    values: list[ModbusValue]
    refused: str = Field("", description="why the unit can't be asked at all")


@router.get("modbus-units", response=ModbusUnits)
def list_modbus_units(request: HttpRequest, filters: Query[ModbusFilter]) -> Part[ModbusUnit]:
    """Units of Modbus that you may see, by the code of their device."""
    return filters.part(queries.search_units(request.user, search=filters.search))


@router.post("modbus-units", response={201: ModbusUnitOut})
def enter_modbus_unit(request: HttpRequest, new: ModbusUnitIn) -> Status[ModbusUnit]:
    """A registered device is asked by Modbus TCP from here on."""
    made = services.enter_unit(
        actor=actor_of(request),
        device_code=new.device_code,
        host=new.host,
        port=new.port,
        unit=new.unit,
        period_s=new.period_s,
        registers=tuple(one.register() for one in new.registers),
    )
    return Status(201, made)


@router.get("modbus-units/{modbus_unit_id}", response=ModbusUnitOut)
def get_modbus_unit(request: HttpRequest, modbus_unit_id: UUID) -> ModbusUnit:
    """One unit."""
    return queries.visible_units(request.user).get(pk=modbus_unit_id)


@router.put("modbus-units/{modbus_unit_id}", response=ModbusUnitOut)
def change_modbus_unit(request: HttpRequest, modbus_unit_id: UUID, change: ModbusUnitEdit) -> ModbusUnit:
    """Another place, another period, other registers."""
    queries.visible_units(request.user).get(pk=modbus_unit_id)
    return services.change_unit(
        actor=actor_of(request),
        unit_id=modbus_unit_id,
        host=change.host,
        port=change.port,
        unit=change.unit,
        period_s=change.period_s,
        registers=tuple(one.register() for one in change.registers),
    )


@router.delete("modbus-units/{modbus_unit_id}", response={204: None})
def withdraw_modbus_unit(request: HttpRequest, modbus_unit_id: UUID) -> Status[None]:
    """The device is no longer asked; what it told stays."""
    queries.visible_units(request.user).get(pk=modbus_unit_id)
    services.withdraw_unit(actor=actor_of(request), unit_id=modbus_unit_id)
    return Status(204, None)


@router.post("modbus-units/{modbus_unit_id}/try", response=ModbusTrial)
@costly
def try_modbus_unit(request: HttpRequest, modbus_unit_id: UUID) -> ModbusTrial:
    """Asks the unit once, now, and keeps nothing: what each of its registers says, or why it can't be asked."""
    found = queries.visible_units(request.user).get(pk=modbus_unit_id)
    with Attempt(temporarily=True) as attempt:
        attempt.answer = try_unit(found)
    values: list[ModbusValue] = []
    for one in attempt.answer or ():
        if isinstance(one, Failed):
            values += [ModbusValue(channel=channel, value=None, refused=str(one.why)) for channel in one.channels]
        else:
            values.append(ModbusValue(channel=one.register.channel, value=one.value))
    return ModbusTrial(values=values, refused=attempt.reason)
