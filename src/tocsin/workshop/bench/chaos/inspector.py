"""What must be true after a round, read from the town's own database and history by a process that is never killed."""

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tocsin.workshop.bench.siege.town import Place, open_database

type Reading = tuple[int, int, float]
UNSEALED_S = 15.0  # the seal comes every ten seconds
UNTOLD_S = 10.0


def inspect(place: Place, line: Any) -> None:
    """The process: answers each ("round", readings, rung, taken) with a list of faults, until it is sent None."""
    open_database(place.folder, place.database)
    inspector = _Inspector(place)
    while (asked := line.recv()) is not None:
        line.send(inspector.faults(*asked))


class _Inspector:
    def __init__(self, place: Place) -> None:
        from tocsin.sensing.history.queries.table import History

        self._history = History(Path(place.folder) / "history")
        self._orders: dict[Any, list[Any]] = {}
        self._clocks: dict[Any, list[Any]] = {}

    def faults(self, readings: list[Reading], rung: set[int], taken: dict[str, int]) -> list[str]:
        """Each a sentence; none where the town is whole. A database that is away is one, too."""
        from django.db import Error, close_old_connections

        from tocsin.base.errors import Unavailable

        close_old_connections()
        try:
            return [
                *self._of_history(readings),
                *_of_alarms(rung),
                *_of_notices(taken),
                *_of_audit(),
                *_of_events(),
                *self._of_orders_and_clocks(),
            ]
        except (Error, Unavailable) as error:
            return [f"can't be read: {error}"]

    def _of_history(self, readings: list[Reading]) -> list[str]:
        """Every acknowledged reading is there, once, with its value."""
        if not readings:
            return []
        times = [ts for _, ts, _ in readings]
        found = self._history.read(sorted({sensor for sensor, *_ in readings}), min(times), max(times) + 1)
        rows = Counter(zip(found.sensor.tolist(), found.ts.tolist(), found.value.tolist(), strict=True))
        gone = [one for one in readings if not rows[one]]
        told = [f"history: {len(gone)} acknowledged readings are missing"] if gone else []
        return told + [f"history: {one} stands there {count} times" for one, count in rows.items() if count > 1][:3]

    def _of_orders_and_clocks(self) -> list[str]:
        """What stood after an earlier round still stands as it was, and clocks that were due have struck."""
        from tocsin.command.casebook.models import Case, Clock
        from tocsin.command.orders.models import Order

        orders: dict[Any, list[Any]] = {pk: rest for pk, *rest in Order.objects.values_list("pk", "number", "unit_id", "sent_at")}
        clocks: dict[Any, list[Any]] = {
            pk: rest for pk, *rest in Clock.objects.values_list("pk", "case_id", "step", "subject", "began_at")
        }
        told = [f"orders: {before} is gone or changed" for pk, before in self._orders.items() if orders.get(pk) != before]
        told += [f"clocks: {before} is gone or changed" for pk, before in self._clocks.items() if clocks.get(pk) != before]
        if not told:
            self._orders, self._clocks = orders, clocks
        without = Case.objects.filter(closed_at=None, clocks=None).count()
        waiting = Case.objects.filter(closed_at=None, dispatch_due=True).count()
        told += [f"clocks: {without} cases have none"] if without else []
        told += [f"orders: {waiting} cases wait for theirs"] if waiting else []
        late = Clock.objects.filter(next_at__lt=_ago(10), met_at=None, stopped_at=None).count()
        return told + ([f"clocks: {late} should have struck"] if late else [])


def _of_alarms(rung: set[int]) -> list[str]:
    """One alarm for each sensor that crossed its limit, raised once, in a case; and none beside."""
    from tocsin.command.casebook.models import Membership
    from tocsin.warning.alarms.models import Alarm, AlarmEntry

    alarms = dict(Alarm.objects.filter(sensor__isnull=False).values_list("pk", "sensor__index"))
    counted = Counter(alarms.values())
    told = [f"alarms: {len(gone)} never rang"] if (gone := rung - counted.keys()) else []
    told += [f"alarms: sensor {one} has {counted[one]}" for one in counted if counted[one] > 1][:3]
    told += [f"alarms: sensor {one} rang without a reason" for one in counted.keys() - rung][:3]
    raised = Counter(AlarmEntry.objects.filter(act="raised").values_list("alarm_id", flat=True))
    told += [f"alarms: {raised[pk]} lines say that {pk} was raised" for pk in alarms if raised[pk] != 1][:3]
    joined = set(Membership.objects.values_list("alarm_id", flat=True))
    return told + ([f"cases: {len(out)} alarms are in none"] if (out := alarms.keys() - joined) else [])


def _of_notices(taken: dict[str, int]) -> list[str]:
    """Every case was told of; what counts as sent came to the gateway; what came twice says so."""
    from tocsin.command.casebook.models import Case
    from tocsin.notices.messages.models import Notice, Sending

    told_of = set(Notice.objects.filter(subject_kind="case").values_list("subject_id", flat=True))
    untold = [pk for pk in Case.objects.filter(merged_into=None).values_list("pk", flat=True) if pk not in told_of]
    faults = [f"notices: {len(untold)} cases were told to nobody"] if untold else []
    sent = Sending.objects.filter(channel="sms", summary=None, fate__in=("sent", "delivered"))
    lost = [pk for pk in sent.values_list("pk", flat=True) if str(pk) not in taken]
    faults += [f"notices: {len(lost)} count as sent and never left"] if lost else []
    twice = [uid for uid, count in taken.items() if count > 1]
    unmarked = Sending.objects.filter(pk__in=twice, is_repeat=False).exclude(fate="uncertain").count()
    faults += [f"notices: {unmarked} went twice without saying so"] if unmarked else []
    stuck = Sending.objects.filter(fate="sending", leased_until__lt=_ago(10)).count()
    return faults + ([f"notices: {stuck} are stuck with a sender that died"] if stuck else [])


def _of_audit() -> list[str]:
    from tocsin.records.audit.models import AuditEntry
    from tocsin.records.audit.queries import verify_chain

    report = verify_chain()
    told = [] if report.whole else [f"audit: the chain is broken at {report.at_sequence}"]
    old = AuditEntry.objects.filter(sequence=None, at__lt=_ago(UNSEALED_S)).count()
    return told + ([f"audit: {old} entries are not sealed"] if old else [])


def _of_events() -> list[str]:
    """What was decided has gone to the log, for whoever follows it."""
    from tocsin.bus.models import OutboxEvent

    waiting = OutboxEvent.objects.filter(recorded_at__lt=_ago(UNTOLD_S)).count()
    return [f"events: {waiting} wait for the log"] if waiting else []


def _ago(seconds: float) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time.time() - seconds, tz=UTC)


def subjects(faults: Iterable[str]) -> str:
    """What the faults are about, for one cell of a table."""
    return ", ".join(sorted({one.split(":")[0] for one in faults}))
