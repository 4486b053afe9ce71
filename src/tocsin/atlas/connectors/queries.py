"""Connectors of resources, and which of them are due."""

from datetime import datetime
from pathlib import Path

from django.db.models import QuerySet

from tocsin.atlas.connectors.models import MessageSetAside, ResourceConnector
from tocsin.atlas.connectors.policy import connector_policy
from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.queries.rows import folder
from tocsin.atlas.resources.rules.levels import Shared


def connector_of(resource: Resource) -> ResourceConnector | None:
    """The resource's connector; None where it is delivered by hand."""
    return ResourceConnector.objects.filter(resource=resource).select_related("secret", "resource").first()


def due_connectors(now: datetime) -> QuerySet[ResourceConnector]:
    """Connectors whose time has come, the longest due first."""
    rows = ResourceConnector.objects.filter(active=True, resource__active=True, next_at__lte=now)
    return rows.select_related("resource__contract").order_by("next_at", "pk")


def last_fetched(resource: Resource) -> Delivery | None:
    """The newest delivery that a connector brought."""
    return Delivery.objects.filter(resource=resource, way=Shared.CONNECTOR.value).order_by("-at", "-id").first()


def rhythm_h(one: ResourceConnector) -> float:
    """Every how many hours the source is asked: as was said, else by the resource's cycle; a folder and a bus cost little and are
    looked at often.
    """
    schedule = connector_policy().schedule
    if one.every_h is not None:
        return one.every_h
    if one.source.get("kind") == "folder":
        return schedule.folder_min / 60
    if one.source.get("kind") == "bus":
        return connector_policy().bus.look_s / 3600
    return one.resource.cycle_h or schedule.without_cycle_h


def messages_aside(one: ResourceConnector) -> QuerySet[MessageSetAside]:
    """Messages of a bus that are set aside and that nobody has put away, the newest first."""
    return MessageSetAside.objects.filter(connector=one, put_away_at=None).order_by("-came_at", "-sequence")


def folder_of(slug: str) -> Path:
    """The folder in which files for a resource are put."""
    return folder() / "in" / slug
