"""Tokens of platforms that push: each is bound, once, to a platform, a level, a region and the sources that it may send."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.work.firm import Source
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import all_regions, may_anywhere, own_tokens, require, require_person_at_screen
from tocsin.records.face import record_audit
from tocsin.supervision.evidence.models import EvidenceSender
from tocsin.supervision.evidence.services import Bounds
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.queries.terminals import bound_terminals

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def bind_token(
    *, actor: "User", token_id: UUID, platform: str, level: str, region_code: str, sources: Iterable[str], now: datetime
) -> EvidenceSender:
    """One of the actor's own tokens with the scope `evidence.send` sends from now on as this platform, and as no other.

    Whoever keeps the register there binds it, at a screen. Conflict for a token that is bound already: a new one is made for
    another platform.
    """
    require_person_at_screen(actor)
    require(actor, rights.MANAGE, region_code)
    wanted = sorted(set(sources))
    if token_id not in {one.pk for one in own_tokens(actor, rights.SEND, now=now)}:
        raise InvalidInput(_("Choose one of your own tokens with the scope evidence.send; it is made on your account page."))
    if not platform.strip() or not level.strip():
        raise InvalidInput(_("Name the platform and its level."))
    if not wanted or not set(wanted) <= set(Source):
        raise InvalidInput(_("Choose the sources that the platform sends: %(known)s.") % {"known": ", ".join(Source)})
    if region_code not in {one.code for one in all_regions()}:
        raise InvalidInput(_("There is no such region."))
    if EvidenceSender.objects.filter(pk=token_id).exists() or bound_terminals([token_id]):
        raise Conflict(_("This token is bound already; make a new one for another platform."))
    made = EvidenceSender.objects.create(
        token_id=token_id,
        platform=platform.strip()[:60],
        level=level.strip()[:20],
        region_code=region_code,
        sources=wanted,
        made_at=now,
        made_by=actor,
    )
    details = {"platform": made.platform, "level": made.level, "sources": " ".join(wanted)}
    record_audit(actor, "evidence.token_bound", "token", token_id, region_code, details)
    return made


def sender_of(actor: "User") -> EvidenceSender:
    """What the token of this request is bound to; Conflict says how to bind it."""
    if not may_anywhere(actor, rights.SEND):
        raise NotAllowed(_("Your roles, or this token, do not send records of platforms."))
    found = EvidenceSender.objects.filter(pk=actor.token_id).first() if actor.token_id is not None else None
    if found is None:
        raise Conflict(
            _("Records are sent with a token of the scope evidence.send that is bound to its platform (/work/platforms/).")
        )
    return found


def bounds_of(sender: EvidenceSender) -> Bounds:
    """What this sender may bring; whatever it brings is one kind of evidence."""
    return Bounds(f"token:{sender.token_id}", governing_prefix(sender.region_code), tuple(sender.sources))
