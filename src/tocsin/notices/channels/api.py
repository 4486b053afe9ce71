"""Channels set up by page, for programs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status
from pydantic import JsonValue

from tocsin.base.errors import Unavailable
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.notices.channels import queries
from tocsin.notices.channels.rules import rights
from tocsin.notices.channels.rules.tables import SecretName, TableKind
from tocsin.notices.channels.services.by_page import order, reading, tables
from tocsin.notices.channels.shown import ChannelOrderOut, ChannelOut, channels_of_file, describe_channel, describe_order
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class ChannelSettingsIn(Schema, extra="forbid"):
    """Settings as a table of `channels.toml` says them, without its keys that end in `_env`; secrets beside them."""

    settings: dict[str, JsonValue]
    secrets: dict[SecretName, str] = Field({}, description="those that are new; the others stay")
    forget: list[SecretName] = []
    inner: list[str] = Field([], description="inner networks in which it may be reached, such as 10.20.0.0/16")
    inner_reason: str = Field("", max_length=300, description="why; asked for where inner networks are named")

    def as_entry(self, kind: TableKind) -> tables.ChannelEntry:
        """What the service takes."""
        return tables.ChannelEntry(
            reading.read_settings(kind, self.settings), self.secrets, tuple(self.forget), tuple(self.inner), self.inner_reason
        )


class NewChannelIn(ChannelSettingsIn):
    kind: TableKind
    name: str = Field("", max_length=60, description="of a messenger: what contact points name")


class ChannelOrderIn(Schema, extra="forbid"):
    kinds: list[str] = Field(max_length=20, description="sms, voice, email …; empty: as points were entered")


class SwitchChannelIn(Schema, extra="forbid"):
    on: bool


@router.get("/channels", response=list[ChannelOut])
def list_channels(request: HttpRequest) -> list[ChannelOut]:
    """Channels of the whole installation: those of `channels.toml` first, which win, then those that pages entered."""
    require(actor_of(request), rights.MANAGE, EVERYWHERE)
    try:
        of_file = channels_of_file()
    except ValueError as error:
        raise Unavailable(str(error)) from None
    return [*of_file, *map(describe_channel, queries.entered_channels())]


@router.post("/channels", response={201: ChannelOut})
def enter_channel(request: HttpRequest, given: NewChannelIn) -> Status[ChannelOut]:
    """Enters a channel, switched off."""
    made = tables.enter_channel(
        actor=actor_of(request), kind=given.kind, name=given.name, entry=given.as_entry(given.kind), now=current_time()
    )
    return Status(201, describe_channel(made))


@router.get("/channels/file", response=str)
def channels_as_file(request: HttpRequest) -> HttpResponse:
    """What pages entered as a `channels.toml` to take along: every secret by the name of a variable of the environment."""
    require(actor_of(request), rights.MANAGE, EVERYWHERE)
    return HttpResponse(reading.as_file(list(queries.entered_channels())), content_type="application/toml")


@router.get("/channels/order", response=ChannelOrderOut)
def channel_order(request: HttpRequest) -> ChannelOrderOut:
    """In which order channels are tried for those who chose none."""
    require(actor_of(request), rights.MANAGE, EVERYWHERE)
    return describe_order()


@router.put("/channels/order", response=ChannelOrderOut)
def set_channel_order(request: HttpRequest, given: ChannelOrderIn) -> ChannelOrderOut:
    """Every channel once, the first first; none: as the points of each body and person were entered."""
    order.set_channel_order(actor=actor_of(request), kinds=given.kinds, now=current_time())
    return describe_order()


@router.put("/channels/{uuid:channel_table_id}", response=ChannelOut)
def change_channel(request: HttpRequest, channel_table_id: UUID, given: ChannelSettingsIn) -> ChannelOut:
    """Other settings or secrets."""
    actor = actor_of(request)
    require(actor, rights.MANAGE, EVERYWHERE)
    kind = TableKind(queries.entered_channels().get(pk=channel_table_id).kind)
    made = tables.change_channel(actor=actor, table_id=channel_table_id, entry=given.as_entry(kind), now=current_time())
    return describe_channel(made)


@router.delete("/channels/{uuid:channel_table_id}", response={204: None})
def remove_channel(request: HttpRequest, channel_table_id: UUID) -> Status[None]:
    """Takes away one that is switched off, with its secrets."""
    tables.remove_channel(actor=actor_of(request), table_id=channel_table_id)
    return Status(204, None)


@router.post("/channels/{uuid:channel_table_id}/switch", response=ChannelOut)
def switch_channel(request: HttpRequest, channel_table_id: UUID, given: SwitchChannelIn) -> ChannelOut:
    """Notices go by it from now on, or no more."""
    made = tables.switch_channel(actor=actor_of(request), table_id=channel_table_id, on=given.on, now=current_time())
    return describe_channel(made)


@router.post("/channels/{uuid:channel_table_id}/test", response=ChannelOut)
@costly
def test_channel(request: HttpRequest, channel_table_id: UUID) -> ChannelOut:
    """Sends a test to yourself, of a messenger to the messenger; once in ten seconds."""
    return describe_channel(tables.test_channel(actor=actor_of(request), table_id=channel_table_id, now=current_time()))
