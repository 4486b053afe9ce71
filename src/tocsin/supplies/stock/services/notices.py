"""What bodies are told of their stores: a lot is recalled or cleared, a transfer is on its way to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.models import Holding, Movement

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.notices.face import Notice

STOCK: Final = "supplies_stock"
KEEPER: Final = "supplies_keeper"  # as what: the body that keeps the store
RECALLED: Final = "recalled"
CLEARED: Final = "cleared"
COMING: Final = "coming"


def tell_of_recall(held: Sequence[Holding], reason: str, now: datetime, *, lifted: bool) -> None:
    """The bodies whose stores have some of the lot are told, each once, with what lies where."""
    bodies = {one.store.body_id: one.store.body for one in held}
    drafts = []
    for body_id, body in bodies.items():
        own = [one for one in held if one.store.body_id == body_id]
        figures = {
            "what": CLEARED if lifted else RECALLED,
            "lot": own[0].lot.number,
            "lot_id": str(own[0].lot_id),
            "item": own[0].item.name_zh,
            "stores": sorted({one.store.name for one in own}),
            "reason": reason,
        }
        key = f"supplies-{figures['what']}-{own[0].lot_id}-{body_id}-{now.timestamp():.0f}"
        drafts.append(Draft(STOCK, KEEPER, urgent=not lifted, key=key, organisation=body, figures=figures))
    write_all(drafts, Directory(now))


def tell_of_transfer(arriving: Movement, holdings: Iterable[tuple[Holding, int]], now: datetime) -> None:
    """The body of the receiving store is told what comes."""
    store = arriving.store
    if store is None:
        return
    goods = [f"{one.item.name_zh} {to_number(amount)} {one.item.unit_zh}" for one, amount in holdings]
    figures = {
        "what": COMING,
        "from": arriving.partner,
        "store": store.name,
        "store_id": str(store.pk),
        "goods": goods[:10],
        "more": len(goods[10:]),
    }
    draft = Draft(STOCK, KEEPER, urgent=False, key=f"supplies-coming-{arriving.pk}", organisation=store.body, figures=figures)
    write_all([draft], Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the body reads."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures)]) for one in notices}


def _line(figures: Mapping[str, Any]) -> str:
    words = {name: figures.get(name, "") for name in ("lot", "item", "reason", "from", "store")}
    words |= {"stores": ", ".join(figures.get("stores", [])), "goods": ", ".join(figures.get("goods", []))}
    match figures["what"]:
        case "recalled":
            return _("%(item)s, lot %(lot)s is recalled: %(reason)s. Give nothing of it out; it lies in %(stores)s.") % words
        case "cleared":
            return _("%(item)s, lot %(lot)s may be given out again: %(reason)s (%(stores)s).") % words
    return _("From %(from)s comes for %(store)s: %(goods)s. Count it in when it is there.") % words


def page(notice: "Notice") -> str:
    """The lot, or the store that is to count in."""
    if "lot_id" in notice.figures:
        return reverse("supply_lot", args=[notice.figures["lot_id"]])
    return reverse("supply_store", args=[notice.figures["store_id"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            STOCK,
            pgettext_lazy("purpose of a notice", "emergency supplies"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.KEEP, rights.LEAD),
        ),
    ),
    reasons={KEEPER: pgettext_lazy("told as", "keeper of a store")},
)
