"""The form that binds a token of the authority to a firm's terminal or gate."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tocsin.base.errors import Refusal
from tocsin.engine.duty.shift import Sign
from tocsin.jurisdiction.face import may, own_tokens
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.queries.posts import firms_on_wall
from tocsin.supervision.posts.queries.terminals import bound_terminals, terminals_of
from tocsin.supervision.posts.services import terminals
from tocsin.supervision.posts.shown.names import VOTE_NAMES
from tocsin.supervision.posts.shown.terminals import describe_terminal


def terminal_context(request: HttpRequest, supervised_object: SupervisedObject) -> dict[str, Any]:
    """Terminals and gates of the firm with the tokens that may be bound, for who keeps its entry; else nothing."""
    if not may(request.user, rights.MANAGE, supervised_object.region_code):
        return {}
    mine = [one for one in own_tokens(actor_of(request), rights.SEND, now=current_time()) if one.scopes == [rights.SEND]]
    bound = bound_terminals(one.pk for one in mine)
    return {
        "may_bind": True,
        "terminals": [describe_terminal(one) for one in terminals_of(supervised_object)],
        "tokens": [(one.pk, one.name) for one in mine if one.pk not in bound],
        "sign_sources": [(one.value, VOTE_NAMES[one]) for one in Sign],
    }


@act("presence_of_firm")
def bind(request: HttpRequest, object_id: UUID, *, token: UUID | None, sources: list[Sign]) -> str:
    """One of the reader's own tokens speaks from now on for a terminal or gate of this firm."""
    found = firms_on_wall(request.user).get(pk=object_id)
    if token is None:
        raise Refusal(_("Choose one of your own tokens whose only scope is evidence.send; it is made on your account page."))
    terminals.bind_terminal(actor=actor_of(request), token_id=token, object_id=found.pk, sources=sources, now=current_time())
    return _("The token speaks from now on for a terminal or gate of this firm.")
