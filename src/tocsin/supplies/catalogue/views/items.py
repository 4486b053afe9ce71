"""The catalogue of supplies: its list, one kind of item, who keeps it."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.policy.classes import classes, reads_chinese
from tocsin.supplies.catalogue.queries import items as queries
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.kits import KitExpiry
from tocsin.supplies.catalogue.services import items as services
from tocsin.supplies.catalogue.services.items import ItemFacts
from tocsin.supplies.catalogue.shown.items import ITEM_COLUMNS, describe_item

AS_BEFORE = "\0"  # what no form can hold: the field is not in it
EMPTY = EmptyState(
    gettext_lazy("Take the entries that come with Tocsin, a table, or enter one."),
    link=gettext_lazy("Register an entry"),
    to="#new-item",
    may="may_lead",
)


@dataclass(frozen=True)
class Filters:
    """Which entries the list shows."""

    search: str = ""
    category: str = ""
    closed: bool = False


@never_cache
@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """The catalogue; `rows` alone for htmx, or a file."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen = read_filters(Filters, request.GET)
    found = queries.found_items(user, **asdict(chosen)).prefetch_related("units", "parts__part")
    context = {
        "chosen": chosen,
        **_choices(),
        "regions": regions_within(user, rights.LEAD),
        "may_lead": may_anywhere(user, rights.LEAD),
    }
    return list_file(request, found, "supplies-catalogue", ITEM_COLUMNS, describe_item) or list_page(
        request, found, "supplies/catalogue/items.html", empty=EMPTY, describe=describe_item, context=context
    )


@never_cache
@require_GET
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One kind of item with its units and parts, and the forms of whoever keeps it."""
    found = queries.visible_items(request.user).prefetch_related("units", "parts__part").get(pk=item_id)
    context = {"one": describe_item(found), **_choices(), "may_lead": queries.may_lead(request.user, found)}
    return render(request, "supplies/catalogue/item.html", context)


def _choices() -> dict[str, object]:
    """What forms offer, in the reader's language."""

    def named(scheme: str) -> list[tuple[str, str]]:
        found = classes().of(scheme)  # type: ignore[arg-type]
        return [(one.code, one.zh if reads_chinese() else one.en) for one in found.values()]

    rules = [(KitExpiry.SOONEST.value, _("with its first component")), (KitExpiry.OWN.value, _("on its own printed day"))]
    return {
        "categories": named("province"),
        "resources": named("ndrc2015"),
        "surveys": named("survey"),
        "kit_rules": rules,
        "confidences": [
            ("A", _("A: read in a law or standard")),
            ("B", _("B: practice of the trade")),
            ("C", _("C: our own estimate")),
        ],
    }


@dataclass(frozen=True)
class ItemForm:
    """An entry as it is typed."""

    class_code: Line
    category: Line
    name_zh: Line
    unit_zh: Line
    name_en: Line = ""
    unit_en: Line = ""
    synonyms: Line = ""
    resource_class: Line = ""
    survey_class: Line = ""
    pieces: Decimal = Decimal(1)
    kg: Decimal | None = None
    m3: Decimal | None = None
    pack: Line = ""
    shelf_life_months: int | None = None
    perishable: bool = False
    storage: Line = ""
    inspect_every_months: int = 12
    upkeep: Line = ""
    kit_expiry: KitExpiry = KitExpiry.SOONEST
    confidence: Line = "C"
    source: Line = ""

    @property
    def facts(self) -> ItemFacts:
        """What the service takes."""
        return ItemFacts(**asdict(self))


@dataclass(frozen=True)
class ChangedItemForm(ItemForm):
    """An entry as it is edited: confidence and source that the form does not name stay as they were."""

    confidence: Line = AS_BEFORE
    source: Line = AS_BEFORE

    def facts_beside(self, before: Item) -> ItemFacts:
        """What the service takes."""
        kept = {name: getattr(before, name) for name in ("confidence", "source") if getattr(self, name) == AS_BEFORE}
        return ItemFacts(**asdict(self) | kept)


@never_cache
@one_act("supply_items", alone=True)
def register(request: HttpRequest, *, region_code: Line, facts: ItemForm) -> HttpResponse:
    """A new kind of item; its page follows."""
    made = services.register_item(actor=actor_of(request), region_code=region_code, facts=facts.facts, now=current_time())
    return redirect("supply_item", made.pk)


@never_cache
@one_act("supply_items", alone=True)
def take_shipped(request: HttpRequest, *, region_code: Line) -> str:
    """The typical kinds that ship with the product."""
    written = services.take_shipped(actor=actor_of(request), region_code=region_code, now=current_time())
    return _("%(count)s kinds of items were entered.") % {"count": written}


def _change(actor: Actor, item_id: UUID, *, facts: ChangedItemForm) -> str:
    before = queries.visible_items(actor).get(pk=item_id)
    services.change_item(actor=actor, item_id=item_id, facts=facts.facts_beside(before), now=current_time())
    return _("The entry is changed.")


def _state(actor: Actor, item_id: UUID, *, active: bool) -> None:
    services.close_item(actor=actor, item_id=item_id, active=active, now=current_time())


def _unit(actor: Actor, item_id: UUID, *, name: Line, holds: Decimal | None) -> None:
    services.set_unit(actor=actor, item_id=item_id, name=name, holds=holds)


def _part(actor: Actor, item_id: UUID, *, part: Line, number: Decimal | None) -> None:
    found = queries.item_by_words(actor, part)
    if found is None:
        raise InvalidInput(_("No item, or more than one, is called so: enter its code."))
    services.set_part(actor=actor, item_id=item_id, part_id=found.pk, number=number)


ACTS: dict[str, Act] = {"change": _change, "state": _state, "unit": _unit, "part": _part}


@never_cache
@require_POST
def act(request: HttpRequest, item_id: UUID, name: str) -> HttpResponse:
    """What whoever keeps the entry does with it."""
    perform_and_tell(request, ACTS, name, actor_of(request), item_id)
    return redirect("supply_item", item_id)
