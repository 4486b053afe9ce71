"""Exposed bodies: their list with the map, one body with the history of its figures, and the forms of those who keep it."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.atlas.exposure.policy import Kind, exposure_policy
from tocsin.atlas.exposure.queries.bodies import KEEP, SEE, visible_bodies, visible_grids
from tocsin.atlas.exposure.queries.telling import may_tell
from tocsin.atlas.exposure.services import bodies as services
from tocsin.atlas.exposure.services.bodies import BodyFacts
from tocsin.atlas.exposure.shown.bodies import describe_body, describe_grid, describe_line, map_texts
from tocsin.atlas.exposure.shown.telling import notices_to
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_rows
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

COLUMNS = (
    *("region_code", "code", "kind_name", "name", "address", "owner", "contact", "telephone", "lon", "lat"),
    *("people_day", "people_night", "people_day_off", "origin_name", "figures_on", "source"),
)
EMPTY = EmptyState(
    gettext_lazy("Schools, hospitals and other bodies in danger come from a table, or are entered one by one."),
    link=gettext_lazy("New body"),
    to="new_exposed_body",
    may="may_keep",
)


@dataclass(frozen=True)
class Filters:
    """Which bodies the list shows."""

    search: str = ""
    kind: str = ""
    region: str = ""
    closed: bool = False


@dataclass(frozen=True)
class BodyForm:
    """What is known of a body as it is typed; the figures of its kind stand beside it as rows."""

    name: Line
    kind: Line = ""
    code: Line = ""
    lon: float | None = None
    lat: float | None = None
    people_day: int | None = None
    people_night: int | None = None
    people_day_off: int | None = None
    within: Line = ""
    address: Line = ""
    owner: Line = ""
    contact: Line = ""
    telephone: Line = ""
    source: Line = ""
    figures_on: date | None = None


@dataclass(frozen=True)
class FigureRow:
    """One figure of the body's kind as it is typed; an empty one is not known."""

    figure_code: Line = ""
    figure: float | None = None


@never_cache
@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies of the reader's regions; `rows` alone for htmx, or a file."""
    user, now = request.user, current_time()
    if not may_anywhere(user, SEE):
        raise NotAllowed(_("Your roles do not show you exposed bodies."))
    chosen = read_filters(Filters, request.GET)
    found = visible_bodies(
        user, search=chosen.search, kind=chosen.kind, region=governing_prefix(chosen.region), closed=chosen.closed
    )
    names = {one.code: str(one) for one in regions_within(user, SEE)}
    grids = visible_grids(user).filter(in_force=True)[:20]
    context = {
        "chosen": chosen,
        "kinds": [(one.code, one.words) for one in exposure_policy().kinds],
        "regions": [(code, f"{name} {code}") for code, name in names.items()],
        "may_keep": may_anywhere(user, KEEP),
        "grids": [(names.get(one.region_code, one.region_code), describe_grid(one, now)) for one in grids],
        "map_texts": map_texts(),
    }
    return list_file(request, found, "exposed-bodies", COLUMNS, lambda one: describe_body(one, now)) or list_page(
        request, found, "atlas/exposure/bodies.html", empty=EMPTY, describe=lambda one: describe_body(one, now), context=context
    )


@never_cache
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new body of the kind `?kind=`."""
    if not may_anywhere(request.user, KEEP):
        raise NotAllowed(_("Your roles do not let you keep exposed bodies."))
    kinds = exposure_policy().by_code
    kind = kinds.get(request.GET.get("kind", "")) or next(iter(kinds.values()))
    context = {
        "kind": kind,
        "kinds": [(one.code, one.words) for one in kinds.values()],
        "attributes": _attributes(kind, {}),
        "regions": regions_within(request.user, KEEP),
        "map_texts": map_texts(),
    }
    return render(request, "atlas/exposure/new.html", context)


@never_cache
@one_act("exposed_bodies", alone=True)
def register(request: HttpRequest, *, region_code: Line, form: BodyForm) -> HttpResponse:
    """A new body; its page follows."""
    made = services.register_body(
        actor=actor_of(request), region_code=region_code, facts=_facts(request, form, form.kind), now=current_time()
    )
    return redirect("exposed_body", made.pk)


@never_cache
@require_GET
def body(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """One body: its card, its figures with their history, and the forms of whoever keeps it."""
    now = current_time()
    found = visible_bodies(request.user, closed=True).get(pk=body_id)
    kind = exposure_policy().by_code.get(found.kind)
    context = {
        "one": describe_body(found, now),
        "kind": kind,
        "history": [describe_line(one, found.kind) for one in found.history.select_related("by")[:50]],
        "parts": [(one.pk, one.name) for one in found.parts.filter(active=True)[:50]],
        "within": found.within,
        "given": found,
        "may_keep": may(request.user, KEEP, found.region_code),
        "may_tell": may_tell(request.user, found.region_code),
        "told": notices_to(request.user, found),
        "attributes": _attributes(kind, found.figures) if kind else [],
        "map_texts": map_texts(),
    }
    return render(request, "atlas/exposure/body.html", context)


@never_cache
@one_act("exposed_body")
def change(request: HttpRequest, body_id: UUID, *, form: BodyForm) -> str:
    """Changes the card and the figures; kind, code and shape stay."""
    known = visible_bodies(request.user, closed=True).get(pk=body_id)
    facts = _facts(request, form, known.kind, shape=known.shape)
    services.change_body(actor=actor_of(request), body_id=body_id, facts=facts, now=current_time())
    return _("It is written.")


@never_cache
@one_act("exposed_body")
def state(request: HttpRequest, body_id: UUID, *, active: bool) -> str:
    """A body is there no longer, or again."""
    services.close_body(actor=actor_of(request), body_id=body_id, active=active, now=current_time())
    return _("It is written.")


def _facts(request: HttpRequest, form: BodyForm, kind_code: str, shape: dict[str, object] | None = None) -> BodyFacts:
    """What the service takes: the fields of the form and the figures of the kind that were filled."""
    kind = exposure_policy().by_code.get(kind_code)
    if kind is None:
        raise InvalidInput(_("This is none of %(codes)s.") % {"codes": ", ".join(exposure_policy().by_code)})
    rows = read_rows(FigureRow, request.POST)
    figures = {row.figure_code: row.figure for row in rows if row.figure_code and row.figure is not None}
    return BodyFacts(**{**asdict(form), "kind": kind_code, "figures": figures, "shape": shape})


def _attributes(kind: Kind, figures: dict[str, float]) -> list[dict[str, object]]:
    return [
        {"code": one.code, "name": one.words, "unit": one.unit, "value": _plain(figures.get(one.code))} for one in kind.attributes
    ]


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if value < 1e6 else f"{value:.0f}"
