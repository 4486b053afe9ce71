"""Reading kept messages again, batch after batch, so that every reading is in the log exactly once.

A batch is one transaction: its messages are told as read (those of which nothing is left go, the others keep their new reason),
the rereading counts them, and the readings stand in a `RereadingBatch`. Then they go into the log on a subject that only this
loop writes, and then the row goes. Whoever dies in between leaves the row; whoever comes next looks whether the newest message
of the subject is that batch, and appends it only where it is not. One worker at a time does it, whoever has asked.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tocsin.base.reasons import kept
from tocsin.bus.envelope import decode_readings, encode_readings
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.queries.registry import sensor_table
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.history.queries.installation import place_of
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.quarantine.models import KeptMessage
from tocsin.sensing.quarantine.rules import Form
from tocsin.sensing.quarantine.services.keeping import take_from_room
from tocsin.sensing.rereading.models import Rereading, RereadingBatch
from tocsin.sensing.rereading.queries import Choice, behind, chosen_messages
from tocsin.sensing.rereading.rules import State, Tally
from tocsin.sensing.rereading.services.decoding import Outcome, hand_again, read_messages

BATCH: Final = 100
BATCH_BYTES: Final = 512 * 1024


@dataclass(frozen=True)
class Batch:
    """Readings that have to be in the log, as they lie there, and behind which row."""

    id: UUID
    logged: bytes

    @property
    def readings(self) -> Readings:
        """The same in columns."""
        return decode_readings(self.logged)


def next_batch(*, now: datetime) -> Batch | None:
    """What has to go into the log next: what a worker left behind, else the next messages. None where nothing is to be read."""
    left = RereadingBatch.objects.first()
    if left is not None:
        return Batch(left.pk, bytes(left.logged))
    rereading = Rereading.objects.filter(state=State.OPEN).select_related("asked_by").order_by("asked_at", "id").first()
    if rereading is None:
        return None
    messages = _next_messages(rereading)
    if not messages:
        Rereading.objects.filter(pk=rereading.pk).update(state=State.ENDED, ended_at=now)
        return next_batch(now=now)
    return _settle(rereading, read_messages(messages, now=now), now)


def finish_batch(batch_id: UUID) -> None:
    """Its readings are in the log: what is only imported goes into the history, and the row goes."""
    found = RereadingBatch.objects.filter(pk=batch_id).first()
    if found is None:
        return
    if found.imported:
        history = History(place_of(settings.CONFIGURATION.data))
        history.append(decode_readings(bytes(found.imported)), version=None, resolution=sensor_table().resolution)
    found.delete()


def _next_messages(rereading: Rereading) -> list[KeptMessage]:
    """By the rights that the person who asked has now."""
    choice = Choice(rereading.device_code, rereading.reason, rereading.begins, rereading.ends)
    sizes = behind(chosen_messages(rereading.asked_by, choice), rereading).values_list("pk", "size")[:BATCH]
    wanted: list[UUID] = []
    total = 0
    for pk, size in sizes:
        if wanted and total + size > BATCH_BYTES:
            break
        wanted.append(pk)
        total += size
    return list(KeptMessage.objects.filter(pk__in=wanted))


@transaction.atomic
def _settle(rereading: Rereading, outcomes: Sequence[Outcome], now: datetime) -> Batch:
    """Everything of a batch that the database knows. A message that somebody threw away meanwhile brings nothing."""
    ids = [one.message.pk for one in outcomes]
    there = set(KeptMessage.objects.select_for_update().filter(pk__in=ids).values_list("pk", flat=True))
    tally, settled = Tally(), [_taken(one) for one in outcomes if one.message.pk in there]
    for one in settled:
        tally.add(one.fault.reason if one.fault else "", len(one.logged), len(one.imported))
        if one.fault is not None:
            _keep_on(one, one.fault, now)
    _let_go([one.message for one in settled if one.fault is None])
    last = outcomes[-1].message
    Rereading.objects.filter(pk=rereading.pk).update(
        read_at=last.arrived_at,
        read_id=last.pk,
        tried=F("tried") + tally.tried,
        whole=F("whole") + tally.whole,
        partly=F("partly") + tally.partly,
        readings=F("readings") + tally.readings,
        imported=F("imported") + tally.imported,
    )
    logged, imported = _as_one([one.logged for one in settled]), _as_one([one.imported for one in settled])
    made = RereadingBatch.objects.create(rereading=rereading, logged=logged, imported=imported)
    return Batch(made.pk, logged)


def _taken(one: Outcome) -> Outcome:
    """What is for a subject above is taken by it in this transaction; readings go into the log behind it."""
    return hand_again(one.message, stays=True) if one.message.form == Form.HANDED else one


def _let_go(messages: Sequence[KeptMessage]) -> None:
    """Nothing of them is left to be read."""
    KeptMessage.objects.filter(pk__in=[one.pk for one in messages]).delete()
    counts = Counter(one.device_id for one in messages)
    for device_id, count in sorted(counts.items()):
        take_from_room(device_id, count, sum(one.size for one in messages if one.device_id == device_id))


def _keep_on(one: Outcome, fault: Fault, now: datetime) -> None:
    """Something is left: for the reason that there is now."""
    message, taken = one.message, one.taken
    more = len(taken) - len(message.taken)
    if more:
        take_from_room(message.device_id, 0, -more)
    KeptMessage.objects.filter(pk=message.pk).update(
        reason=fault.reason, why=kept(fault.why), taken=taken, size=message.size + more, tried_at=now
    )


def _as_one(parts: Sequence[Readings]) -> bytes:
    """All of them as one message of the log; nothing for none."""
    whole = Readings.concatenate(parts)
    return encode_readings(whole) if len(whole) else b""
