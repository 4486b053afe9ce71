"""What persons do on the page of a case: one service call each, then the page again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.gathering.services import decisions as services
from tocsin.command.handling import views as handling
from tocsin.command.handling.services import comments as services_comments
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.request import Actor, actor_of


def _merge(actor: Actor, case_id: UUID, *, into: UUID, text: str) -> Case:
    return services.merge_cases(actor=actor, case_id=case_id, into_id=into, text=text)


def _split(actor: Actor, case_id: UUID, *, alarm: list[UUID], text: str) -> Case:
    return services.split_case(actor=actor, case_id=case_id, alarm_ids=alarm, text=text)


def _undo(actor: Actor, case_id: UUID, *, change: UUID, text: str) -> Case:
    return services.undo_change(actor=actor, change_id=change, text=text)


def _answer(actor: Actor, case_id: UUID, *, answer: bool, proposal: UUID) -> Case:
    return services.answer_proposal(actor=actor, proposal_id=proposal, accept=answer)


def _comment(actor: Actor, case_id: UUID, *, text: str) -> Case:
    return services_comments.comment_on_case(actor=actor, case_id=case_id, text=text)


ACTS: dict[str, Act] = {
    "merge": _merge,
    "split": _split,
    "undo": _undo,
    "answer": _answer,
    "comment": _comment,
    **handling.ACTS,
}


@require_POST
def act(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """Does it and leads to the case where the matter goes on; a refusal is told on the page."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    attempt = perform_and_tell(request, ACTS, name, actor_of(request), case_id)
    return redirect("case", attempt.answer.number if attempt.done else found.number)
