"""Pages of sensors and devices."""

from dataclasses import asdict, dataclass
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.quantities import QUANTITIES
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.jurisdiction.face import (
    Person,
    may,
    may_anywhere,
    needs,
    regions_within,
    visible_organisations,
)
from tocsin.screens.acts import Act, Attempt, act, perform
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, fields_of, read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.many import ListAct, ListActs
from tocsin.screens.lists.maps import ListMap, MapPoint
from tocsin.screens.lists.page import list_file, list_page, page_or_part
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.queries.models import visible_models
from tocsin.sensing.devices.queries.sending import EXAMPLE, RINGS, heard_since, hj212_address, moment_of, ways_to_send
from tocsin.sensing.devices.rules import Health, NewSensor
from tocsin.sensing.devices.services import changes, credentials, registering
from tocsin.sensing.devices.shown import DEVICE_GROUPS, sections_of
from tocsin.sensing.quarantine.queries import row_of_device, visible_quarantine
from tocsin.sensing.quarantine.rules import Reason

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
    *("code", "name", "model", "region_code", "organisation", "gateway", "enabled", "last_seen_at", "messages", "rejected"),
    "created_at",
)
DEVICE_TABLE = (
    Column("code", gettext_lazy("Code"), order="code", fixed=True),
    Column("name", gettext_lazy("Name"), order="name"),
    Column("model", gettext_lazy("Model")),
    Column("organisation", gettext_lazy("Organisation")),
    Column("region", gettext_lazy("Region"), order="region_code"),
    Column("last_seen", gettext_lazy("Last heard"), order="last_seen_at", falling=True),
    Column("messages", gettext_lazy("Messages"), order="messages", falling=True, number=True),
    Column("rejected", gettext_lazy("Rejected"), order="rejected", falling=True, number=True),
)
EMPTY_DEVICES = EmptyState(
    gettext_lazy("Devices come from a table, register themselves with a key for enrolment, or are registered one by one."),
    link=gettext_lazy("Register a device"),
    to="#new-device",
    may="may_register",
)
EMPTY_SENSORS = EmptyState(
    gettext_lazy("A sensor is entered on the page of its device."), link=gettext_lazy("Devices"), to="devices"
)


@dataclass(frozen=True)
class SensorFilters:
    """How the list of sensors is cut."""

    search: str = ""
    quantity: str = ""
    health: str = ""


@dataclass(frozen=True)
class DeviceFilters:
    """How the list of devices is cut."""

    search: str = ""
    model: UUID | None = None


@require_GET
@needs("sensors.see")
def sensors(request: HttpRequest) -> HttpResponse:
    """The list, as a page or as its `rows` for htmx."""
    chosen = read_filters(SensorFilters, request.GET)
    found = queries.search_sensors(request.user, **asdict(chosen))
    context = {"chosen": chosen, "quantities": sorted(QUANTITIES), "healths": queries.health_names().items()}
    return list_file(request, found, "sensors", SENSOR_COLUMNS, _flat_sensor, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/devices/sensors.html", empty=EMPTY_SENSORS, describe=_row, context=context
    )


@require_GET
@needs("sensors.see")
def sensor(request: HttpRequest, sensor_id: UUID) -> HttpResponse:
    """One sensor: its newest value, its history as a chart, what is known about it."""
    found = queries.visible_sensors(request.user).get(pk=sensor_id)
    may_see_history = may(request.user, "history.see", found.region_code)
    context = {
        **_row(found),
        "ranges": RANGES,
        "may_see_history": may_see_history,
        "may_manage": may(request.user, "sensors.manage", found.region_code),
        "page_texts": queries.chart_texts(),
        "contradicted": row_of_device(found.device_id, Reason.ALREADY_KNOWN) if may_see_history else None,
    }
    return render(request, "sensing/devices/sensor.html", context)


@act("sensor")
def edit_sensor(
    request: HttpRequest, sensor_id: UUID, *, alarm_low: float | None, alarm_high: float | None, enabled: bool
) -> str:
    """Limits and state of a sensor; a refusal is told on its page."""
    queries.visible_sensors(request.user).get(pk=sensor_id)
    limits = {"alarm_low": alarm_low, "alarm_high": alarm_high, "enabled": enabled}
    changes.edit_sensor(actor=actor_of(request), sensor_id=sensor_id, changes=limits)
    return _("The sensor was changed.")


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
    with Attempt() as attempt:
        device, secret = _register(request, **fields_of(_register, request.POST))
        return _device(request, device, secret=secret)
    return _devices(request, error=attempt.reason, status=400)


@never_cache
@require_POST
@needs("sensors.manage")
def register_test_device(request: HttpRequest) -> HttpResponse:
    """Registers a device for a first alarm and shows the line that rings it, this once."""
    with Attempt() as attempt:
        device, secret = _register_test_device(request, **fields_of(_register_test_device, request.POST))
        return _device(request, device, secret=secret, value=RINGS)
    return _devices(request, error=attempt.reason, status=400)


def _register_test_device(request: HttpRequest, *, code: Line, region_code: str, lon: float, lat: float) -> tuple[Device, str]:
    return registering.register_test_device(actor=actor_of(request), code=code, region_code=region_code, lon=lon, lat=lat)


@require_GET
@needs("sensors.see")
def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """One device with its sensors and what was refused from it."""
    return _device(request, queries.visible_devices(request.user).get(pk=device_id))


def _register(
    request: HttpRequest,
    *,
    code: Line,
    name: Line,
    region_code: str,
    organisation: UUID | None,
    gateway: Line,
    model: UUID | None,
    lon: float | None,
    lat: float | None,
) -> tuple[Device, str]:
    return registering.register_device(
        actor=actor_of(request),
        code=code,
        name=name,
        region_code=region_code,
        organisation_id=organisation,
        gateway_code=gateway,
        model_id=model,
        lon=lon,
        lat=lat,
    )


@never_cache
@require_POST
def act_on_device(request: HttpRequest, device_id: UUID, name: str) -> HttpResponse:
    """`rotate` and `access` show a new secret or password, this once; the others switch something, or register a `sensor`."""
    found = queries.visible_devices(request.user).get(pk=device_id)
    acts: dict[str, Act] = {
        "rotate": lambda: credentials.rotate_secret(actor=actor_of(request), device_id=device_id),
        "access": lambda: credentials.renew_access_password(actor=actor_of(request), device_id=device_id),
        "withdraw": lambda: credentials.withdraw_access_password(actor=actor_of(request), device_id=device_id),
        "enable": lambda: changes.enable_device(actor=actor_of(request), device_id=device_id),
        "disable": lambda: changes.disable_device(actor=actor_of(request), device_id=device_id),
        "sensor": lambda: registering.register_sensor(
            actor=actor_of(request), sensor=_new_sensor(found, read_form(SensorForm, request.POST))
        ),
    }
    attempt = perform(request, acts, name)
    found.refresh_from_db()
    shown = {"rotate": "secret", "access": "password"}.get(name)
    made = {shown: attempt.answer} if shown and not attempt.reason else {}
    return _device(request, found, error=attempt.reason, **made)


def _devices(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    chosen = read_filters(DeviceFilters, request.GET)
    found = ordered(request, queries.search_devices(request.user, **asdict(chosen)), DEVICE_TABLE)
    context = {
        "chosen": chosen,
        "models": visible_models(request.user),
        "may_register": may_anywhere(request.user, "sensors.manage"),
        "regions": regions_within(request.user, "sensors.manage"),
        "organisations": visible_organisations(request.user),
        "error": error,
        "values": request.POST,
    }
    return list_file(request, found, "devices", DEVICE_COLUMNS, _flat_device, MOST_IN_A_FILE) or list_page(
        request,
        found,
        "sensing/devices/devices.html",
        empty=EMPTY_DEVICES,
        part="",
        context=context,
        status=status,
        table=DEVICE_TABLE,
        groups=DEVICE_GROUPS,
        acts=_acts_of(request),
        places=ListMap(partial(_points, request.user)),
    )


def _points(user: Person, rows: list[Device]) -> list[MapPoint]:
    places = queries.places_of_devices(user, [one.pk for one in rows])
    return [_point(one, places.get(one.pk)) for one in rows]


def _point(device: Device, place: tuple[float, float] | None) -> MapPoint:
    lon, lat = place or (None, None)
    words = " · ".join(filter(None, (device.name, str(device.model or ""))))
    shape = "good" if device.enabled else "unknown"
    return MapPoint(lon, lat, device.code, words, reverse("device", args=[device.pk]), shape)


def _acts_of(request: HttpRequest) -> ListActs | None:
    """What the reader may do with several devices; None for who does not keep any."""
    if not may_anywhere(request.user, "sensors.manage"):
        return None
    acts = (
        ListAct("disable", gettext_lazy("Hear them no longer"), _disable, "x", urgent=True),
        ListAct("enable", gettext_lazy("Hear them again"), _enable, "check"),
    )
    return ListActs(acts, queries.visible_devices, lambda one: one.code, "device")


def _disable(actor: Actor, device_id: UUID) -> None:
    changes.disable_device(actor=actor, device_id=device_id)


def _enable(actor: Actor, device_id: UUID) -> None:
    changes.enable_device(actor=actor, device_id=device_id)


def _device(
    request: HttpRequest, found: Device, secret: str = "", password: str = "", error: str = "", value: float = EXAMPLE
) -> HttpResponse:
    quarantined = visible_quarantine(request.user).filter(device=found)
    may_manage = may(request.user, "sensors.manage", found.region_code)
    is_tried = may_manage and bool(secret or password or "since" in request.GET)
    since = moment_of(request.GET.get("since", ""), current_time())
    context = {
        "device": found,
        "rows": [_row(one) for one in queries.visible_sensors(request.user).filter(device=found)],
        "carried": found.carried.count(),
        "quarantined": quarantined[:20],
        "may_manage": may_manage,
        "heard": heard_since(found, since) if is_tried else None,
        "since_ms": ms_from_datetime(since),
        "refused": quarantined.filter(last_seen_at__gte=since)[:5] if is_tried else (),
        "ways": ways_to_send(found, secret, value) if secret else (),
        "hj212_address": hj212_address(),
        "quantities": sorted(QUANTITIES),
        "secret": secret,
        "password": password,
        "error": error,
        "sections": sections_of(found, request.user),
    }
    part = "heard" if is_tried else ""
    return page_or_part(request, "sensing/devices/device.html", part, context, status=400 if error else 200)


@dataclass(frozen=True, kw_only=True)
class SensorForm:
    """A sensor of a device, as its form has it."""

    channel: Line
    quantity: str
    unit: Line
    name: Line
    lon: float
    lat: float
    interval_s: float = 60.0
    alarm_low: float | None
    alarm_high: float | None


def _new_sensor(device: Device, form: SensorForm) -> NewSensor:
    return NewSensor(device_code=device.code, **asdict(form))


def _row(sensor: Sensor) -> dict[str, object]:
    """What lists and pages show of a sensor, in its canonical unit."""
    known = QUANTITIES.get(sensor.quantity)
    good = {Health.GOOD: "good", Health.UNKNOWN: ""}
    return {
        "sensor": sensor,
        "unit": known.unit if known else sensor.unit,
        "at": None if sensor.last_ts is None else datetime_from_ms(sensor.last_ts),
        "health_class": good.get(Health(sensor.health), "warn"),
    }


def _flat_sensor(sensor: Sensor) -> dict[str, object]:
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


def _flat_device(device: Device) -> dict[str, object]:
    gateway = device.gateway.code if device.gateway else ""
    return {
        **vars(device),
        "organisation": str(device.organisation or ""),
        "gateway": gateway,
        "model": str(device.model or ""),
    }
