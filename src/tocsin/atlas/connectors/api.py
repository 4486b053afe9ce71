"""Connectors of resources for programs."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.atlas.connectors.queries import connector_of
from tocsin.atlas.connectors.rules.sources import read_source
from tocsin.atlas.connectors.services import settings as services
from tocsin.atlas.connectors.services.messages import put_messages_away
from tocsin.atlas.connectors.services.settings import MOST_SECRET, NewSettings
from tocsin.atlas.connectors.services.trying import try_source
from tocsin.atlas.connectors.shown import (
    ConnectorOut,
    MessageAsideOut,
    TriedSourceOut,
    describe_connector,
    describe_messages_aside,
    describe_trial,
)
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import resources_for
from tocsin.atlas.resources.rules import rights
from tocsin.jurisdiction.face import require
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()

MOST_ASIDE = 1000

type Text = str | int | bool


class ConnectorIn(Schema, extra="forbid"):
    source: dict[str, Text] = Field(
        description="`kind` and the fields of that kind, as the documentation of connectors lists them", max_length=30
    )
    every_h: float | None = Field(None, gt=0, description="hours between two fetches; null: the resource's update cycle")
    secret: str | None = Field(
        None, max_length=MOST_SECRET, description="null: the present one stays; empty: none. It is never told again"
    )

    @property
    def settings(self) -> NewSettings:
        """What the services take."""
        return NewSettings(source=read_source(self.source), every_h=self.every_h, secret=self.secret)


class ConnectorStateIn(Schema, extra="forbid"):
    active: bool


class MessagesPutAwayOut(Schema):
    put_away: int


class ConnectorGoneOut(Schema):
    removed: Literal[True] = True


@router.get("/resources/{uuid:resource_id}/connector", response=ConnectorOut | None)
def connector_of_data_resource(request: HttpRequest, resource_id: UUID) -> ConnectorOut | None:
    """Where the resource is fetched from and how that goes; null where it is delivered by hand. For its keepers."""
    one = connector_of(_kept(request, resource_id))
    return describe_connector(one) if one else None


@router.put("/resources/{uuid:resource_id}/connector", response=ConnectorOut)
def configure_connector_of_data_resource(request: HttpRequest, resource_id: UUID, given: ConnectorIn) -> ConnectorOut:
    """Fetches the resource so from now on, the first time at once."""
    _kept(request, resource_id)
    services.configure_connector(actor=actor_of(request), resource_id=resource_id, settings=given.settings, now=current_time())
    return _told(request, resource_id)


@router.delete("/resources/{uuid:resource_id}/connector", response=ConnectorGoneOut)
def remove_connector_of_data_resource(request: HttpRequest, resource_id: UUID) -> ConnectorGoneOut:
    """The resource is delivered by hand again; what was fetched stays."""
    services.remove_connector(actor=actor_of(request), resource_id=resource_id, now=current_time())
    return ConnectorGoneOut()


@router.post("/resources/{uuid:resource_id}/connector/fetch", response=ConnectorOut)
def fetch_data_resource(request: HttpRequest, resource_id: UUID) -> ConnectorOut:
    """Asks the source as soon as the worker looks; everything is brought again."""
    services.fetch_at_once(actor=actor_of(request), resource_id=resource_id, now=current_time())
    return _told(request, resource_id)


@router.post("/resources/{uuid:resource_id}/connector/state", response=ConnectorOut)
def stop_connector_of_data_resource(request: HttpRequest, resource_id: UUID, given: ConnectorStateIn) -> ConnectorOut:
    """Stops the connector, or lets it go on."""
    services.stop_connector(actor=actor_of(request), resource_id=resource_id, active=given.active, now=current_time())
    return _told(request, resource_id)


@router.get("/resources/{uuid:resource_id}/connector/messages-aside", response=list[MessageAsideOut])
def messages_aside_of_data_resource(request: HttpRequest, resource_id: UUID) -> list[MessageAsideOut]:
    """Messages of a bus that can't be read and that nobody has put away, the newest 1,000. For the resource's keepers."""
    one = connector_of(_kept(request, resource_id))
    return describe_messages_aside(one, MOST_ASIDE) if one else []


@router.post("/resources/{uuid:resource_id}/connector/messages-aside/put-away", response=MessagesPutAwayOut)
def put_messages_of_data_resource_away(request: HttpRequest, resource_id: UUID) -> MessagesPutAwayOut:
    """A keeper has looked at messages set aside: their texts are forgotten, and reading goes on where it had stopped."""
    done = put_messages_away(actor=actor_of(request), resource_id=resource_id, now=current_time())
    return MessagesPutAwayOut(put_away=done)


@router.post("/resources/{uuid:resource_id}/connector/try", response=TriedSourceOut)
@costly
def try_connector_of_data_resource(request: HttpRequest, resource_id: UUID, given: ConnectorIn) -> TriedSourceOut:
    """Asks a source for a first page and shows its columns beside the contract; nothing is kept."""
    _kept(request, resource_id)
    return describe_trial(try_source(actor=actor_of(request), resource_id=resource_id, settings=given.settings))


def _kept(request: HttpRequest, resource_id: UUID) -> Resource:
    """The resource, before anything is said of what was sent; DoesNotExist or NotAllowed for whoever does not keep it."""
    found = resources_for(request.user).get(pk=resource_id)
    require(actor_of(request), rights.KEEP, found.region_code, (found.owner_id,))
    return found


def _told(request: HttpRequest, resource_id: UUID) -> ConnectorOut:
    one = connector_of(resources_for(request.user).get(pk=resource_id))
    assert one is not None  # noqa: S101 - it was just written
    return describe_connector(one)
