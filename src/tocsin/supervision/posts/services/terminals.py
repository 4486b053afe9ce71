"""Tokens of terminals and gates: made by the authority, each bound, once, to one firm and the kinds of signs that it sends."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.duty.shift import Sign
from tocsin.jurisdiction.face import own_tokens, require, require_person_at_screen
from tocsin.records.face import record_audit
from tocsin.supervision.evidence.models import EvidenceSender
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import PresenceTerminal

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def bind_terminal(*, actor: "User", token_id: UUID, object_id: UUID, sources: Iterable[str], now: datetime) -> PresenceTerminal:
    """One of the actor's own tokens, with no other scope than `evidence.send`, speaks from now on for a terminal or gate of this
    firm, and for nothing else.

    Whoever keeps the register there binds it, at a screen, and nobody of the firm itself. Conflict for a token that is bound.
    """
    require_person_at_screen(actor)
    found = SupervisedObject.objects.get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    if found.organisation_id is not None and found.organisation_id == actor.organisation_id:
        raise NotAllowed(_("Terminals and gates of a firm are marked by the authority, not by the firm's own people."))
    wanted = sorted(set(sources))
    if token_id not in {one.pk for one in own_tokens(actor, rights.SEND, now=now) if one.scopes == [rights.SEND]}:
        raise InvalidInput(_("Choose one of your own tokens whose only scope is evidence.send; it is made on your account page."))
    if not wanted or not set(wanted) <= set(Sign):
        raise InvalidInput(_("Choose what the terminal sends: %(known)s.") % {"known": ", ".join(Sign)})
    taken = PresenceTerminal.objects.filter(pk=token_id).exists() or EvidenceSender.objects.filter(pk=token_id).exists()
    if taken:
        raise Conflict(_("This token is bound already; make a new one for another terminal."))
    made = PresenceTerminal.objects.create(token_id=token_id, object=found, sources=wanted, made_at=now, made_by=actor)
    details = {"object": str(found.pk), "sources": " ".join(wanted)}
    record_audit(actor, "presence.terminal_bound", "token", token_id, found.region_code, details)
    return made
