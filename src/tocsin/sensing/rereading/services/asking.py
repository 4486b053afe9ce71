"""What a person does with messages that are kept: a dry run, the order to read them again, throwing them away."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.records.face import record_audit
from tocsin.sensing.quarantine.policy import quarantine_policy
from tocsin.sensing.quarantine.services.keeping import discard_messages
from tocsin.sensing.rereading.models import Rereading
from tocsin.sensing.rereading.queries import Choice, chosen_messages
from tocsin.sensing.rereading.rules import State, Tally, common_region
from tocsin.sensing.rereading.services.decoding import read_messages

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.sensing.quarantine.models import KeptMessage

DECODED_AT_ONCE = 200


def try_reading(*, actor: "User", choice: Choice, now: datetime) -> Tally:
    """What reading them again would bring now; nothing is written. The oldest of them, as many as the policy says."""
    tally = Tally()
    found = chosen_messages(actor, choice)[: quarantine_policy().replay.tried_messages]
    part = []
    for message in found.iterator(chunk_size=DECODED_AT_ONCE):
        part.append(message)
        if len(part) == DECODED_AT_ONCE:
            _add(tally, part, now)
            part = []
    _add(tally, part, now)
    return tally


def _add(tally: Tally, part: "list[KeptMessage]", now: datetime) -> None:
    for one in read_messages(part, now=now):
        tally.add(one.fault.reason if one.fault else "", len(one.logged), len(one.imported))


@transaction.atomic
def ask_to_reread(*, actor: "User", choice: Choice, now: datetime) -> Rereading:
    """The chosen messages that are there now are read again, in the order of their arrival; the worker begins at once.

    InvalidInput where there is none; Conflict where the same is under way.
    """
    counts = dict(chosen_messages(actor, choice).order_by().values_list("region_code").annotate(count=Count("pk")))
    if not counts:
        raise InvalidInput(_("There is no message of this choice."))
    open_ = Rereading.objects.filter(state=State.OPEN, device_code=choice.device, reason=choice.reason, asked_by=actor)
    if open_.exists():
        raise Conflict(_("These messages are being read again already."))
    made = Rereading.objects.create(
        asked_by=actor,
        asked_at=now,
        region_code=common_region(counts),
        device_code=choice.device,
        reason=choice.reason,
        begins=choice.begins,
        ends=now if choice.ends is None else min(now, choice.ends),
        found=sum(counts.values()),
    )
    for region, count in sorted(counts.items()):
        details = {"device": choice.device, "reason": choice.reason, "messages": count}
        record_audit(actor, "quarantine.reread", "rereading", made.pk, region, details)
    return made


def discard(*, actor: "User", choice: Choice, reason: str) -> int:
    """The chosen messages are thrown away, with the person's reason in the audit trail; how many."""
    if not reason.strip():
        raise InvalidInput(_("Say why they are thrown away."))
    if not choice.device:
        raise InvalidInput(_("Choose a device: messages of one device at a time are thrown away."))
    return discard_messages(actor=actor, found=chosen_messages(actor, choice), reason=reason.strip()[:300])
