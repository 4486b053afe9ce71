"""What routing contributes to notices: those of a case, as what somebody is told, and the case as their subject."""

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.services.log import open_book
from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.services.notice_clocks import meet_clocks
from tocsin.command.routing.shown.cases import questions, told_texts
from tocsin.command.routing.shown.reasons import REASONS
from tocsin.notices.face import Contribution, PurposeCard, SubjectCard
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice, Noting


def page(notice: "Notice") -> str:
    """The page of the case."""
    return reverse("case", args=[notice.subject_label])


def where_to_answer(notice: "Notice") -> str:
    """Where its body answers what it is asked; empty where it is asked nothing."""
    over = notice.figures.get("over") or notice.figures.get("into")
    return reverse("asked_of_body", args=[notice.pk]) if not over and any(questions(notice)) else ""


def open_case(notice: "Notice", actor: "User", channel: str) -> "Noting":
    """The case's time line, with the county's book held."""
    assert notice.subject_id is not None  # noqa: S101 - cards are asked for subjects that are there
    book = open_book(notice.region_code, actor=actor, channel=channel, now=current_time())
    return partial(book.note, Case.objects.get(pk=notice.subject_id))


def closed_at(notice: "Notice") -> "datetime | None":
    """When the case was closed, as long as it is."""
    assert notice.subject_id is not None  # noqa: S101 - as in `open_case`
    return Case.objects.filter(pk=notice.subject_id).values_list("closed_at", flat=True).first()


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            Purpose.TOLD,
            pgettext_lazy("purpose of a notice", "notice of a case"),
            texts=told_texts,
            acted_on=where_to_answer,
            on_delivered=meet_clocks,
        ),
    ),
    reasons={why.value: words for why, words in REASONS.items()},
    subjects=(SubjectCard(CASE, page=page, open=open_case, closed_at=closed_at),),
)
