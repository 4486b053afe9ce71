"""The register: the list with its filters, and the page of one object with a section of every subject."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import all_regions, may, may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.maps import ListMap, MapPoint
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.lists.tables import Column
from tocsin.screens.request import actor_of
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.queries import codes
from tocsin.supervision.objects.queries import matching as objects_matching
from tocsin.supervision.objects.queries import register as queries
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import WITH_CREDIT_CODE, CodeColour, ObjectKind, RiskClass
from tocsin.supervision.objects.services import accounts
from tocsin.supervision.objects.services.accounts import MOST_AT_ONCE
from tocsin.supervision.objects.shown import GROUPS

PAGE_SIZE = 50
LEAST_TWIN = 0.05  # of its probability, below which an entry is not offered to be joined
COLUMNS = (
    *(
        "code",
        "name",
        "kind_name",
        "credit_code",
        "site_number",
        "trade",
        "trade_name",
        "risk_class",
        "region_code",
        "region_name",
        "town_code",
    ),
    *("address", "lon", "lat", "employees", "major_hazard", "directly_supervised", "competent_name", "active"),
    *("colour_name", "colour_day", "score"),
)
FLAGS = {"yes": True, "no": False}
TABLE = (
    Column("colour", gettext_lazy("Colour of the code")),
    Column("score", gettext_lazy("Score"), number=True),
    Column("name", gettext_lazy("Name"), fixed=True),
    Column("code", gettext_lazy("Information code")),
    Column("trade", gettext_lazy("Trade")),
    Column("risk_class", gettext_lazy("Risk class")),
    Column("region", gettext_lazy("Region")),
    Column("competent", gettext_lazy("Competent department")),
)
EMPTY = EmptyState(
    gettext_lazy("Firms and places come from a table, or are entered one by one."),
    link=gettext_lazy("New"),
    to="new_object",
    may="may_manage",
)


@never_cache
@require_GET
def objects(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    chosen = read_chosen(request)
    found = queries.search_objects(request.user, chosen)
    keeps = may_anywhere(request.user, rights.MANAGE)
    context = {
        "chosen": {**asdict(chosen), "directly": request.GET.get("directly", ""), "state": request.GET.get("state", "active")},
        "regions": _regions(request),
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
        "kinds": told.KIND_NAMES.items(),
        "risk_classes": told.RISK_NAMES.items(),
        "colours": told.COLOUR_NAMES.items(),
        "orders": told.ORDER_NAMES.items(),
        "may_manage": keeps,
        "waiting": objects_matching.waiting_records(request.user).count() if keeps else 0,
    }
    return list_file(request, found, "objects", headed(*COLUMNS), told.describe_object) or list_page(
        request,
        found,
        "supervision/objects/objects.html",
        empty=EMPTY,
        describe=told.describe_object,
        context=context,
        table=TABLE,
        groups=GROUPS,
        places=ListMap(_points),
    )


def _points(rows: list[SupervisedObject]) -> list[MapPoint]:
    shapes = {CodeColour.GREEN: "good", CodeColour.GREY: "unknown"}
    return [
        MapPoint(
            *(one.lon, one.lat, one.name, f"{one.trade_name} · {one.colour_name}", reverse("supervised_object", args=[one.id])),
            shapes.get(CodeColour(one.colour), one.colour),
        )
        for one in map(told.describe_object, rows)
    ]


@never_cache
@require_GET
def supervised_object(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One object; an absorbed one leads to the one that was kept."""
    found = visible_object(request, object_id)
    if found.merged_into_id is not None:
        return redirect("supervised_object", found.merged_into_id)
    context = {
        "one": told.describe_object(found),
        "trade": trades().get(found.trade),
        "people": _people(request, found),
        "roles": [(key, told.role_name(key)) for key in post_policy().roles],
        "parts": [told.describe_object(one) for one in queries.parts_of(request.user, found)[:200]],
        "sections": sections_of(request, found),
        "may_inspect": found.active and may(request.user, rights.INSPECT, found.region_code),
        "may_keep_people": may(request.user, rights.OWN, found.region_code, (found.organisation_id,)),
        **(_keeping(request, found) if may(request.user, rights.MANAGE, found.region_code) else {}),
    }
    return render(request, "supervision/objects/object.html", context)


def _keeping(request: HttpRequest, found: SupervisedObject) -> dict[str, object]:
    """What the keepers of the register see besides: the sign, the platforms' records, merges and likely twins."""
    twins = objects_matching.twins_of(found).candidates[:3] if found.kind in WITH_CREDIT_CODE else ()
    known = objects_matching.objects_by_id(one.key for one in twins)
    return {
        "may_manage": True,
        "may_keep_people": True,
        "issue": codes.issue_in_force(found),
        "records": objects_matching.records_of(request.user, found)[:50],
        "merges": [
            {"merge": one, "days": [told.describe_colour(day) for day in queries.ledger_until(one.absorbed, localdate(one.at))]}
            for one in objects_matching.merges_of(found)
        ],
        "twins": [(known[one.key], round(100 * one.probability, 1)) for one in twins if one.probability >= LEAST_TWIN],
    }


@never_cache
@require_POST
def open_accounts(request: HttpRequest) -> HttpResponse:
    """Accounts for the firms that the filters leave and that have none: shown with their passwords this once, to be printed."""
    with Attempt(request):
        found = queries.search_objects(request.user, read_chosen(request)).filter(organisation=None)
        keeps = [one for one in found[: MOST_AT_ONCE + 1] if may(request.user, rights.MANAGE, one.region_code)]
        made = accounts.open_accounts(actor=actor_of(request), objects=keeps)
        context = {"made": made, "address": request.build_absolute_uri("/"), "at": current_time()}
        return render(request, "supervision/objects/accounts.html", context)
    return redirect("objects")


def visible_object(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    """The object with its colour, absorbed or not; 404 where the reader's rights do not reach it."""
    return queries.with_colour(queries.all_visible_objects(request.user)).get(pk=object_id)


def sections_of(request: HttpRequest, found: SupervisedObject) -> list[told.ShownSection]:
    """What each subject shows of this object: its template and context."""
    shown = []
    for name in settings.OBJECT_SECTIONS:
        section: told.Section = import_string(name.replace(":", "."))
        context = section.tell(found, request.user)
        if context is not None:
            shown.append(told.ShownSection(section.name, section.template, context))
    return shown


def read_chosen(request: HttpRequest) -> queries.Chosen:
    """The filters of the address; what is not among the choices narrows nothing."""
    given = request.GET
    state = given.get("state", "active")
    return queries.Chosen(
        search=given.get("search", "")[:100],
        region=region if (region := given.get("region", "")).isdigit() and len(region) <= 12 else "",
        trade=_among(given.get("trade", ""), trades()),
        risk_class=_among(given.get("risk_class", ""), RiskClass),
        kind=_among(given.get("kind", ""), ObjectKind),
        colour=_among(given.get("colour", ""), CodeColour),
        directly_supervised=FLAGS.get(given.get("directly", "")),
        active={"active": True, "closed": False}.get(state),
        major_hazard=FLAGS.get(given.get("major_hazard", "")),
        sort=_among(given.get("sort", ""), queries.ORDERS),
    )


def _among(value: str, known: Any) -> str:
    return value if value in set(known) else ""


def _regions(request: HttpRequest) -> list[tuple[str, str]]:
    """Areas with objects, each with the areas above it, by code."""
    codes = set(queries.regions_of_objects(request.user))
    above = {f"{code[:2]}0000" for code in codes} | {f"{code[:4]}00" for code in codes}
    return [(one.code, str(one)) for one in all_regions().filter(pk__in=codes | above)]


def _people(request: HttpRequest, found: SupervisedObject) -> list[told.KeyPersonOut] | None:
    """Who answers; None where the reader may not know."""
    if not queries.may_see_people(request.user, found):
        return None
    people = queries.visible_people(request.user).filter(object=found).select_related("user")
    return [told.describe_person(one) for one in people]
