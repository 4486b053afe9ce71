"""Warnings raised and incidents declared by a named leader, with what the law asks for; prolonged, changed and ended."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.command.casebook.models import Case, Declaration
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import DECLARED_LEVELS, DeclarationKind
from tocsin.command.casebook.rules.declarations import Terms, ends_later, missing_terms
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.outcomes import TERM_NAMES, proposed_words
from tocsin.command.handling.events import IncidentDeclared, WarningRaised
from tocsin.command.handling.services.follow_up import react
from tocsin.command.handling.services.handling import ask_why, running_case
from tocsin.jurisdiction.face import require_person_at_screen

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def proposed_terms(case: Case, kind: DeclarationKind, level: str, *, now: datetime) -> Terms:
    """What a form begins with: the place of the case, from now on for the policy's hours, the law's measures of that level."""
    handling = policy_of(case.policy).handling
    hours = handling.warning_valid_h if kind is DeclarationKind.WARNING else handling.response_expected_h
    cautions, measures = proposed_words(kind, level)
    return Terms(
        area=describe_case(case).place,
        begins_at=now,
        ends_at=now + timedelta(hours=hours),
        cautions=cautions,
        measures=measures,
    )


@transaction.atomic
def declare(
    *,
    actor: "User",
    case_id: UUID,
    kind: DeclarationKind,
    level: str,
    text: str,
    terms: Terms | None = None,
    channel: str = "console",
) -> Case:
    """A named leader raises the case to a warning (预警) or declares an incident (突发事件): an act of its own, at a screen.

    `terms`: area, validity, caution and measures (Emergency Response Law Art. 64, 72); None: as they are proposed. One that
    stands is changed to another level, or prolonged, by declaring anew (Art. 70).
    """
    require_person_at_screen(actor)
    book, (case,) = running_case(actor, channel, case_id, leader=True)
    ask_why(text)
    if level not in DECLARED_LEVELS[kind]:
        raise InvalidInput(_("Use one of these levels: %(levels)s.") % {"levels": ", ".join(DECLARED_LEVELS[kind])})
    told = (terms or proposed_terms(case, kind, level, now=book.now)).trimmed()
    lacking = missing_terms(kind, told)
    if lacking:
        raise InvalidInput(_("Missing: %(parts)s.") % {"parts": ", ".join(str(TERM_NAMES[name]) for name in lacking)})
    begins_at = told.begins_at or book.now
    if told.ends_at is not None and (told.ends_at <= begins_at or told.ends_at <= book.now):
        raise InvalidInput(_("The end lies after the beginning, in the future."))
    standing = case.declarations.filter(kind=kind, ended_at__isnull=True).first()
    if standing is not None and standing.level == level and not ends_later(told.ends_at, standing.ends_at):
        raise Conflict(_("This has been declared already; to prolong it name a later end."))
    if standing is not None:
        standing.ended_at, standing.ended_by = book.now, actor
        standing.save()
    made = Declaration.objects.create(
        case=case,
        kind=kind.value,
        level=level,
        text=text.strip()[:2000],
        declared_by=actor,
        declared_at=book.now,
        **replace(told, begins_at=begins_at).values(),
    )
    touch(book, case)
    figures = {"kind": kind.value, "level": level, "declaration": str(made.pk), "area": made.area}
    book.note(case, "declared", text=text, figures=figures)
    event: WarningRaised | IncidentDeclared
    if kind is DeclarationKind.WARNING:
        event = WarningRaised(case_id=str(case.pk), declaration_id=str(made.pk), colour=level)
    else:
        event = IncidentDeclared(case_id=str(case.pk), declaration_id=str(made.pk), grade=level)
    record_event(event, region=case.region_code)
    react(book, case)
    return case


@transaction.atomic
def end_declaration(*, actor: "User", case_id: UUID, kind: DeclarationKind, text: str, channel: str = "console") -> Case:
    """The leader lifts the warning or ends the response (解除预警, 终止响应), also of a case that is closed."""
    require_person_at_screen(actor)
    book, (case,) = open_cases(actor, channel, case_id, permission=rights.LEAD)
    standing = case.declarations.filter(kind=kind, ended_at__isnull=True).first()
    if standing is None:
        raise Conflict(_("There is nothing of the kind to end."))
    standing.ended_at, standing.ended_by = book.now, actor
    standing.save()
    book.note(case, "declaration_ended", text=text, figures={"kind": kind.value, "level": standing.level})
    return case
