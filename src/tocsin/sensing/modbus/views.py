"""Pages of units of Modbus: the list, and one with its map and what its registers say now."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere, needs
from tocsin.screens.acts import Attempt, act
from tocsin.screens.budgets.requests import claim
from tocsin.screens.forms import Line, fields_of
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.modbus import queries
from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.modbus.rules import ORDERS, TABLES, TYPES, read_map
from tocsin.sensing.modbus.services import units as services
from tocsin.sensing.modbus.services.asking import Answered, Failed
from tocsin.sensing.modbus.services.trial import try_unit

COLUMNS = (
    *("device_code", "device_name", "region_code", "host", "port", "unit", "period_s", "registers"),
    *("last_seen_at", "messages", "rejected", "entered_at"),
)
EMPTY = EmptyState(
    gettext_lazy("A unit is asked for its registers as often as is entered here."),
    link=gettext_lazy("Enter a unit"),
    to="#new-unit",
)


@require_GET
@needs("sensors.manage")
def modbus_units(request: HttpRequest) -> HttpResponse:
    """The list, with the form to enter one."""
    return _list(request)


@require_POST
@needs("sensors.manage")
def enter_modbus_unit(request: HttpRequest) -> HttpResponse:
    """A device is asked from here on; a refusal leaves what was typed in the form."""
    with Attempt() as attempt:
        made = _enter(request, **fields_of(_enter, request.POST))
        return redirect("modbus_unit", made.pk)
    return _list(request, attempt.reason, attempt.status)


def _enter(
    request: HttpRequest,
    *,
    device_code: Line,
    host: Line,
    port: int = 502,
    unit: int = 1,
    period_s: float = 60.0,
    map: str,
) -> ModbusUnit:
    return services.enter_unit(
        actor=actor_of(request),
        device_code=device_code,
        host=host,
        port=port,
        unit=unit,
        period_s=period_s,
        registers=read_map(map),
    )


@never_cache
@require_GET
@needs("sensors.manage")
def modbus_unit(request: HttpRequest, modbus_unit_id: UUID) -> HttpResponse:
    """One unit with its map."""
    return _unit(request, queries.visible_units(request.user).get(pk=modbus_unit_id))


@never_cache
@act("modbus_unit")
def try_modbus_unit(request: HttpRequest, modbus_unit_id: UUID) -> HttpResponse:
    """The same with what its registers say now."""
    found = queries.visible_units(request.user).get(pk=modbus_unit_id)
    claim()
    with Attempt(temporarily=True) as attempt:
        attempt.answer = try_unit(found)
    return _unit(request, found, answers=attempt.answer or [], error=attempt.reason)


@act("modbus_unit")
def change_modbus_unit(
    request: HttpRequest,
    modbus_unit_id: UUID,
    *,
    host: Line,
    port: int,
    unit: int,
    period_s: float,
    map: str,
) -> str:
    """Another place, another period, another map."""
    queries.visible_units(request.user).get(pk=modbus_unit_id)
    services.change_unit(
        actor=actor_of(request),
        unit_id=modbus_unit_id,
        host=host,
        port=port,
        unit=unit,
        period_s=period_s,
        registers=read_map(map),
    )
    return _("The unit was changed.")


@act("modbus_units", alone=True)
def withdraw_modbus_unit(request: HttpRequest, modbus_unit_id: UUID) -> str:
    """It is no longer asked."""
    queries.visible_units(request.user).get(pk=modbus_unit_id)
    services.withdraw_unit(actor=actor_of(request), unit_id=modbus_unit_id)
    return _("The unit is no longer asked.")


def _list(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    if not may_anywhere(request.user, "sensors.manage"):
        raise NotAllowed(_("Your roles do not show you units of Modbus."))
    search = request.GET.get("search", "")[:100]
    found = queries.search_units(request.user, search=search)
    context = {"search": search, "error": error, "values": request.POST}
    return list_file(request, found, "modbus", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/modbus/modbus_units.html", empty=EMPTY, part="", context=context, status=status
    )


def _unit(
    request: HttpRequest, found: ModbusUnit, answers: "list[Answered | Failed] | tuple[()]" = (), error: str = ""
) -> HttpResponse:
    sensors = {one.channel: one for one in found.device.sensors.all()}
    rows = [_row(one, sensors) for one in answers]
    context = {
        "unit": found,
        "rows": rows,
        "error": error,
        "unknown": [one.channel for one in read_map(found.map_text) if one.channel not in sensors],
        "tables": ", ".join(TABLES),
        "types": ", ".join(TYPES[:9]),
        "orders": ", ".join(ORDERS),
    }
    return render(request, "sensing/modbus/modbus_unit.html", context)


def _row(one: Answered | Failed, sensors: dict[str, Any]) -> dict[str, Any]:
    """One line of a trial; the unit is the one that is sent."""
    if isinstance(one, Failed):
        return {"channel": ", ".join(one.channels), "why": str(one.why)}
    sensor = sensors.get(one.register.channel)
    return {
        "channel": one.register.channel,
        "place": f"{one.register.table} {one.register.address}",
        "value": one.value,
        "unit": "" if sensor is None else sensor.unit or sensor.canonical_unit,
    }


def _flat(one: ModbusUnit) -> dict[str, Any]:
    device = one.device
    return {
        **vars(one),
        "registers": len(one.registers),
        "device_code": device.code,
        "device_name": device.name,
        "region_code": device.region_code,
        "last_seen_at": device.last_seen_at,
        "messages": device.messages,
        "rejected": device.rejected,
    }
