"""Everybody whom a case concerns is told, at once and each in its own words; again only of what is new to them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tocsin.base.ids import deterministic_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.percent import told_percent
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.casebook.services.log import Line
from tocsin.command.routing.queries import ConcernedBodies
from tocsin.command.routing.rules import Purpose, Told, novelty
from tocsin.command.routing.services.notice_clocks import concerned_by, directory_of
from tocsin.notices.face import Draft, Notice, names_of, sending, silence, write_all
from tocsin.notices.messages.rules.fates import UPWARD

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.command.casebook.services.log import Book
    from tocsin.jurisdiction.face import Organisation


def tell_case(book: "Book", case: Case) -> list[Notice]:
    """Everybody concerned is told, at once and each in its own words; again only of what is new to them. A second call does
    nothing. Of one that is over: `endings.tell_end`.
    """
    directory = directory_of(book)
    drafts = _drafts(concerned_by(book), case, _told_so_far(case))
    written = write_all(drafts, directory) if drafts else []
    if written:
        again = notices_of(case).filter(purpose=Purpose.TOLD, organisation__in=[one.organisation for one in written])
        silence(again.exclude(pk__in=[one.pk for one in written]), book.now)  # the newest says it all
        book.note(case, "told", figures=_bodies(written))
    return written


def tell_new_cases(book: "Book", cases: Sequence[Case]) -> None:
    """`tell_case` for many cases at once of which nobody has been told yet."""
    directory = directory_of(book)
    concerned = concerned_by(book)
    concerned.look_up_diagnoses(cases)
    drafts = [draft for case in cases for draft in _drafts(concerned, case, {})]
    by_case: dict[UUID, list[Notice]] = {}
    for notice in write_all(drafts, directory) if drafts else ():
        by_case.setdefault(notice.subject_id, []).append(notice)  # type: ignore[arg-type]  # all of them are about a case
    lines = [Line(case, figures=_bodies(by_case[case.pk])) for case in cases if case.pk in by_case]
    if lines:
        book.note_all("told", lines)


def who_would_hear(case: Case, *, at: "datetime") -> "list[Organisation]":
    """The bodies to which the case at its level is news; nothing is written."""
    drafts = _drafts(ConcernedBodies(at), case, _told_so_far(case))
    return [one.organisation for one in drafts if one.organisation is not None]


def _drafts(concerned: "ConcernedBodies", case: Case, told: dict[UUID, Told]) -> list[Draft]:
    """What is new of the case to each body that it concerns."""
    drafts, subject = [], subject_of(case)
    for one in concerned.of(case):
        before = told.get(one.organisation.pk, Told())
        new = novelty(before, level=AlarmLevel(case.level), causes=[cause.cause for cause in one.causes])
        if new is None:
            continue
        causes = [[cause.cause, told_percent(cause.probability), cause.asset_code] for cause in one.causes]
        past = [before.ended] if before.ended else []
        names = "+".join(sorted(before.causes | {cause.cause for cause in one.causes}))
        drafts.append(
            Draft(
                Purpose.TOLD,
                one.why,
                case.level >= sending().urgent_level,
                f"told-{deterministic_id('told', case.pk, one.organisation.pk, case.level, names, case.reopened_at, *past)}",
                subject,
                one.organisation,
                figures={"causes": causes, "news": new.value},
            )
        )
    return drafts


def _bodies(notices: Sequence[Notice]) -> dict[str, Any]:
    return {"bodies": [{**names_of(one.organisation), "why": one.why} for one in notices if one.organisation]}


def _told_so_far(case: Case) -> dict[UUID, Told]:
    """By body what it knows of the case; one that heard that it is over, and then goes on, begins anew."""
    rows = notices_of(case).filter(purpose=Purpose.TOLD, organisation__isnull=False).exclude(why=UPWARD)
    if case.reopened_at:
        rows = rows.filter(written_at__gte=case.reopened_at)
    told: dict[UUID, Told] = {}
    columns = rows.order_by("written_at", "id").values_list("organisation_id", "level", "figures")
    for organisation_id, level, figures in columns:
        before = told.get(organisation_id, Told())
        causes = before.causes | {cause for cause, *_rest in figures.get("causes", [])}
        known = Told(max(before.level, AlarmLevel(level)), causes, ever=True, ended=before.ended)
        told[organisation_id] = Told(ended=before.ended + 1) if figures.get("over") else known
    return told
