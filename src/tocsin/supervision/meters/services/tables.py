"""Meters from tables: how a row is judged, written and undone. A row adds a meter, puts it right or books a swap from `since` on.

A meter is known by its code; rows of one meter in a file follow one another. An empty cell never erases what is known, and what
hung there already, as the row says, is nothing new.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.face import require
from tocsin.records.face import builds_on, kept_of, record_audits, refuse_changed, restore
from tocsin.records.imports.rules import ImportKind, Row, Written
from tocsin.supervision.meters.models import Meter, MeterPeriod
from tocsin.supervision.meters.queries import in_order
from tocsin.supervision.meters.rules import HEADINGS, NEEDED
from tocsin.supervision.meters.services import meters
from tocsin.supervision.meters.services.table_rows import FoundMeter, RowJudge
from tocsin.supervision.objects.policy.register import register
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

KIND: Final = "meters"
EXAMPLE: Final = {
    "firm": "91350100M000100Y43",
    "code": "示例-M1",
    "role": "生产线",
    "name": "示例：一号生产线",
    "rated_kw": "500",
    "multiplier": "40",
    "sensor": "em-7/active_power",
    "serial": "20240117",
}
ENGLISH_EXAMPLE: Final = {"code": "EXAMPLE-M1", "role": "process", "name": "Example: line 1"}
_DESCRIBED: Final = ("role", "name", "rated_kw", "protects_id")


def judge_meters(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the register as it is now, each row as those before it leave it; meters that protect others after those."""
    judge = RowJudge(actor, rows, now)
    for row in rows:
        row.name = " ".join(filter(None, (row.cells.get("firm", ""), row.cells.get("code", ""))))[:120]
    for row in sorted(rows, key=lambda row: "protects" in row.cells):
        judge.judge(row)


def write_meters(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """Each row as the service of the page does it, with its entry in the audit trail."""
    return [_write(actor, row.found, now) for row in rows]


def undo_meters(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New meters go, others measure again what they measured, and what was booked is withdrawn. Conflict where one was changed or
    swapped since, or something builds on a new one: a share, a device that it protects, an episode.
    """
    gone: list[Meter] = []
    for one in written:
        meter = Meter.objects.select_for_update(of=("self",)).select_related("object").filter(pk=one.id).first()
        if meter is None:
            continue
        require(actor, rights.MANAGE, meter.object.region_code)
        before: dict[str, Any] = dict(one.before or {})
        if before["period"] is not None:
            _withdraw(meter, UUID(before["period"]), now)
        if before["new"]:
            refuse_changed(meter, before["fields"])
            gone.append(meter)
        else:
            restore(meter, before["fields"])
            meter.save()
            record_audits(actor, "meter.restored", "meter", [_noted(meter)])
    if (used := builds_on(Meter, [one.pk for one in gone], apart_from=(MeterPeriod,))) is not None:
        name = next(one.code for one in gone if one.pk == used)
        raise Conflict(_("%(name)s is in use: it can't be undone.") % {"name": name})
    record_audits(actor, "meter.undone", "meter", [_noted(one) for one in gone])
    Meter.objects.filter(pk__in=[one.pk for one in gone]).update(protects=None)
    Meter.objects.filter(pk__in=[one.pk for one in gone]).delete()


METERS: Final = ImportKind(
    name=KIND,
    title=pgettext_lazy("rows of a table", "Meters"),
    permission=rights.MANAGE,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="meters",
    judge=judge_meters,
    write=write_meters,
    undo=undo_meters,
    order=lambda row: int("protects" in row.cells),
    limits=lambda: register().imports,
)


def _write(actor: "User", found: FoundMeter, now: datetime) -> Written:
    if found.is_new:
        made = meters.add_meter(
            actor=actor,
            object_id=found.firm.pk,
            code=found.code,
            described=found.described,
            hung=found.hung,
            since=found.since,
            now=now,
        )
        fields = kept_of(made, names=_DESCRIBED)
        return Written(made.pk, {"new": True, "fields": fields, "period": str(made.periods.get().pk)})
    meter = Meter.objects.get(code=found.code)
    fields, period = kept_of(meter, names=_DESCRIBED), None
    if found.is_described:
        meters.change_meter(actor=actor, meter_id=meter.pk, described=found.described)
    if found.is_hung and found.since is not None:
        meters.swap_meter(actor=actor, meter_id=meter.pk, hung=found.hung, at=found.since, now=now)
        period = str(MeterPeriod.objects.filter(meter=meter, withdrawn_at=None).get(from_at=found.since).pk)
    meter.refresh_from_db()
    after = kept_of(meter, names=_DESCRIBED)
    changed = {name: [pair[1], after[name][1]] for name, pair in fields.items() if pair[1] != after[name][1]}
    return Written(meter.pk, {"new": False, "fields": changed, "period": period})


def _withdraw(meter: Meter, period_id: UUID, now: datetime) -> None:
    """What was booked by a file counts no more, and what hung there before hangs there again; Conflict where more was booked."""
    newest = in_order(meter.periods.filter(withdrawn_at__isnull=True)).last()
    if newest is None or newest.pk != period_id:
        raise Conflict(_("%(name)s was changed since: it can't be undone.") % {"name": meter.code})
    newest.withdrawn_at = now
    newest.save(update_fields=["withdrawn_at"])
    before = in_order(meter.periods.filter(withdrawn_at__isnull=True)).last()
    meter.sensor_id, meter.multiplier = (before.sensor_id, before.multiplier) if before else (None, None)
    meter.save(update_fields=["sensor", "multiplier"])


def _noted(meter: Meter) -> tuple[UUID, str, Mapping[str, str]]:
    return meter.pk, meter.object.region_code, {"code": meter.code}
