"""What calls contribute to notices: a call to answer by one press, and what becomes of it when the notice is answered."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.errors import NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.mobilisation.volunteers.models import Call, Need
from tocsin.mobilisation.volunteers.queries.needs import own_calls
from tocsin.mobilisation.volunteers.rules import notices as told
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.calls import KIND, NEED, RUNNING, CallAct, CallState, DeclineReason
from tocsin.mobilisation.volunteers.rules.entries import CallData
from tocsin.mobilisation.volunteers.services.calling import note
from tocsin.mobilisation.volunteers.services.entries import enter
from tocsin.mobilisation.volunteers.shown.calls import REASON_NAMES
from tocsin.mobilisation.volunteers.shown.notices import call_texts, desk_page, desk_texts, news_texts, own_page
from tocsin.notices.face import ActCard, Contribution, Noting, PurposeCard, Said, Standing, SubjectCard
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice


def call_page(_notice: "Notice") -> str:
    """The volunteer's phone page."""
    return reverse("helper_phone")


def standing(notice: "Notice") -> Standing:
    """How far the call is."""
    call = _call(notice)
    state = CallState(call.state)
    signed = str(call.volunteer) if call.answered_at and state is not CallState.DECLINED else ""
    returned = str(REASON_NAMES[DeclineReason(call.reason)]) if state is CallState.DECLINED and call.reason else ""
    return Standing(ended=state not in RUNNING, waits=state is CallState.CALLED, signed_as=signed, returned=returned)


def require_own(actor: "User", notice: "Notice") -> None:
    """NotAllowed for whoever is not the one who was called."""
    if not own_calls(actor).filter(pk__in=[notice.act_id]).exists():
        raise NotAllowed(_("This call is somebody else's."))


def accept(notice: "Notice", actor: "User", said: Said) -> None:
    """They come."""
    _enter(notice, actor, said, CallAct.ACCEPT)


def give_back(notice: "Notice", actor: "User", said: Said, reason: str, text: str) -> None:
    """They don't."""
    _enter(notice, actor, said, CallAct.DECLINE, reason=DeclineReason(reason), text=text)


def report(notice: "Notice", actor: "User", said: Said, text: str) -> None:
    """What they have to say."""
    _enter(notice, actor, said, CallAct.NOTE, text=text)


def open_need(notice: "Notice", actor: "User", channel: str) -> Noting:
    """The need's time line."""
    need = Need.objects.select_for_update(of=("self",)).get(pk__in=[notice.subject_id])

    def line(act: str, *, text: str = "", figures: dict[str, object]) -> object:
        return note(need, act, current_time(), actor, text, **figures)

    return line


def closed_at(notice: "Notice") -> "datetime | None":
    """When the need ended."""
    return Need.objects.filter(pk__in=[notice.subject_id]).values_list("ended_at", flat=True).first()


def need_page(notice: "Notice") -> str:
    """The need's page."""
    return reverse("volunteer_need", args=[notice.subject_label])


def _call(notice: "Notice") -> Call:
    return Call.objects.select_related("volunteer").get(pk__in=[notice.act_id])


def _enter(notice: "Notice", actor: "User", said: Said, act: CallAct, **data: Any) -> None:
    assert notice.act_id is not None  # noqa: S101 - cards are asked for acts that are there
    now, name = current_time(), "" if said.channel in ("console", "api") else said.name
    entry = NewAct(id=new_id(), subject_id=notice.act_id, act=act.value, at=now, data=CallData(**data), said_by=name)
    enter(actor=actor, act=entry, channel=said.channel, now=now)


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            told.CALLED,
            pgettext_lazy("purpose of a notice", "help is needed"),
            texts=call_texts,
            page=call_page,
            permissions=(rights.HELP,),
            signature=True,
            stays=True,
        ),
        PurposeCard(
            told.DESK,
            pgettext_lazy("purpose of a notice", "volunteers"),
            texts=desk_texts,
            page=desk_page,
            permissions=(rights.MANAGE, rights.CALL),
        ),
        PurposeCard(
            told.NEWS,
            pgettext_lazy("purpose of a notice", "your help"),
            texts=news_texts,
            page=own_page,
            permissions=(rights.HELP,),
            stays=True,
        ),
    ),
    reasons={
        told.ADMITTED: pgettext_lazy("told as", "volunteer"),
        told.HELPER: pgettext_lazy("told as", "volunteer"),
        told.ASKED_IN: pgettext_lazy("told as", "keeps the register of volunteers"),
    },
    subjects=(SubjectCard(NEED, page=need_page, open=open_need, closed_at=closed_at),),
    acts=(
        ActCard(
            KIND,
            words=gettext_lazy("Call for help"),
            page=call_page,
            reasons={one.value: words for one, words in REASON_NAMES.items()},
            standing=standing,
            require=require_own,
            accept=accept,
            give_back=give_back,
            report=report,
            accept_words=gettext_lazy("I come"),
            return_words=gettext_lazy("I can't come"),
        ),
    ),
)
