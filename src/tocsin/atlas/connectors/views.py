"""A resource's connector: how it goes, how it is configured, and a button that tries it."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.atlas.connectors.queries import connector_of, folder_of
from tocsin.atlas.connectors.rules.sources import KINDS, own_subject, read_source
from tocsin.atlas.connectors.services import settings as services
from tocsin.atlas.connectors.services.messages import put_messages_away
from tocsin.atlas.connectors.services.settings import NewSettings
from tocsin.atlas.connectors.services.trying import try_source
from tocsin.atlas.connectors.shown import (
    HAS_SECRET,
    TriedSourceOut,
    describe_connector,
    describe_messages_aside,
    describe_trial,
    filled_fields,
    kind_choices,
)
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import resources_for
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.shown.resources import describe_resource
from tocsin.jurisdiction.face import require
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import Actor, actor_of

MOST_ASIDE_SHOWN = 20


@dataclass(frozen=True)
class SourceForm:
    """Fields of all kinds; each kind takes its own."""

    kind: Line
    url: Line = ""
    login: Line = ""
    account: Line = ""
    rows: Line = ""
    following: Line = ""
    cursor: Line = ""
    pattern: Line = ""
    collection: Line = ""
    feature_type: Line = ""
    sort: Line = ""
    host: Line = ""
    port: Line = ""
    database: Line = ""
    table: Line = ""
    columns: Line = ""
    geometry: Line = ""
    encryption: Line = ""
    bucket: Line = ""
    prefix: Line = ""
    take: Line = ""
    region: Line = ""
    subject: Line = ""
    stream: Line = ""
    key: Line = ""
    deleted: Line = ""
    every_h: float | None = None
    secret: str = ""
    forget_secret: bool = False

    @property
    def settings(self) -> NewSettings:
        """What the service takes; InvalidInput for what can't be the settings of the kind."""
        wanted = KINDS[self.kind].__struct_fields__ if self.kind in KINDS else ()
        told = {name: text for name, text in asdict(self).items() if name in wanted and text}
        secret = "" if self.forget_secret else self.secret or None
        return NewSettings(source=read_source({"kind": self.kind, **told}), every_h=self.every_h, secret=secret)


@never_cache
@require_GET
def connector(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """How it goes, and the form of the kind that is configured or chosen."""
    resource = _kept(request, resource_id)
    chosen = request.GET.get("kind", "")
    return _page(request, resource, chosen if chosen in KINDS else "", {})


@never_cache
@require_POST
@costly
def try_connector(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """Tries what the form says and shows it again with what came."""
    resource = _kept(request, resource_id)
    tried = None
    with Attempt(request, temporarily=True) as attempt:
        form = read_form(SourceForm, request.POST)
        tried = describe_trial(try_source(actor=actor_of(request), resource_id=resource_id, settings=form.settings))
    typed = {name: text for name, text in request.POST.items() if name != "secret"}
    response = _page(request, resource, str(typed.get("kind", "")), typed, tried)
    response.status_code = attempt.status
    return response


def _page(
    request: HttpRequest, resource: Resource, kind: str, typed: dict[str, Any], tried: TriedSourceOut | None = None
) -> HttpResponse:
    found = connector_of(resource)
    told = describe_connector(found) if found else None
    kind = kind if kind in KINDS else told.kind if told and told.kind in KINDS else next(iter(KINDS))
    values = typed or (told.source if told and told.kind == kind else {})
    every_h = typed.get("every_h", "") if typed else told.every_h if told and told.every_h is not None else ""
    context = {
        "one": describe_resource(resource, current_time()),
        "connector": told,
        "kind": kind,
        "kinds": kind_choices(),
        "fields": filled_fields(kind, values),
        "every_h": every_h,
        "often": _often(kind),
        "takes_secret": kind in HAS_SECRET,
        "folder": folder_of(resource.slug) if kind == "folder" else "",
        "tried": tried,
        "own_subject": own_subject(resource.slug) if kind == "bus" else "",
        "messages_aside": describe_messages_aside(found, MOST_ASIDE_SHOWN) if found else [],
    }
    return render(request, "atlas/connectors/connector.html", context)


def _often(kind: str) -> str:
    """How often a source is looked at that costs little; empty for those that are fetched by the cycle."""
    if kind == "folder":
        return _("empty: a folder is looked at every minute")
    return _("empty: a bus is looked at several times a minute") if kind == "bus" else ""


def _kept(request: HttpRequest, resource_id: UUID) -> Resource:
    found = resources_for(request.user).select_related("owner", "contract").get(pk=resource_id)
    require(actor_of(request), rights.KEEP, found.region_code, (found.owner_id,))
    return found


def _configure(actor: Actor, resource_id: UUID, *, form: SourceForm) -> str:
    services.configure_connector(actor=actor, resource_id=resource_id, settings=form.settings, now=current_time())
    return _("The connector is configured; the first fetch begins within seconds.")


def _fetch(actor: Actor, resource_id: UUID) -> str:
    services.fetch_at_once(actor=actor, resource_id=resource_id, now=current_time())
    return _("The source is asked within seconds; what came stands among the deliveries.")


def _state(actor: Actor, resource_id: UUID, *, active: bool) -> None:
    services.stop_connector(actor=actor, resource_id=resource_id, active=active, now=current_time())


def _remove(actor: Actor, resource_id: UUID) -> str:
    services.remove_connector(actor=actor, resource_id=resource_id, now=current_time())
    return _("The connector is gone; what was fetched stays.")


def _put_away(actor: Actor, resource_id: UUID) -> str:
    done = put_messages_away(actor=actor, resource_id=resource_id, now=current_time())
    return _("%(count)s messages are put away.") % {"count": done}


ACTS: dict[str, Act] = {
    "configure": _configure,
    "fetch": _fetch,
    "state": _state,
    "remove": _remove,
    "put-away": _put_away,
}


@never_cache
@require_POST
def act(request: HttpRequest, resource_id: UUID, name: str) -> HttpResponse:
    """What a keeper does with the connector."""
    _kept(request, resource_id)
    perform_and_tell(request, ACTS, name, actor_of(request), resource_id)
    return redirect("resource_connector", resource_id)
