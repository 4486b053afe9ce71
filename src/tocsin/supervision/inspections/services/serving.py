"""When the firm was told: from then on its days count, and not before.

A hidden danger is served by the firm's signature (or its refusal before a witness) under the papers, by a notice that somebody
there has seen, by hand, or by the firm's own act upon it, whichever is first.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields
from tocsin.jurisdiction.face import system_actor
from tocsin.supervision.inspections.models import Finding, FindingEntry
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingData, FindingState, FindingVerdict
from tocsin.supervision.inspections.services.tasks import follow_finding

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice


class Served(StrEnum):
    """How the firm came to know."""

    SIGNED = "signed"
    REFUSED = "refused"  # left with the firm before a witness (留置送达)
    NOTICE = "notice"
    HAND = "hand"
    ACTED = "acted"


def keep_step(finding: Finding, act: NewAct[FindingData], actor: "User", now: datetime, verdict: FindingVerdict) -> FindingEntry:
    """One line more of a locked finding; the caller saves the finding."""
    finding.version += 1
    fields = entry_fields(act, actor=actor, now=now, since=finding.found_at, version=finding.version, verdict=verdict.value)
    return FindingEntry.objects.create(finding=finding, **fields)


def note_step(finding: Finding, act: FindingAct, actor: "User", now: datetime, data: FindingData | None = None) -> None:
    """The same for what has no device: an import, the machine."""
    keep_step(finding, NewAct(new_id(), finding.pk, act.value, now, data or FindingData()), actor, now, FindingVerdict.STAYS)


def serve(finding: Finding, *, at: datetime) -> None:
    """The firm knows since `at`: its limit counts from that day. Of a locked finding; the caller saves it."""
    finding.unserved, finding.served_at = False, at
    finding.due_on = timezone.localdate(at) + timedelta(days=finding.days)
    follow_finding(finding, now=at)


def serve_all(ids: Iterable[UUID | str], how: Served, *, actor: "User", at: datetime, now: datetime) -> None:
    """Serves those of these findings that are not served yet, each with a line in its file."""
    waiting = Finding.objects.select_for_update(of=("self",)).select_related("object").filter(pk__in=list(ids), unserved=True)
    for finding in waiting.exclude(state=FindingState.WITHDRAWN.value).order_by("pk"):
        serve(finding, at=at)
        note_step(finding, FindingAct.SERVE, actor, now, FindingData(served=how.value))
        finding.save()


def serve_by_notice(notices: "Sequence[Notice]", now: datetime) -> None:
    """Notices that have reached a firm serve what they are about."""
    ids = [one for notice in notices for one in notice.figures.get("serves", ())]
    if ids:
        serve_all(ids, Served.NOTICE, actor=system_actor(), at=now, now=now)
