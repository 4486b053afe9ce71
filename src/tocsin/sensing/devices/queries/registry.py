"""Devices and sensors, as their readers and the doors need them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, chain
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tocsin.base.quantities import conversion, quantity_of
from tocsin.bus.prepared import prepared
from tocsin.jurisdiction.face import Person, scope
from tocsin.lifelines.face import asset_ids_named, code_of_asset
from tocsin.sensing.devices.models import HEALTH_NAMES, Counter, Device, RegistryChange, Sensor
from tocsin.sensing.devices.rules import Channel

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class SensorTable:
    """All sensors in columns, ascending by `index`, for detector and diagnosis. Limits, accuracy and silence are NaN where
    not set.

    Indexes are dense from 0: entry i is the sensor of index i. `version` is the registry's when it was read.
    """

    version: int
    index: NDArray[np.int32]
    id: tuple[UUID, ...]
    device_code: tuple[str, ...]
    channel: tuple[str, ...]
    quantity: tuple[str, ...]
    profile: tuple[str, ...]
    name: tuple[str, ...]
    asset_code: tuple[str, ...]
    region_code: tuple[str, ...]
    enabled: NDArray[np.bool_]
    interval_s: NDArray[np.float64]
    silence_s: NDArray[np.float64]
    resolution: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    alarm_low: NDArray[np.float64]
    alarm_high: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.index)


_TEXTS = ("id", "device__code", "channel", "quantity", "profile", "name", "asset_code", "region_code")
_NUMBERS = ("interval_s", "silence_s", "resolution", "accuracy", "alarm_low", "alarm_high", "lon", "lat")


REGISTRY: Final = "registry"
MOST_CHANGED: Final = 200  # devices that doors follow one by one


def registry_version() -> int:
    """A number that grows with every change of devices and sensors: one cheap read tells whether to read all anew."""
    return counted(REGISTRY)


def counted(name: str) -> int:
    """A counter as it stands; 0 before the first number is drawn."""
    return next(iter(_counted(name)), 0)


@prepared
def _counted(name: str) -> "QuerySet[Counter, int]":
    return Counter.objects.filter(name=name).values_list("value", flat=True)


def changed_between(known: int, version: int) -> list[tuple[str, str | None]] | None:
    """(code, code of its gateway) of each device that became another after that version of the registry, up to this one and
    perhaps later ones. None where that is not known, or they are many: then all is read anew.
    """
    if not known < version <= known + MOST_CHANGED:
        return None
    rows = list(RegistryChange.objects.filter(version__gt=known).values_list("version", "device_id")[: MOST_CHANGED + 1])
    told, devices = {one for one, _device in rows}, [device for _version, device in rows if device is not None]
    if len(devices) < len(rows) or len(rows) > MOST_CHANGED or not told.issuperset(range(known + 1, version + 1)):
        return None
    return list(Device.objects.filter(pk__in=devices).order_by().values_list("code", "gateway__code"))


@dataclass(frozen=True, eq=False)
class JudgedSensors:
    """What the detector needs of every sensor, disabled ones included: one place a sensor in each column, as `SensorTable`."""

    version: int
    index: NDArray[np.int32]
    region_code: tuple[str, ...]
    profile: tuple[str, ...]
    quantity: tuple[str, ...]
    enabled: NDArray[np.bool_]
    interval_s: NDArray[np.float64]
    silence_s: NDArray[np.float64]
    resolution: NDArray[np.float64]
    alarm_low: NDArray[np.float64]
    alarm_high: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.index)


_JUDGED = (
    "index",
    "enabled",
    "region_code",
    "profile",
    "quantity",
    "interval_s",
    "silence_s",
    "resolution",
    "alarm_low",
    "alarm_high",
)
_ROWS_AT_ONCE = 20_000


def judged_sensors() -> JudgedSensors:
    """The columns of now, without ids, names and objects: of 440,000 sensors they are most of what reading costs."""
    version = registry_version()  # read first: a change in between is seen next time
    columns: list[list[Any]] = [[] for _name in _JUDGED]
    rows = Sensor.objects.order_by("index").values_list(*_JUDGED).iterator(chunk_size=_ROWS_AT_ONCE)
    for part in batched(rows, _ROWS_AT_ONCE):
        for column, values in zip(columns, zip(*part, strict=True), strict=True):
            column.extend(values)
    index, enabled, region, profile, quantity, *numbers = columns
    interval_s, silence_s, resolution, alarm_low, alarm_high = (np.array(one, np.float64) for one in numbers)
    return JudgedSensors(
        version=version,
        index=np.array(index, np.int32),
        region_code=tuple(region),
        profile=tuple(one or "" for one in profile),
        quantity=tuple(quantity),
        enabled=np.array(enabled, np.bool_),
        interval_s=interval_s,
        silence_s=silence_s,
        resolution=resolution,
        alarm_low=alarm_low,
        alarm_high=alarm_high,
    )


def sensor_table() -> SensorTable:
    """Every sensor, disabled ones included (their indexes stay theirs)."""
    version = registry_version()  # read first: a change in between is seen next time
    found = Sensor.objects.annotate(asset_code=code_of_asset("asset_id")).order_by("index")
    rows = list(found.values_list("index", "enabled", *_TEXTS, *_NUMBERS))
    columns = list(zip(*rows, strict=True)) if rows else [()] * (2 + len(_TEXTS) + len(_NUMBERS))
    index, enabled = np.array(columns[0], np.int32), np.array(columns[1], np.bool_)
    identity, *texts = columns[2 : 2 + len(_TEXTS)]
    device_code, channel, quantity, profile, name, asset_code, region_code = (
        tuple(text or "" for text in column) for column in texts
    )
    numbers = (np.array(column, np.float64) for column in columns[2 + len(_TEXTS) :])
    interval_s, silence_s, resolution, accuracy, alarm_low, alarm_high, lon, lat = numbers
    return SensorTable(
        version=version,
        index=index,
        id=tuple(identity),
        device_code=device_code,
        channel=channel,
        quantity=quantity,
        profile=profile,
        name=name,
        asset_code=asset_code,
        region_code=region_code,
        enabled=enabled,
        interval_s=interval_s,
        silence_s=silence_s,
        resolution=resolution,
        accuracy=accuracy,
        alarm_low=alarm_low,
        alarm_high=alarm_high,
        lon=lon,
        lat=lat,
    )


def health_names() -> dict[str, str]:
    """Every state of health in the reader's language."""
    return {str(health): str(name) for health, name in HEALTH_NAMES.items()}


def chart_texts() -> dict[str, str]:
    """What web/src/chart.ts, marks.ts and band.ts say, in the reader's language."""
    return {
        "chart_empty": _("No readings in this time."),
        "chart_failed": _("The readings can't be fetched now."),
        "marked_suspect": _("Shaded yellow: suspect"),
        "marked_bad": _("Shaded red: bad"),
        "marked_replaced": _("Shaded blue: replaced by a person"),
        "expected_known": _("Expected for the hour, day and weather (95 of 100)"),
        "expected_not_yet": _("Not enough history yet to say what is expected: it takes three days of readings."),
        "expected_silent": _("Nothing was measured for three days, so what is expected is not known."),
        "expected_preparing": _("What is expected comes in a moment: the server has just started."),
        "expected_failed": _("What is expected can't be told now."),
    }


def door_devices(codes: Collection[str] | None = None) -> Iterator[tuple[str, str, str, dict[str, Channel]]]:
    """(code, digest of the secret, fingerprint of its password of HJ 212, channels) of every enabled device, or of some by code.

    Channels of devices that it carries are named `code/channel`. A channel leads to the index of its sensor (-1 where that is
    disabled), the conversion of what is sent into the canonical unit (None where it is that already), and the quantity with the
    unit that it was registered with.
    """
    working = Device.objects.filter(enabled=True)
    columns = ("pk", "code", "secret_sha256", "access_fingerprint", "gateway_id")
    if codes is None:
        devices = list(working.values_list(*columns))
        sensors = [Sensor.objects.filter(device__enabled=True)]
    else:  # by their keys, part for part: a database that is asked for either or looks at every row
        devices = list(working.filter(code__in=codes).values_list(*columns))
        carried_by = working.filter(gateway_id__in=[one[0] for one in devices]).exclude(code__in=codes)
        devices += carried_by.values_list(*columns)
        sensors = [Sensor.objects.filter(device_id__in=part) for part in batched([one[0] for one in devices], 500)]
    carried = {pk: (gateway_id, code) for pk, code, _digest, _access, gateway_id in devices if gateway_id}
    channels: dict[UUID, dict[str, Channel]] = {}
    measured: dict[tuple[str, str], tuple[str, str]] = {}  # each pair once, however many sensors
    told = ("device_id", "channel", "index", "enabled", "quantity", "unit")
    rows = chain.from_iterable(one.values_list(*told).iterator(chunk_size=5000) for one in sensors)
    for device_id, channel, index, enabled, *pair in rows:
        quantity, unit = measured.setdefault((pair[0], pair[1]), (pair[0], pair[1]))
        found = (index if enabled else -1, conversion(quantity, unit), measured[quantity, unit])
        channels.setdefault(device_id, {})[channel] = found
        if device_id in carried:
            gateway_id, code = carried[device_id]
            channels.setdefault(gateway_id, {})[f"{code}/{channel}"] = found
    for pk, code, digest, access, _gateway_id in devices:
        if codes is not None and code not in codes:
            continue
        yield code, digest, access, channels.get(pk, {})


def carried_devices(gateways: Collection[str] | None = None) -> dict[str, frozenset[str]]:
    """By code of a gateway, of these or of all, the codes of the enabled devices that it carries."""
    found: dict[str, set[str]] = {}
    rows = Device.objects.filter(enabled=True, gateway__isnull=False).order_by()
    if gateways is not None:
        rows = rows.filter(gateway__code__in=gateways)
    for gateway, code in rows.values_list("gateway__code", "code"):
        found.setdefault(gateway, set()).add(code)
    return {gateway: frozenset(codes) for gateway, codes in found.items()}


def file_sensors() -> "pl.DataFrame":
    """Every sensor by index: how a file may name it (`number`, `id`, `name_in_file`), and how its unit becomes the canonical one.

    `factor` and `offset`: canonical = sent × factor + offset; every conversion of `base.quantities` is of this form.
    """
    import polars as pl  # the door imports this module, and needs no polars

    names = ("index", "id", "device__code", "channel", "quantity", "unit", "region_code", "resolution")
    rows = []
    for index, pk, code, channel, quantity, unit, region, resolution in Sensor.objects.order_by("index").values_list(*names):
        convert = conversion(quantity, unit)
        offset = convert(0.0) if convert else 0.0
        factor = convert(1.0) - offset if convert else 1.0
        rows.append((index, str(index), str(pk), f"{code}/{channel}", factor, offset, region, resolution))
    types = {
        "index": pl.Int32,
        "number": pl.String,
        "id": pl.String,
        "name_in_file": pl.String,
        "factor": pl.Float64,
        "offset": pl.Float64,
        "region_code": pl.String,
        "resolution": pl.Float64,
    }
    return pl.DataFrame(rows, schema=types, orient="row")


def visible_devices(user: Person) -> QuerySet[Device]:
    """Devices in the regions where the user may see sensors."""
    return scope(Device.objects.select_related("organisation", "gateway", "model"), user, "sensors.see")


def sensors_by_index(indexes: Iterable[int]) -> QuerySet[Sensor]:
    """The sensors of these indexes with asset, device and gateway, whoever may see them."""
    return Sensor.objects.filter(index__in=list(indexes)).select_related("asset", "device__gateway")


def visible_sensors(user: Person) -> QuerySet[Sensor]:
    """Sensors in the regions where the user may see them, with device and asset loaded."""
    return scope(Sensor.objects.select_related("device", "asset"), user, "sensors.see")


def sensors_of_body(body: UUID | None, also: "QuerySet[Any, UUID | None]") -> QuerySet[Sensor]:
    """Sensors in use of a body's own devices, and of these ids, whoever may see them; with device and asset loaded."""
    own = Q(pk__in=also) if body is None else Q(pk__in=also) | Q(device__organisation_id=body)
    return Sensor.objects.select_related("device", "asset").filter(own, enabled=True, device__enabled=True)


def wind_sensors(user: Person, body: UUID | None) -> QuerySet[Sensor]:
    """Sensors of wind that tell the weather to the people of a body: those that the reader sees, the body's own, and those of no
    body, which are the city's; with device and asset loaded. Weather is nobody's secret, another firm's station is.
    """
    told = Q(device__organisation=None) if body is None else Q(device__organisation=None) | Q(device__organisation_id=body)
    common = Sensor.objects.select_related("device", "asset").filter(told)
    return (visible_sensors(user) | common).filter(quantity__in=("wind_speed", "wind_direction"))


def search_sensors(user: Person, *, search: str = "", quantity: str = "", health: str = "") -> QuerySet[Sensor]:
    """Visible sensors whose name, channel, device or asset holds the text, of one quantity and one state of health."""
    found = visible_sensors(user)
    if search:
        texts = Q(name__icontains=search) | Q(channel__icontains=search) | Q(device__code__icontains=search)
        found = found.filter(texts | Q(device__name__icontains=search) | Q(asset_id__in=asset_ids_named(search, ("code",))))
    if quantity:
        found = found.filter(quantity=quantity)
    return found.filter(health=health) if health else found


def search_devices(user: Person, *, search: str = "", model: UUID | None = None) -> QuerySet[Device]:
    """Visible devices whose code or name holds the text, of a model."""
    found = visible_devices(user)
    if model is not None:
        found = found.filter(model_id=model)
    return found.filter(Q(code__icontains=search) | Q(name__icontains=search)) if search else found


def places_of_devices(user: Person, device_ids: list[UUID]) -> dict[UUID, tuple[float, float]]:
    """Longitude and latitude of devices: those of the first sensor of each that the user may see. One query."""
    rows = visible_sensors(user).filter(device_id__in=device_ids).order_by("-index").values_list("device_id", "lon", "lat")
    return {device_id: (lon, lat) for device_id, lon, lat in rows}


def sensor_features(user: Person) -> list[dict[str, object]]:
    """GeoJSON features of every enabled sensor that the user may see."""
    names = ("id", "index", "name", "quantity", "health", "last_value", "last_ts", "lon", "lat", "channel", "device__code")
    rows = scope(Sensor.objects.filter(enabled=True), user, "sensors.see").values_list(*names)
    features = []
    for pk, index, name, quantity, health, value, ts, lon, lat, channel, code in rows.iterator(chunk_size=5000):
        properties = {
            "id": str(pk),
            "index": index,
            "name": name or f"{code} {channel}",
            "quantity": quantity,
            "unit": quantity_of(quantity).unit,
            "health": health,
            "value": value,
            "ts": ts,
        }
        geometry = {"type": "Point", "coordinates": [lon, lat]}
        features.append({"type": "Feature", "id": index, "geometry": geometry, "properties": properties})
    return features


def known_device_codes(codes: Collection[str]) -> list[str]:
    """Those of the codes that are taken."""
    return list(devices_by_code(codes))


def devices_by_code(codes: Collection[str]) -> dict[str, Device]:
    """The registered devices among the codes."""
    found: dict[str, Device] = {}
    for part in _parts(sorted(codes)):
        found.update({device.code: device for device in Device.objects.filter(code__in=part)})
    return found


def known_channels(codes: Collection[str]) -> set[tuple[str, str]]:
    """(device code, channel) of every sensor of these devices."""
    found: set[tuple[str, str]] = set()
    for part in _parts(sorted(codes)):
        found.update(Sensor.objects.filter(device__code__in=part).values_list("device__code", "channel"))
    return found


def _parts(values: list[str], size: int = 500) -> list[list[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
