"""Pages of sensors and devices."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import Refusal
from tocsin.base.quantities import QUANTITIES
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.screens.tables import MOST_IN_A_FILE, as_csv, wants_csv
from tocsin.sensing.devices import services
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.rules import Health, NewSensor
from tocsin.sensing.quarantine import queries as quarantine_queries
from tocsin.sensing.quarantine.views import PAGE_SIZE, needs

RANGES = (
    (1, gettext_lazy("1 hour")),
    (6, gettext_lazy("6 hours")),
    (24, gettext_lazy("1 day")),
    (168, gettext_lazy("1 week")),
    (720, gettext_lazy("30 days")),
)

SENSOR_COLUMNS = (
    *("name", "device", "channel", "quantity", "unit", "last_value", "at", "health_name", "asset", "region_code"),
    *("alarm_low", "alarm_high", "enabled", "interval_s", "lon", "lat"),
)
DEVICE_COLUMNS = (
    *("code", "name", "region_code", "organisation", "gateway", "enabled", "last_seen_at", "messages", "rejected", "created_at"),
)


@require_GET
@needs("sensors.see")
def sensors(request: HttpRequest) -> HttpResponse:
    """The list, as a page or as its `rows` for htmx."""
    chosen = {name: request.GET.get(name, "")[:100] for name in ("search", "quantity", "health")}
    found = queries.search_sensors(request.user, **chosen)
    if wants_csv(request):
        return as_csv("sensors", SENSOR_COLUMNS, map(_flat_sensor, found[:MOST_IN_A_FILE].iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(sensor) for sensor in page],
        "chosen": chosen,
        "quantities": sorted(QUANTITIES),
        "healths": queries.health_names().items(),
    }
    return render(request, _part(request, "sensing/devices/sensors.html"), context)


@require_GET
@needs("sensors.see")
def sensor(request: HttpRequest, sensor_id: UUID) -> HttpResponse:
    """One sensor: its newest value, its history as a chart, what is known about it."""
    found = get_object_or_404(queries.visible_sensors(request.user), pk=sensor_id)
    context = {
        **_row(found),
        "ranges": RANGES,
        "may_see_history": may(request.user, "history.see", found.region_code),
        "may_manage": may(request.user, "sensors.manage", found.region_code),
        "page_texts": queries.chart_texts(),
    }
    return render(request, "sensing/devices/sensor.html", context)


@require_POST
def edit_sensor(request: HttpRequest, sensor_id: UUID) -> HttpResponse:
    """Limits and state of a sensor; a refusal is told on its page."""
    get_object_or_404(queries.visible_sensors(request.user), pk=sensor_id)
    try:
        changes: dict[str, Any] = {name: _number(request.POST.get(name, "")) for name in ("alarm_low", "alarm_high")}
        changes["enabled"] = request.POST.get("enabled") == "on"
        services.edit_sensor(actor=cast("Any", request.user), sensor_id=sensor_id, changes=changes)
        messages.success(request, _("The sensor was changed."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("A limit must be a number."))
    return redirect("sensor", sensor_id)


@require_GET
@needs("sensors.see")
def devices(request: HttpRequest) -> HttpResponse:
    """The list, with the form to register one for those who may."""
    return _devices(request)


@never_cache
@require_POST
@needs("sensors.manage")
def register_device(request: HttpRequest) -> HttpResponse:
    """Registers a device and shows its secret, this once."""
    form = request.POST
    try:
        device, secret = services.register_device(
            actor=cast("Any", request.user),
            code=form.get("code", "").strip(),
            name=form.get("name", "").strip(),
            region_code=form.get("region_code", ""),
            organisation_id=UUID(form["organisation"]) if form.get("organisation") else None,
            gateway_code=form.get("gateway", "").strip(),
        )
    except Refusal as refusal:
        return _devices(request, error=str(refusal), status=400)
    except ValueError:
        return _devices(request, error=_("There is no such organisation."), status=400)
    return _device(request, device, secret=secret)


@require_GET
@needs("sensors.see")
def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """One device with its sensors and what was refused from it."""
    return _device(request, get_object_or_404(queries.visible_devices(request.user), pk=device_id))


@never_cache
@require_POST
def act_on_device(request: HttpRequest, device_id: UUID, name: str) -> HttpResponse:
    """`rotate` shows a new secret this once; `enable` and `disable` switch; `sensor` registers a sensor."""
    found = get_object_or_404(queries.visible_devices(request.user), pk=device_id)
    actor = cast("Any", request.user)
    secret = error = ""
    try:
        if name == "rotate":
            secret = services.rotate_secret(actor=actor, device_id=device_id)
        elif name == "enable":
            services.enable_device(actor=actor, device_id=device_id)
        elif name == "disable":
            services.disable_device(actor=actor, device_id=device_id)
        elif name == "sensor":
            services.register_sensor(actor=actor, sensor=_new_sensor(found, request.POST))
    except Refusal as refusal:
        error = str(refusal)
    except ValueError:
        error = _("A number can't be read.")
    found.refresh_from_db()
    return _device(request, found, secret=secret, error=error)


def _devices(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    search = request.GET.get("search", "")[:100]
    found = queries.search_devices(request.user, search=search)
    if wants_csv(request):
        return as_csv("devices", DEVICE_COLUMNS, map(_flat_device, found[:MOST_IN_A_FILE].iterator(chunk_size=2000)))
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "search": search,
        "may_register": may_anywhere(request.user, "sensors.manage"),
        "regions": regions_within(request.user, "sensors.manage"),
        "organisations": visible_organisations(request.user),
        "error": error,
        "values": request.POST,
    }
    return render(request, "sensing/devices/devices.html", context, status=status)


def _device(request: HttpRequest, found: Device, secret: str = "", error: str = "") -> HttpResponse:
    quarantined = quarantine_queries.visible_quarantine(request.user).filter(device=found)[:20]
    context = {
        "device": found,
        "rows": [_row(one) for one in queries.visible_sensors(request.user).filter(device=found)],
        "carried": found.carried.count(),
        "quarantined": quarantined,
        "may_manage": may(request.user, "sensors.manage", found.region_code),
        "quantities": sorted(QUANTITIES),
        "secret": secret,
        "error": error,
    }
    return render(request, "sensing/devices/device.html", context, status=400 if error else 200)


def _new_sensor(device: Device, form: Any) -> NewSensor:
    return NewSensor(
        device_code=device.code,
        channel=form.get("channel", "").strip(),
        quantity=form.get("quantity", ""),
        unit=form.get("unit", "").strip(),
        name=form.get("name", "").strip(),
        lon=float(form.get("lon", "")),
        lat=float(form.get("lat", "")),
        interval_s=float(form.get("interval_s", "60") or 60),
        alarm_low=_number(form.get("alarm_low", "")),
        alarm_high=_number(form.get("alarm_high", "")),
    )


def _number(text: str) -> float | None:
    return float(text) if text.strip() else None


def _row(sensor: Sensor) -> dict[str, Any]:
    """What lists and pages show of a sensor, in its canonical unit."""
    known = QUANTITIES.get(sensor.quantity)
    good = {Health.GOOD: "good", Health.UNKNOWN: ""}
    return {
        "sensor": sensor,
        "unit": known.unit if known else sensor.unit,
        "at": None if sensor.last_ts is None else datetime_from_ms(sensor.last_ts),
        "health_class": good.get(Health(sensor.health), "warn"),
    }


def _flat_sensor(sensor: Sensor) -> dict[str, Any]:
    asset = sensor.asset.code if sensor.asset else ""
    health = queries.health_names().get(sensor.health, sensor.health)
    return {
        **vars(sensor),
        **_row(sensor),
        "name": str(sensor),
        "device": sensor.device.code,
        "asset": asset,
        "health_name": health,
    }


def _flat_device(device: Device) -> dict[str, Any]:
    gateway = device.gateway.code if device.gateway else ""
    return {**vars(device), "organisation": str(device.organisation or ""), "gateway": gateway}


def _part(request: HttpRequest, template: str) -> str:
    return f"{template}#rows" if getattr(request, "htmx", False) else template
