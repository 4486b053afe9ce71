"""Models of devices for programs."""

from itertools import islice
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema, Status, UploadedFile

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.devices.api import DeviceOut
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries.models import search_models, visible_models
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.devices.rules import ModelChannel, ModelSheet, PowerSource, SpokenProtocol
from tocsin.sensing.makes.queries import differing_devices
from tocsin.sensing.makes.services import fitting
from tocsin.sensing.makes.services import models as services
from tocsin.sensing.makes.shown import (
    DeviceModelOut,
    DifferingDeviceOut,
    ModelChannelFields,
    describe_differing,
    describe_model,
)

router = Router()


class DeviceModelSheetIn(Schema, extra="forbid"):
    maker: str = Field(max_length=80)
    model: str = Field(max_length=80)
    protocol: SpokenProtocol = SpokenProtocol.MQTT
    power: PowerSource = PowerSource.MAINS
    battery_low_pct: float | None = None
    channels: list[ModelChannelFields] = Field([], max_length=64)


class DeviceModelIn(DeviceModelSheetIn):
    region_code: str = Field(pattern=r"^[0-9]{6}$", description="it is known there and everywhere below")


class ModelOfDeviceIn(Schema, extra="forbid"):
    model_id: UUID | None = Field(description="null: of none that is entered")


class DeviceModelFilter(Slice):
    search: str = ""


class ModelsTableOut(Schema):
    """What a table of models did."""

    new: int
    changed: int
    same: int
    unread: list[str] = Field(description="headings that mean no column; what stands below them is not read")


class BroughtInLineOut(Schema):
    """What bringing devices in line with their model did."""

    devices: int
    settings: int
    channels: int
    without_place: list[str] = Field(description="codes of devices without any sensor: nobody knows where further channels are")
    left: bool = Field(description="more devices differ than one request takes: ask again")


@router.get("/device-models", response=list[DeviceModelOut])
def device_models(request: HttpRequest, wanted: Query[DeviceModelFilter]) -> list[DeviceModelOut]:
    """Models of devices that are known in your regions, by maker and model."""
    return [describe_model(one) for one in wanted.cut(search_models(request.user, search=wanted.search))]


@router.post("/device-models", response={201: DeviceModelOut})
def enter_device_model(request: HttpRequest, given: DeviceModelIn) -> Status[DeviceModelOut]:
    """Enters a model of devices."""
    made = services.enter_model(actor=actor_of(request), region_code=given.region_code, sheet=_sheet(given), now=current_time())
    return Status(201, describe_model(made))


@router.post("/device-models/table", response=ModelsTableOut)
@costly
def import_device_models(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> services.Imported:
    """Enters or changes all models of a table (.xlsx, .csv), one row a channel; or none, where a cell is wrong."""
    return services.import_models(actor=actor_of(request), region_code=region_code[:12], content=file.read(), now=current_time())


@router.get("/device-models/{uuid:device_model_id}", response=DeviceModelOut)
def get_device_model(request: HttpRequest, device_model_id: UUID) -> DeviceModelOut:
    """One model of devices."""
    return describe_model(visible_models(request.user).get(pk=device_model_id))


@router.put("/device-models/{uuid:device_model_id}", response=DeviceModelOut)
def change_device_model(request: HttpRequest, device_model_id: UUID, given: DeviceModelSheetIn) -> DeviceModelOut:
    """Its next version. Devices stay as they are until they are brought in line."""
    visible_models(request.user).get(pk=device_model_id)
    changed = services.change_model(actor=actor_of(request), model_id=device_model_id, sheet=_sheet(given), now=current_time())
    return describe_model(changed)


@router.delete("/device-models/{uuid:device_model_id}", response={204: None})
def withdraw_device_model(request: HttpRequest, device_model_id: UUID) -> Status[None]:
    """An entry that nobody uses goes."""
    visible_models(request.user).get(pk=device_model_id)
    services.withdraw_model(actor=actor_of(request), model_id=device_model_id)
    return Status(204, None)


@router.get("/device-models/{uuid:device_model_id}/differences", response=list[DifferingDeviceOut])
@costly
def differing_devices_of_model(request: HttpRequest, device_model_id: UUID, wanted: Query[Slice]) -> list[DifferingDeviceOut]:
    """Devices that you may see and that differ from their model, by code, with all in which they do."""
    model = visible_models(request.user).get(pk=device_model_id)
    found = differing_devices(model, visible_devices(request.user).filter(model=model).order_by("code"))
    return [describe_differing(one) for one in islice(found, wanted.offset, wanted.offset + wanted.limit)]


@router.post("/device-models/{uuid:device_model_id}/bring-in-line", response=BroughtInLineOut)
@costly
def bring_devices_in_line(request: HttpRequest, device_model_id: UUID) -> fitting.BroughtInLine:
    """Devices of the model that you manage get its settings and missing channels, a thousand at a time."""
    visible_models(request.user).get(pk=device_model_id)
    return fitting.bring_in_line(actor=actor_of(request), model_id=device_model_id)


@router.put("/devices/{uuid:device_id}/model", response=DeviceOut)
def set_model_of_device(request: HttpRequest, device_id: UUID, given: ModelOfDeviceIn) -> Device:
    """Says of which model a device is; its sensors stay as they are."""
    visible_devices(request.user).get(pk=device_id)
    return fitting.set_model(actor=actor_of(request), device_id=device_id, model_id=given.model_id)


@router.post("/devices/{uuid:device_id}/bring-in-line", response=BroughtInLineOut)
def bring_device_in_line(request: HttpRequest, device_id: UUID) -> fitting.BroughtInLine:
    """The device gets the settings and missing channels of its model."""
    visible_devices(request.user).get(pk=device_id)
    return fitting.bring_device_in_line(actor=actor_of(request), device_id=device_id)


def _sheet(given: DeviceModelSheetIn) -> ModelSheet:
    return ModelSheet(
        maker=given.maker.strip(),
        model=given.model.strip(),
        protocol=given.protocol,
        power=given.power,
        battery_low_pct=given.battery_low_pct,
        channels=tuple(ModelChannel(**one.dict()) for one in given.channels),
    )
