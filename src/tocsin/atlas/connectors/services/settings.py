"""A resource's connector is configured, stopped, asked at once, taken away."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.atlas.connectors.models import ResourceConnector
from tocsin.atlas.connectors.queries import folder_of
from tocsin.atlas.connectors.rules.sources import FolderSource, Source, kind_of, read_source, stored, target_of
from tocsin.atlas.connectors.services.secrets import keep_secret, secret_of
from tocsin.atlas.connectors.services.sources.bus import forget_gathered, gathered_at
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.rows import folder
from tocsin.atlas.resources.services.register import MOST_CYCLE_H, kept_resource
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_SECRET = 2000
SHORTEST_H = 1 / 60


@dataclass(frozen=True, kw_only=True)
class NewSettings:
    """What is typed: `secret` None keeps the present one, an empty text takes it away."""

    source: Source
    every_h: float | None = None
    secret: str | None = None


@transaction.atomic
def configure_connector(*, actor: "User", resource_id: UUID, settings: NewSettings, now: datetime) -> ResourceConnector:
    """The resource is fetched so from now on, the first time at once. InvalidInput where the secret has to be entered anew."""
    resource = kept_resource(actor, resource_id)
    if settings.every_h is not None and not SHORTEST_H <= settings.every_h <= MOST_CYCLE_H:
        raise InvalidInput(_("A source is asked once a minute at most."))
    found = ResourceConnector.objects.select_for_update().filter(resource=resource).first()
    secret = secret_for(found, settings)
    before = found.source if found else {}
    one = found or ResourceConnector(resource=resource)
    one.source, one.every_h, one.active = stored(settings.source), settings.every_h, True
    one.configured_at, one.configured_by = now, actor
    _begin_anew(one, now)
    one.save()
    if settings.secret is not None or not secret:
        keep_secret(one, secret)
    if isinstance(settings.source, FolderSource):
        folder_of(resource.slug).mkdir(parents=True, exist_ok=True)
    changed = sorted(name for name in {*before, *one.source} if before.get(name) != one.source.get(name))
    told = {"kind": kind_of(settings.source), "target": target_of(settings.source), "changed": changed}
    _note(actor, "connector.configured", resource, **told, secret_changed=settings.secret is not None)
    return one


def secret_for(present: ResourceConnector | None, settings: NewSettings) -> str:
    """The secret that goes with these settings. A kept one is told to nobody but whom it was entered for."""
    if settings.secret is not None:
        if len(settings.secret) > MOST_SECRET:
            raise InvalidInput(_("A secret has at most %(most)s characters.") % {"most": MOST_SECRET})
        return settings.secret
    kept = secret_of(present) if present else ""
    if kept and present and target_of(read_source(present.source)) != target_of(settings.source):
        raise InvalidInput(_("The server is another one than the secret was entered for: enter the secret anew."))
    return kept


@transaction.atomic
def fetch_at_once(*, actor: "User", resource_id: UUID, now: datetime) -> ResourceConnector:
    """The source is asked as soon as the worker looks, and everything is brought again."""
    resource, one = _connected(actor, resource_id)
    if not one.active:
        raise Conflict(_("This connector is stopped: let it go on first."))
    if not resource.active:
        raise Conflict(_("This resource is given up: take it up again first."))
    _begin_anew(one, now)
    one.save()
    _note(actor, "connector.asked_at_once", resource)
    return one


@transaction.atomic
def stop_connector(*, actor: "User", resource_id: UUID, active: bool, now: datetime) -> ResourceConnector:
    """The source is not asked any more, or again."""
    resource, one = _connected(actor, resource_id)
    one.active = active
    if active:
        _begin_anew(one, now)
    one.save()
    _note(actor, "connector.resumed" if active else "connector.stopped", resource)
    return one


@transaction.atomic
def remove_connector(*, actor: "User", resource_id: UUID, now: datetime) -> None:
    """The resource is delivered by hand again; what was fetched stays."""
    resource, one = _connected(actor, resource_id)
    _note(actor, "connector.removed", resource, kind=one.source.get("kind", ""))
    one.delete()
    transaction.on_commit(lambda: forget_gathered(gathered_at(folder(), resource.slug)))


def _begin_anew(one: ResourceConnector, now: datetime) -> None:
    one.next_at, one.mark = now, {}
    one.failures, one.problem, one.told_at = 0, {}, None


def _connected(actor: "User", resource_id: UUID) -> tuple[Resource, ResourceConnector]:
    resource = kept_resource(actor, resource_id)
    one = ResourceConnector.objects.select_for_update().filter(resource=resource).first()
    if one is None:
        raise Conflict(_("This resource has no connector yet: configure one first."))
    return resource, one


def _note(actor: "User", action: str, resource: Resource, **details: object) -> None:
    record_audit(actor, action, "resource", resource.pk, resource.region_code, {"name": resource.name_zh, **details})
