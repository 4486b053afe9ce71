"""Tokens of terminals and gates, bound to one firm each."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from tocsin.jurisdiction.face import may
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import PresenceTerminal

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def terminal_of(user: "Person") -> PresenceTerminal | None:
    """What the token of this request is bound to, as long as its person may send there; None for any other."""
    token_id: UUID | None = getattr(user, "token_id", None)
    found = None if token_id is None else PresenceTerminal.objects.select_related("object").filter(pk=token_id).first()
    return found if found is not None and may(user, rights.SEND, found.object.region_code) else None


def terminals_of(supervised_object: SupervisedObject) -> QuerySet[PresenceTerminal]:
    """The terminals and gates of one firm, for who keeps its entry."""
    return supervised_object.terminals.select_related("made_by")


def bound_terminals(token_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these tokens are bound to a firm."""
    return set(PresenceTerminal.objects.filter(pk__in=list(token_ids)).values_list("pk", flat=True))
