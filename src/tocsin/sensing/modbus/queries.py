"""Units of Modbus, as their readers and the poller need them."""

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.queries.registry import counted
from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.modbus.rules import KnownUnit, read_map

COUNTER = "modbus"


def visible_units(user: Person) -> QuerySet[ModbusUnit]:
    """Units whose devices lie in the regions where the user may manage sensors: an address inside is nobody else's business."""
    return scope(ModbusUnit.objects.select_related("device"), user, "sensors.manage", "device__region_code")


def search_units(user: Person, *, search: str = "") -> QuerySet[ModbusUnit]:
    """Visible units whose host, or whose device's code or name, holds the text."""
    found = visible_units(user)
    if not search:
        return found
    return found.filter(Q(device__code__icontains=search) | Q(device__name__icontains=search) | Q(host__icontains=search))


def modbus_version() -> int:
    """A number that grows with every change of units."""
    return counted(COUNTER)


def known_units() -> tuple[KnownUnit, ...]:
    """Those of enabled devices, as the poller asks them."""
    columns = ("device__code", "host", "port", "unit", "period_s", "registers")
    rows = ModbusUnit.objects.filter(device__enabled=True).order_by("device__code").values_list(*columns)
    return tuple(known_unit(*row) for row in rows.iterator(chunk_size=500))


def known_unit(code: str, host: str, port: int, unit: int, period_s: float, lines: list[str]) -> KnownUnit:
    """One of them."""
    return KnownUnit(code, host, port, unit, period_s, read_map("\n".join(lines)))
