"""The register of resources, one resource with its deliveries, and what its keepers do."""

from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.policy.catalogue import departments
from tocsin.atlas.resources.queries.resources import found_resources, keeps, resources_for
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.rules.levels import OPEN, Shared, SharingLevel, Stage
from tocsin.atlas.resources.services import landing
from tocsin.atlas.resources.services import register as services
from tocsin.atlas.resources.services.layers import load_layers
from tocsin.atlas.resources.services.register import ResourceFacts
from tocsin.atlas.resources.services.taking import take_department
from tocsin.atlas.resources.shown.granted import granted_page
from tocsin.atlas.resources.shown.resources import (
    LEVEL_NAMES,
    RESOURCE_COLUMNS,
    describe_columns,
    describe_delivery,
    describe_resource,
    in_language,
)
from tocsin.atlas.resources.shown.sections import sections_of
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import (
    Organisation,
    Person,
    Region,
    all_regions,
    may_anywhere,
    reach,
    visible_organisations,
)
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of

YAML = "application/yaml; charset=utf-8"
EMPTY = EmptyState(
    gettext_lazy("A resource of a department is registered here, then delivered or fetched."),
    link=gettext_lazy("Register a resource"),
    to="#register-resource",
    may="may_keep",
)


@dataclass(frozen=True)
class Filters:
    """Which resources the register shows."""

    search: str = ""
    theme: str = ""
    owner: UUID | None = None
    state: Literal["", "served", "empty", "broken"] = ""
    closed: bool = False


@dataclass(frozen=True)
class Layer:
    """Which layer of a file is meant."""

    layer: Line = ""


@dataclass(frozen=True)
class LayersForm:
    """For whom the layers of a file are."""

    region_code: Line
    organisation_id: UUID
    level: SharingLevel


@dataclass(frozen=True)
class ResourceForm:
    """A resource's card as it is typed."""

    name_zh: Line
    level: SharingLevel
    name_en: Line = ""
    theme: Line = ""
    description: Line = ""
    contact: Line = ""
    telephone: Line = ""
    legal_basis: Line = ""
    licence: Line = ""
    cycle_h: float | None = None
    source: Line = ""

    @property
    def facts(self) -> ResourceFacts:
        """What the service takes."""
        return ResourceFacts(**asdict(self))


@never_cache
@require_GET
def resources(request: HttpRequest) -> HttpResponse:
    """The register; `rows` alone for htmx, or a file."""
    user, now = request.user, current_time()
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you data resources."))
    chosen = read_filters(Filters, request.GET)
    found = found_resources(user, **asdict(chosen))
    owners = resources_for(user).order_by().values_list("owner_id", flat=True).distinct()
    keeping = may_anywhere(user, rights.KEEP)
    context = {
        "chosen": chosen,
        "chosen_owner": str(chosen.owner or ""),
        "owners": [(str(one.pk), str(one)) for one in visible_organisations(user).filter(pk__in=owners)],
        "themes": [(one.key, in_language(one.zh, one.en)) for one in departments().values()],
        "states": _states(),
        "levels": _levels(),
        "regions": _regions(user) if keeping else [],
        "bodies": _bodies(user) if keeping else [],
        "may_keep": keeping,
    }
    return list_file(request, found, "resources", RESOURCE_COLUMNS, lambda one: describe_resource(one, now)) or list_page(
        request,
        found,
        "atlas/resources/resources.html",
        empty=EMPTY,
        describe=lambda one: describe_resource(one, now),
        context=context,
    )


def _regions(user: Person) -> QuerySet[Region]:
    """Where the user may register: a steward in what the own body's role reaches."""
    condition = Q(pk__in=[])
    for one in reach(user, rights.KEEP):
        condition |= Q(code__startswith=one.prefix)
    return all_regions().filter(condition).order_by("code")


def _bodies(user: Person) -> QuerySet[Organisation]:
    """For whom: a steward for the own body alone."""
    bound = [one.organisation_id for one in reach(user, rights.KEEP)]
    found = visible_organisations(user)
    return found if None in bound else found.filter(pk__in=[one for one in bound if one is not None])


def _states() -> list[tuple[str, str]]:
    return [("served", _("delivered")), ("empty", _("nothing yet")), ("broken", _("a delivery is set aside"))]


def _levels() -> list[tuple[str, str]]:
    return [(one.value, str(name)) for one, name in LEVEL_NAMES.items()]


@never_cache
@one_act("resources", alone=True)
def register(request: HttpRequest, *, region_code: Line, organisation_id: UUID, slug: Line, facts: ResourceForm) -> HttpResponse:
    """A new resource; its page follows."""
    made = services.register_resource(
        actor=actor_of(request),
        region_code=region_code,
        owner_id=organisation_id,
        slug=slug,
        facts=facts.facts,
        now=current_time(),
    )
    return redirect("resource", made.pk)


@never_cache
@one_act("resources", alone=True)
def take(request: HttpRequest, *, department: Line, region_code: Line, organisation_id: UUID) -> str:
    """What a department typically shares, in one press."""
    made = take_department(
        actor=actor_of(request), department=department, region_code=region_code, owner_id=organisation_id, now=current_time()
    )
    return _("%(count)s resources were registered.") % {"count": len(made)}


@never_cache
@require_POST
def layers(request: HttpRequest) -> HttpResponse:
    """Every layer of a file becomes a resource."""
    with Attempt(request, temporarily=True):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        told = read_form(LayersForm, request.POST)
        loaded = load_layers(
            actor=actor_of(request),
            region_code=told.region_code,
            owner_id=told.organisation_id,
            file_name=file.name or "",
            content=file.read(),
            level=told.level,
            now=current_time(),
            way=Shared.UPLOAD,
        )
        for one in loaded:
            words = {
                "slug": one.resource.slug,
                "verdict": describe_delivery(one.delivery).state_words if one.delivery else _("as it is"),
            }
            messages.info(request, _("%(slug)s: %(verdict)s") % words)
    return redirect("resources")


@never_cache
@require_GET
def resource(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """One resource: its card, its contract, its deliveries with what was wrong, and the forms of its keepers. Who reads it by an
    agreement alone sees what that opens, and nothing else.
    """
    if not resources_for(request.user).filter(pk=resource_id).exists():
        granted = granted_page(resource_id, request.user)
        if granted is not None:
            return render(request, *granted)
    found = _resource(request, resource_id)
    keeping = keeps(request.user, found)
    deliveries = found.deliveries.select_related("by", "contract", "proposed_by")
    waiting = list(deliveries.filter(stage__in=OPEN)[:20])
    context = {
        "one": describe_resource(found, current_time()),
        "columns": describe_columns(found.contract),
        "contracts": list(found.contracts.select_related("made_by")[:10]),
        "contract_text": found.contract.text if found.contract and keeping else "",
        "waiting": [(describe_delivery(one), _may_agree(request, one, keeping=keeping)) for one in waiting],
        "served": describe_delivery(found.good) if found.good else None,
        "levels": _levels(),
        "may_keep": keeping,
        "sections": sections_of(found, request.user),
    }
    return list_page(
        request, deliveries, "atlas/resources/resource.html", describe=describe_delivery, context=context, per_page=20
    )


def _may_agree(request: HttpRequest, delivery: Delivery, *, keeping: bool) -> bool:
    return keeping and delivery.stage == Stage.PROPOSED and delivery.proposed_by_id != actor_of(request).pk


def _resource(request: HttpRequest, resource_id: UUID) -> Resource:
    return resources_for(request.user).select_related("owner", "contract", "good__by", "good__contract").get(pk=resource_id)


@never_cache
@require_GET
def contract(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """The contract as an ODCS file; `?number=` gives an older one."""
    found = _resource(request, resource_id)
    number = request.GET.get("number", "")
    one = found.contracts.filter(number=int(number)).first() if number.isdigit() and len(number) < 7 else found.contract
    if one is None:
        raise Http404
    response = HttpResponse(one.text, content_type=YAML)
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{one.number}.yaml"'
    return response


@never_cache
@require_POST
def upload(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """Takes a file in and judges it at once."""
    with Attempt(request, temporarily=True):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        landing.deliver(
            actor=actor_of(request),
            resource_id=resource_id,
            file_name=file.name or "",
            content=file.read(),
            layer=read_form(Layer, request.POST).layer,
            now=current_time(),
        )
    return redirect("resource", resource_id)


def _change(actor: Actor, resource_id: UUID, *, facts: ResourceForm) -> str:
    services.change_resource(actor=actor, resource_id=resource_id, facts=facts.facts, now=current_time())
    return _("The card is changed.")


def _state(actor: Actor, resource_id: UUID, *, active: bool) -> None:
    services.close_resource(actor=actor, resource_id=resource_id, active=active, now=current_time())


def _contract(actor: Actor, resource_id: UUID, *, text: str, reason: Line) -> str:
    made = services.change_contract(actor=actor, resource_id=resource_id, text=text, reason=reason, now=current_time())
    return _("Contract %(number)s holds from now on.") % {"number": made.number}


def _propose(actor: Actor, resource_id: UUID, *, delivery_id: UUID, reason: Line) -> str:
    _of(resource_id, delivery_id)
    landing.propose_use(actor=actor, delivery_id=delivery_id, reason=reason, now=current_time())
    return _("A second person is told and decides.")


def _agree(actor: Actor, resource_id: UUID, *, delivery_id: UUID) -> str:
    _of(resource_id, delivery_id)
    landing.agree_to_use(actor=actor, delivery_id=delivery_id, now=current_time())
    return _("The delivery is used.")


def _again(actor: Actor, resource_id: UUID, *, delivery_id: UUID) -> str:
    _of(resource_id, delivery_id)
    landing.judge_again(actor=actor, delivery_id=delivery_id, now=current_time())
    return _("The delivery was judged again.")


def _drop(actor: Actor, resource_id: UUID, *, delivery_id: UUID) -> str:
    _of(resource_id, delivery_id)
    landing.drop_delivery(actor=actor, delivery_id=delivery_id, now=current_time())
    return _("The delivery is dropped.")


def _ask(actor: Actor, resource_id: UUID, *, delivery_id: UUID) -> str:
    _of(resource_id, delivery_id)
    landing.ask_for_new(actor=actor, delivery_id=delivery_id, now=current_time())
    return _("The owner is asked for a new file.")


def _of(resource_id: UUID, delivery_id: UUID) -> None:
    """DoesNotExist for a delivery of another resource."""
    Delivery.objects.get(pk=delivery_id, resource=resource_id)


ACTS: dict[str, Act] = {
    "change": _change,
    "state": _state,
    "contract": _contract,
    "propose": _propose,
    "agree": _agree,
    "again": _again,
    "drop": _drop,
    "ask": _ask,
}


@never_cache
@require_POST
def act(request: HttpRequest, resource_id: UUID, name: str) -> HttpResponse:
    """What a keeper does with the resource or one of its deliveries."""
    resources_for(request.user).get(pk=resource_id)
    perform_and_tell(request, ACTS, name, actor_of(request), resource_id)
    return redirect("resource", resource_id)
