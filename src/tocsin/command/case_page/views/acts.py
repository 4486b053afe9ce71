"""What persons do on the page of a case: one service call each, then the page again."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.base.errors import Refusal
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.gathering.services import decisions as services
from tocsin.command.handling import views as handling
from tocsin.command.handling.services import comments as services_comments

type Act = Callable[[Any, UUID, QueryDict], Case]


def _merge(actor: Any, case_id: UUID, form: QueryDict) -> Case:
    return services.merge_cases(actor=actor, case_id=case_id, into_id=UUID(form.get("into", "")), text=form.get("text", ""))


def _split(actor: Any, case_id: UUID, form: QueryDict) -> Case:
    alarm_ids = [UUID(one) for one in form.getlist("alarm")]
    return services.split_case(actor=actor, case_id=case_id, alarm_ids=alarm_ids, text=form.get("text", ""))


def _undo(actor: Any, case_id: UUID, form: QueryDict) -> Case:
    return services.undo_change(actor=actor, change_id=UUID(form.get("change", "")), text=form.get("text", ""))


def _answer(actor: Any, case_id: UUID, form: QueryDict) -> Case:
    accept = form.get("answer") == "yes"
    return services.answer_proposal(actor=actor, proposal_id=UUID(form.get("proposal", "")), accept=accept)


def _comment(actor: Any, case_id: UUID, form: QueryDict) -> Case:
    return services_comments.comment_on_case(actor=actor, case_id=case_id, text=form.get("text", ""))


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
    found = get_object_or_404(queries.visible_cases(request.user), pk=case_id)
    if name not in ACTS:
        raise Http404
    try:
        found = ACTS[name](cast("Any", request.user), case_id, request.POST)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("The form can't be read."))
    except ObjectDoesNotExist:
        raise Http404 from None
    return redirect("case", found.number)
