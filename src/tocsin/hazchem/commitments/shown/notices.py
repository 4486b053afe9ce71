"""What firms and supervisors are told of a missing commitment, and what waits for supervisors."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.commitments.models import CommitmentReminder, SafetyCommitment
from tocsin.hazchem.commitments.rules import COMMITMENT
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.supervision.face import rows_of_visible, shown_done
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.rules.telling import SUPERVISES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice
    from tocsin.screens.request import Actor


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is rung."""
    return {one.pk: "\n".join([*upward_lines(one), _words(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The firm's commitments, where today's is signed or looked for."""
    return reverse("safety_commitments_of", args=[notice.figures["object"]])


def _words(figures: Mapping[str, Any]) -> str:
    due = timezone.localtime(datetime.fromisoformat(figures["due"]))
    told = {"firm": figures["firm"], "day": figures["day"], "time": f"{due:%H:%M}"}
    return _("%(firm)s: the safety commitment of %(day)s is missing; it was due by %(time)s.") % told


def missing_commitments(user: "Actor", now: datetime) -> "Sequence[CommitmentReminder]":
    """Firms without today's commitment of which their supervisor was told, where the user leads supervision."""
    day = timezone.localdate(now)
    given = SafetyCommitment.objects.filter(object=OuterRef("object"), day=day, current=True)
    rows: QuerySet[CommitmentReminder] = CommitmentReminder.objects.filter(~Exists(given), day=day, to=SUPERVISES)
    found = list(rows_of_visible(rows.select_related("object"), user, permissions=(rights.LEAD,)).order_by("at", "pk"))
    done = shown_done("commitment", {one.object_id for one in found}, day)
    return [one for one in found if one.object_id not in done]


def _tell(one: CommitmentReminder) -> Waiting:
    return Waiting(one.object.name, reverse("safety_commitments_of", args=[one.object_id]), one.at)


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            COMMITMENT,
            pgettext_lazy("purpose of a notice", "missing safety commitment"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN, rights.SEE),
        ),
    ),
)
WAITING: Final = (
    WaitingKind(
        "missing_commitment",
        pgettext_lazy("what waits", "Safety commitment missing: call the firm"),
        (rights.LEAD,),
        found=missing_commitments,
        tell=_tell,
    ),
)
