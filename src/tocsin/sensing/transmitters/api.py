"""Transmitters of fire alarms, for programs."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.transmitters import queries, services
from tocsin.sensing.transmitters.models import Transmitter

router = Router()


class TransmitterFilter(Slice):
    search: str = ""


class TransmitterOut(Schema):
    id: UUID
    device_id: UUID
    device_code: str = Field(alias="device.code")
    region_code: str = Field(alias="device.region_code")
    source: str = Field(description="its address in GB/T 26875.3: twelve hexadecimal digits, the high byte first")
    networks: list[str] = Field(description="from where it may connect")
    entered_at: datetime


class TransmitterIn(Schema):
    device_code: str
    source: str
    networks: list[str]


class TransmitterEdit(Schema):
    source: str
    networks: list[str]


class Transmitters(Schema):
    items: list[TransmitterOut]
    total: int


@router.get("transmitters", response=Transmitters)
def list_transmitters(request: HttpRequest, filters: Query[TransmitterFilter]) -> Part[Transmitter]:
    """Transmitters of fire alarms that you may see, by the code of their device."""
    return filters.part(queries.search_transmitters(request.user, search=filters.search))


@router.post("transmitters", response={201: TransmitterOut})
def enter_transmitter(request: HttpRequest, new: TransmitterIn) -> Status[Transmitter]:
    """A registered device speaks GB/T 26875.3 from here on, by this source address and from these networks only."""
    made = services.enter_transmitter(
        actor=actor_of(request), device_code=new.device_code, source=new.source, networks=" ".join(new.networks)
    )
    return Status(201, made)


@router.put("transmitters/{transmitter_id}", response=TransmitterOut)
def change_transmitter(request: HttpRequest, transmitter_id: UUID, change: TransmitterEdit) -> Transmitter:
    """Another source address, or other networks."""
    queries.visible_transmitters(request.user).get(pk=transmitter_id)
    return services.change_transmitter(
        actor=actor_of(request), transmitter_id=transmitter_id, source=change.source, networks=" ".join(change.networks)
    )


@router.delete("transmitters/{transmitter_id}", response={204: None})
def withdraw_transmitter(request: HttpRequest, transmitter_id: UUID) -> Status[None]:
    """The device can no longer speak GB/T 26875.3; what it sent stays."""
    queries.visible_transmitters(request.user).get(pk=transmitter_id)
    services.withdraw_transmitter(actor=actor_of(request), transmitter_id=transmitter_id)
    return Status(204, None)
