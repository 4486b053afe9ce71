"""A supervision order is issued by a duty officer, served on the unit, signed for and answered; silence goes upward."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.services.log import Book, open_book
from tocsin.command.orders.queries.orders import ENDED_STATES, visible_orders, works_on
from tocsin.command.routing.rules import Why
from tocsin.command.urging.models import SupervisionOrder
from tocsin.command.urging.policy import urging_policy
from tocsin.command.urging.queries import late_steps, visible_urgings, without_answer
from tocsin.command.urging.rules import KIND, URGED, URGED_BACK
from tocsin.command.urging.shown import page_of_notice, texts
from tocsin.jurisdiction.face import may, require, system_actor
from tocsin.notices.face import (
    ActCard,
    Contribution,
    Directory,
    Draft,
    Notice,
    PurposeCard,
    Said,
    Standing,
    silence,
    write_all,
)
from tocsin.notices.messages.rules.subjects import Act
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User

_AT_ONCE = 100


@transaction.atomic
def issue(*, actor: "User", order_id: UUID, text: str = "", channel: str = "console") -> SupervisionOrder:
    """Urges the unit of a running order: what it is late with is frozen, the paper gets its number, the unit is told.

    InvalidInput where nothing is late and no words say what for; Conflict for an order that has ended.
    """
    order = visible_orders(actor).select_related("unit").get(pk=order_id)
    require(actor, rights.HANDLE, order.region_code)
    book = open_book(order.region_code, actor=actor, channel=channel, now=current_time())
    if order.state in ENDED_STATES:
        raise Conflict(_("This order has ended: there is nothing to urge."))
    late = late_steps(order, book.now)
    if not late and not text.strip():
        raise InvalidInput(_("Nothing is overdue here: say what the unit is urged for."))
    urging = SupervisionOrder.objects.create(
        number=_next_number(book),
        order=order,
        region_code=order.region_code,
        unit=order.unit,
        late=late,
        text=text.strip()[:2000],
        issued_at=book.now,
        issued_by=actor,
    )
    book.note(order.case, "urged", text=urging.text, figures=_figures(urging))
    draft = Draft(
        URGED,
        Why.UNIT,
        urgent=True,
        key=f"urging-{urging.pk}",
        subject=subject_of(order.case),
        organisation=order.unit,
        act=Act(KIND, urging.pk, urging.number, order.unit_id),
        figures={"urging": str(urging.pk), "minutes": urging_policy(order.region_code).answer_min},
    )
    write_all([draft], Directory(book.now))
    return urging


def served(notices: "Sequence[Notice]", now: datetime) -> None:
    """The unit has it, and not only a desk that was told in its place: from here its time to answer runs."""
    ids = [one.act_id for one in notices if one.act_id is not None and one.organisation_id == one.act_body_id]
    for urging in SupervisionOrder.objects.select_for_update().filter(pk__in=ids, served_at=None):
        _serve(urging, now)
        urging.save(update_fields=["served_at", "answer_by"])


@transaction.atomic
def sign(*, actor: "User", urging_id: UUID, name: str = "", channel: str = "console") -> SupervisionOrder:
    """The unit signs for it; the same twice is one signature."""
    book, urging = _open(actor, urging_id, channel)
    if urging.signed_at is None:
        _sign(book, urging, name or str(actor))
    return urging


@transaction.atomic
def answer(
    *, actor: "User", urging_id: UUID, reason: str, measures: str, person: str, name: str = "", channel: str = "console"
) -> SupervisionOrder:
    """The unit's answer: why it is late, what it does until when, who answers for it. Whoever issued it is told."""
    book, urging = _open(actor, urging_id, channel)
    return _answer(book, urging, name or str(actor), {"reason": reason, "measures": measures, "person": person})


def tell_unanswered(*, now: datetime) -> int:
    """Where nobody answers in time whoever issued it is told, and the next desk above the unit; once. Returns how many."""
    waiting = list(without_answer(now)[:_AT_ONCE])
    for found in waiting:
        with transaction.atomic():
            book = open_book(found.region_code, actor=system_actor(), channel="machine", now=now)
            related = ("order__case", "unit", "issued_by__organisation")
            urging = SupervisionOrder.objects.select_for_update(of=("self",)).select_related(*related).get(pk=found.pk)
            if urging.answered_at is not None or urging.late_told_at is not None:
                continue
            urging.late_told_at = now
            urging.save(update_fields=["late_told_at"])
            book.note(urging.order.case, "urging_unanswered", figures=_figures(urging))
            directory = Directory(now)
            _tell_back(urging, "unanswered", now, above=directory.next_desk(urging.unit))
    return len(waiting)


def _open(actor: "User", urging_id: UUID, channel: str) -> tuple[Book, SupervisionOrder]:
    seen = visible_urgings(actor).get(pk=urging_id)
    if not works_on(actor, seen.order):
        raise NotAllowed(_("This needs the right to work on orders of %(unit)s.") % {"unit": seen.unit})
    book = open_book(seen.region_code, actor=actor, channel=channel, now=current_time())
    return book, _locked(urging_id)


def _locked(urging_id: UUID) -> SupervisionOrder:
    related = ("order__case", "unit", "issued_by__organisation")
    return SupervisionOrder.objects.select_for_update(of=("self",)).select_related(*related).get(pk=urging_id)


def _sign(book: Book, urging: SupervisionOrder, name: str) -> None:
    if urging.served_at is None:
        _serve(urging, book.now)
    urging.signed_at, urging.signed_as = book.now, name[:120]
    urging.save()
    silence(_notices_of(urging, URGED), book.now)
    book.note(urging.order.case, "urging_signed", figures={**_figures(urging), "name": urging.signed_as})


def _answer(book: Book, urging: SupervisionOrder, name: str, said: Mapping[str, str]) -> SupervisionOrder:
    if urging.answered_at is not None:
        raise Conflict(_("This supervision order has been answered."))
    lacking = [field for field in ("reason", "measures", "person") if not said[field].strip()]
    if lacking:
        raise InvalidInput(_("An answer needs the reason, what is done until when, and who answers for it."))
    if urging.signed_at is None:
        _sign(book, urging, name)
    urging.answered_at, urging.answered_as = book.now, name[:120]
    urging.answer = {field: said[field].strip()[:1000] for field in said}
    urging.save()
    book.note(urging.order.case, "urging_answered", text=urging.answer["measures"], figures=_figures(urging))
    silence(_notices_of(urging, URGED_BACK), book.now)
    _tell_back(urging, "answered", book.now)
    return urging


def _serve(urging: SupervisionOrder, now: datetime) -> None:
    urging.served_at = now
    urging.answer_by = now + timedelta(minutes=urging_policy(urging.region_code).answer_min)


def _tell_back(urging: SupervisionOrder, what: str, now: datetime, *, above: "Organisation | None" = None) -> None:
    """Whoever issued it, and where it was not answered the desk above the unit."""
    subject, figures = subject_of(urging.order.case), {"urging": str(urging.pk), "what": what}
    key, urgent = f"urging-{what}-{urging.pk}", what == "unanswered"
    drafts = [Draft(URGED_BACK, Why.UNIT, urgent, key, subject, person=urging.issued_by, figures=figures)]
    if above is not None:
        drafts.append(Draft(URGED_BACK, Why.SUPERIOR, urgent, f"{key}-above", subject, above, figures=figures))
    write_all(drafts, Directory(now))


def _notices_of(urging: SupervisionOrder, purpose: str) -> Any:
    return Notice.objects.filter(purpose=purpose, figures__urging=str(urging.pk))


def _next_number(book: Book) -> str:
    """Counted through the year in the county, whose book is held."""
    year = timezone.localtime(book.now).year
    count = SupervisionOrder.objects.filter(region_code=book.region_code, issued_at__year=year).count() + 1
    return urging_policy(book.region_code).number.format(year=year, region=book.region_code, count=count)


def _figures(urging: SupervisionOrder) -> dict[str, object]:
    unit = urging.unit
    return {"number": urging.number, "order": urging.order.number, "unit": {"zh": unit.name_zh, "en": unit.name_en}}


def _standing(notice: "Notice") -> Standing:
    assert notice.act_id is not None  # noqa: S101 - cards are asked for acts that are there
    urging = SupervisionOrder.objects.get(pk=notice.act_id)
    return Standing(ended=urging.answered_at is not None, waits=urging.signed_at is None, signed_as=urging.signed_as)


def _require(actor: "User", notice: "Notice") -> None:
    if not may(actor, rights.WORK, notice.region_code, (notice.act_body_id,)):
        raise NotAllowed(_("This needs the right to work on orders of this unit."))


def _by_notice(notice: "Notice", actor: "User", said: Said) -> tuple[Book, SupervisionOrder]:
    assert notice.act_id is not None  # noqa: S101 - cards are asked for acts that are there
    book = open_book(notice.region_code, actor=actor, channel=said.channel, now=current_time())
    return book, _locked(notice.act_id)


def _accept(notice: "Notice", actor: "User", said: Said) -> None:
    book, urging = _by_notice(notice, actor, said)
    if urging.signed_at is None:
        _sign(book, urging, said.name or str(actor))


def _give_back(_notice: "Notice", _actor: "User", _said: Said, _reason: str, _text: str) -> None:
    raise InvalidInput(_("A supervision order is answered and not sent back."))


def _report(notice: "Notice", actor: "User", said: Said, text: str) -> None:
    """What a desk says behind its one-time link is its answer."""
    book, urging = _by_notice(notice, actor, said)
    name = said.name or str(actor)
    _answer(book, urging, name, {"reason": text, "measures": text, "person": name})


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            URGED,
            pgettext_lazy("purpose of a notice", "supervision order"),
            texts=texts,
            page=page_of_notice,
            acted_on=page_of_notice,
            signature=True,
            on_delivered=served,
        ),
        PurposeCard(
            URGED_BACK,
            pgettext_lazy("purpose of a notice", "answer to a supervision order"),
            texts=texts,
            page=page_of_notice,
            acted_on=page_of_notice,
        ),
    ),
    acts=(
        ActCard(
            KIND,
            words=pgettext_lazy("purpose of a notice", "supervision order"),
            page=page_of_notice,
            reasons={},
            standing=_standing,
            require=_require,
            accept=_accept,
            give_back=_give_back,
            report=_report,
        ),
    ),
)
