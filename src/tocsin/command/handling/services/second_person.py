"""Whoever may agree how a case ended hears that it waits, and who proposed it hears the answer."""

from typing import TYPE_CHECKING, Final

from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.escalation.queries import called_by
from tocsin.command.escalation.rules import Whom
from tocsin.command.routing.rules import Purpose, Why
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.notices.face import Draft, silence, write_all

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case, Outcome
    from tocsin.command.casebook.services.log import Book
    from tocsin.command.escalation.queries import Called

_ASKED: Final = "closing-asked-"


def ask_second_person(book: "Book", case: "Case", outcome: "Outcome") -> None:
    """The leader on shift hears of it, and, where that is who proposed it, whoever is on call at the centre."""
    why, called = Why.LEADER, _others(book, case, outcome, Whom.LEADER)
    if not called:
        why, called = Why.ON_CALL, _others(book, case, outcome, Whom.ON_CALL)
    figures: dict[str, object] = {"outcome": outcome.kind, "by": str(outcome.proposed_by)}
    drafts = [
        Draft(
            Purpose.CLOSING,
            why.value,
            urgent=False,
            key=f"{_ASKED}{outcome.pk}-{one.key}",
            subject=subject_of(case),
            organisation=one.organisation,
            person=one.person,
            figures=figures,
        )
        for one in called
    ]
    if drafts:
        write_all(drafts, directory_of(book))


def tell_answer(book: "Book", case: "Case", outcome: "Outcome", text: str) -> None:
    """Who proposed it hears whether the second person agreed, and with a refusal its reason; nobody is asked any more."""
    silence(notices_of(case).filter(key__startswith=f"{_ASKED}{outcome.pk}-"), book.now)
    figures: dict[str, object] = {"outcome": outcome.kind, "by": str(book.actor), "agreed": not outcome.refused, "text": text}
    answer = Draft(
        Purpose.CLOSING,
        Why.PROPOSER.value,
        urgent=False,
        key=f"closing-answered-{outcome.pk}",
        subject=subject_of(case),
        person=outcome.proposed_by,
        figures=figures,
    )
    write_all([answer], directory_of(book))


def _others(book: "Book", case: "Case", outcome: "Outcome", whom: Whom) -> "list[Called]":
    called = called_by(centre_of(case.region_code, book.now), whom, region_code=case.region_code, at=book.now)
    return [one for one in called if one.person is None or one.person.pk != outcome.proposed_by_id]
