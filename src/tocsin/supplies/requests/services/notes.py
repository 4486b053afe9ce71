"""The time line of a request, its audit trail, and the purpose under which its people are told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.storable import storable
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all
from tocsin.records.face import record_audit
from tocsin.screens.words import in_language
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.models import Delivery, RequestStep, SupplyRequest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice

REQUESTS: Final = "supply_requests"
ASKER: Final = "supplies_asker"
DECIDER: Final = "supplies_decider"
GIVER: Final = "supplies_giver"


def note(
    request: SupplyRequest,
    act: str,
    now: datetime,
    actor: "User | None",
    text: str = "",
    figures: Mapping[str, object] | None = None,
) -> None:
    """One line more, and the entry in the audit trail."""
    told = dict(figures or {})
    RequestStep.objects.create(request=request, at=now, actor=actor, act=act, figures=told, text=storable(text.strip())[:500])
    if actor is not None:
        details = {"number": request.number, "text": text[:200], **told}
        record_audit(actor, f"supply_request.{act}", "supply_request", request.pk, request.region_code, details)


def tell_deciders(request: SupplyRequest, what: str, now: datetime) -> None:
    """Who may decide is told, but not whoever asked."""
    people = [one for one in people_who_may(rights.LEAD, request.region_code) if one.pk != request.asked_by_id]
    _write([_draft(request, what, now, DECIDER, person=one) for one in people], now)


def tell_askers(
    request: SupplyRequest, what: str, now: datetime, *, urgent: bool = False, delivery: Delivery | None = None, **more: object
) -> None:
    """Whoever asked is told; the body that asks where that person may be off duty."""
    person = request.asked_by or request.opened_by
    drafts = [_draft(request, what, now, ASKER, person=person, urgent=urgent, delivery=delivery, more=more)]
    if urgent:
        drafts.append(_draft(request, what, now, ASKER, organisation=request.body, urgent=True, delivery=delivery, more=more))
    _write(drafts, now)


def tell_store(delivery: Delivery, what: str, now: datetime, *, urgent: bool = True, **more: object) -> None:
    """The body that keeps the store is told: its keepers act."""
    request = delivery.request
    body = delivery.store.body
    _write([_draft(request, what, now, GIVER, organisation=body, urgent=urgent, delivery=delivery, more=more)], now)


def _draft(
    request: SupplyRequest,
    what: str,
    now: datetime,
    why: str,
    *,
    urgent: bool = True,
    delivery: Delivery | None = None,
    more: Mapping[str, object] | None = None,
    **reader: Any,
) -> Draft:
    figures: dict[str, object] = {
        "what": what,
        "request_id": str(request.pk),
        "number": request.number,
        "purpose": request.purpose,
        "place": request.place,
        **(more or {}),
    }
    if delivery is not None:
        figures |= {"delivery_id": str(delivery.pk), "delivery": delivery.number, "store": delivery.store.name}
    who = reader.get("person") or reader["organisation"]
    about = delivery.pk if delivery is not None else request.pk
    key = f"supply-{what}-{about}-{why}-{who.pk}-{now.timestamp():.0f}"
    return Draft(REQUESTS, why, urgent=urgent, key=key, figures=figures, **reader)


def _write(drafts: Iterable[Draft], now: datetime) -> None:
    write_all(list(drafts), Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What each reader is told, in their language."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures)]) for one in notices}


def _line(figures: Mapping[str, Any]) -> str:
    names = ("number", "purpose", "place", "store", "delivery", "reason", "at", "goods", "missing", "kind", "road")
    told = {name: figures.get(name, "") for name in names}
    words = {name: in_language(one) if isinstance(one, dict) else one for name, one in told.items()}
    return _sentence(figures["what"]) % words


def _sentence(what: str) -> str:
    match what:
        case "asked":
            return _("Request %(number)s for %(purpose)s waits for your decision.")
        case "approved":
            return _("Request %(number)s is approved; plans are being worked out.")
        case "refused_request":
            return _("Request %(number)s is not approved: %(reason)s")
        case "plans":
            return _("For request %(number)s the plans are there: accept one.")
        case "not_enough":
            return _("For request %(number)s there is not enough: %(missing)s missing. Look who could help, and accept a plan.")
        case "order":
            return _("Order %(delivery)s for %(purpose)s: %(goods)s out of %(store)s. Answer whether you will deliver.")
        case "pick":
            return _("Pick %(delivery)s in %(store)s: %(goods)s for %(place)s.")
        case "coming":
            return _(
                "%(delivery)s from %(store)s is on its way to %(place)s, there about %(at)s. Have its code ready for the driver."
            )
        case "handed_over":
            return _("%(delivery)s is handed over at %(place)s.")
        case "short":
            return _("%(store)s gives less than planned (%(delivery)s): %(reason)s New plans for the rest are being worked out.")
        case "refused":
            return _("%(store)s does not deliver %(delivery)s: %(reason)s New plans are being worked out.")
        case "cancelled":
            return _("%(delivery)s is not needed any more: %(reason)s")
        case "ahead":
            return _(
                "A step of %(delivery)s has been entered, but what %(store)s did before it is not: enter that, and it counts."
            )
        case "road_closed":
            return _("The way of %(delivery)s from %(store)s to %(place)s meets a closed road: %(road)s (%(reason)s)")
        case "road_open":
            return _("The way of %(delivery)s from %(store)s to %(place)s is open again: %(road)s.")
        case "unfit":
            return _("A step of %(delivery)s was sent late and does not fit what was entered before it: %(reason)s Look at it.")
        case "return":
            return _(
                "What was lent by %(delivery)s (%(goods)s) is to come back to %(store)s: enter what is used up, bring the rest."
            )
        case "message":
            return _("For request %(number)s a message came, %(kind)s of %(reason)s: %(goods)s")
        case "late_decision":
            return _("Request %(number)s for %(purpose)s still waits for a decision.")
    return _("%(delivery)s from %(store)s for %(place)s is late: its next step was due at %(at)s.")


def page(notice: "Notice") -> str:
    """Where the reader acts: the delivery, else the request."""
    if "delivery_id" in notice.figures:
        return reverse("supply_delivery", args=[notice.figures["delivery_id"]])
    return reverse("supply_request", args=[notice.figures["request_id"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            REQUESTS,
            pgettext_lazy("purpose of a notice", "requests of supplies"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.KEEP, rights.LEAD, rights.RESERVE),
        ),
    ),
    reasons={
        ASKER: pgettext_lazy("told as", "who asks for supplies"),
        DECIDER: pgettext_lazy("told as", "who decides on supplies"),
        GIVER: pgettext_lazy("told as", "keeper of a store that gives"),
    },
)
