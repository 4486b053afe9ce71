"""Meters from tables: how a row is judged, written and undone. A row adds a meter, puts it right or books a swap from `since` on.

A meter is known by its code; rows of one meter in a file follow one another. An empty cell never erases what is known, and what
hung there already, as the row says, is nothing new.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict
from tocsin.base.time import ms_from_datetime
from tocsin.base.written_hours import read_moment
from tocsin.engine.work.firm import Role
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import builds_on, kept_of, record_audits, refuse_changed, restore
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.meters.models import Meter, MeterPeriod
from tocsin.supervision.meters.queries import in_order, periods_of, with_history
from tocsin.supervision.meters.rules import ENDLESS, EVER, HEADINGS, NEEDED, Period, sends_for
from tocsin.supervision.meters.services import meters
from tocsin.supervision.meters.services.meters import Described, Hung
from tocsin.supervision.meters.shown import role_of_word
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import register
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

KIND: Final = "meters"
AT_ONCE: Final = 300  # words of one query
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
_OF_HUNG: Final = {"sensor_id": "sensor", "serial": "serial", "multiplier": "multiplier", "included": "included"}
_DESCRIBED: Final = ("role", "name", "rated_kw", "protects_id")


@dataclass
class _Standing:
    """A meter as the rows so far leave it: whose it is, what it measures, what hangs there, and each period that is booked."""

    object_id: UUID
    described: Described
    hung: Hung
    pk: UUID | None = None
    booked: list[tuple[datetime | None, Hung]] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    code: str
    firm: SupervisedObject
    described: Described
    hung: Hung
    since: datetime | None
    is_new: bool = False
    is_described: bool = False
    is_hung: bool = False


class _Judge:
    """What the rows are compared with, read once for all of them."""

    def __init__(self, actor: "User", rows: Sequence[Row], now: datetime) -> None:
        self.actor, self.now = actor, now
        told = {name: {row.cells[name] for row in rows if name in row.cells} for name in ("firm", "code", "sensor", "protects")}
        self.firms = _firms(actor, told["firm"])
        self.meters: dict[str, _Standing] = {}
        for part in batched(sorted(told["code"] | told["protects"]), AT_ONCE):
            self.meters |= {one.code: _standing(one) for one in with_history(Meter.objects.filter(code__in=part))}
        self.sensors = _sensors(actor, told["sensor"])
        self.senders = _senders([pk for pk, _index in self.sensors.values()])
        self.claimed: dict[UUID, str] = {}

    def judge(self, row: Row) -> None:
        """The row with what it would book, or with all that is wrong."""
        firm, since = self._firm(row), self._moment(row)
        code = row.cells.get("code", "")
        if len(code) > 60:
            row.problems.append(CellProblem("code", _("At most %(most)s characters.") % {"most": 60}))
        known = self.meters.get(code)
        if known is not None and firm is not None and known.object_id != firm.pk:
            text = _("Meter %(code)s is registered with another firm.")
            row.problems.append(CellProblem("code", text % {"code": code}))
            known = None
        described = self._described(row, known.described if known else Described(role=""), firm)
        hung = self._hung(row, known.hung if known else Hung())
        if row.problems or firm is None or not code:
            return
        found = _Found(code, firm, described, hung, since, is_new=known is None)
        if known is not None:
            was_so = any(hung == each and since in (None, begin) for begin, each in known.booked)
            found = replace(found, is_described=described != known.described, is_hung=hung != known.hung and not was_so)
        if found.is_hung:
            self._judge_swap(row, found, known)
        if found.hung.sensor_id is not None and (found.is_new or found.is_hung):
            self._judge_sensor(row, found, known)
        if not row.problems:
            self._end(row, found, known)

    def _end(self, row: Row, found: _Found, known: _Standing | None) -> None:
        row.found = found
        if known is None:
            row.verdict = ImportVerdict.NEW
            self.meters[found.code] = _Standing(found.firm.pk, found.described, found.hung, booked=[(found.since, found.hung)])
            return
        row.changes = [
            CellChange(name, _as_text(before), _as_text(after))
            for name, before, after in _pairs(known.described, found.described)
        ]
        if found.is_hung:
            row.changes += [
                CellChange(_OF_HUNG[name], self._hung_text(name, before), self._hung_text(name, after))
                for name, before, after in _pairs(known.hung, found.hung)
            ]
            known.booked.append((found.since, found.hung))
            known.hung = found.hung
        known.described = found.described
        row.verdict = ImportVerdict.CHANGED if row.changes else ImportVerdict.SAME

    def _hung_text(self, name: str, value: object) -> str:
        names = {pk: text for text, (pk, _index) in self.sensors.items()}
        return names.get(value, _("another sensor")) if isinstance(value, UUID) else _as_text(value)

    def _firm(self, row: Row) -> SupervisedObject | None:
        text = row.cells.get("firm", "")
        if not text:
            row.problems.append(CellProblem("firm", _("Name the firm by its information code or credit code.")))
            return None
        found = self.firms.get(text, [])
        if not found:
            words = _("There is no firm “%(firm)s” that you may see.")
        elif len(found) > 1:
            words = _("Several sites have the credit code %(firm)s: give the information code.")
        elif not may(self.actor, rights.MANAGE, found[0].region_code):
            words = _("You do not keep the register where firm “%(firm)s” is.")
        else:
            return found[0]
        row.problems.append(CellProblem("firm", words % {"firm": text[:80]}))
        return None

    def _moment(self, row: Row) -> datetime | None:
        text = row.cells.get("since", "")
        if not text:
            return None
        try:
            return read_moment(text, timezone.get_default_timezone())
        except ValueError:
            words = _("“%(given)s” is no moment: write 2026-11-25 08:00.") % {"given": text[:40]}
            row.problems.append(CellProblem("since", words))
            return None

    def _described(self, row: Row, known: Described, firm: SupervisedObject | None) -> Described:
        cells = row.cells
        word = cells.get("role", "")
        role = (role_of_word(word) or "") if word else known.role
        if not role:
            words = (
                _("Say what the meter measures: %(known)s.")
                if not word
                else _("This is no role of a meter; known are %(known)s.")
            )
            row.problems.append(CellProblem("role", words % {"known": ", ".join(Role)}))
        protects = cells.get("protects", "")
        if protects:
            other = self.meters.get(protects)
            if other is None or firm is None or other.object_id != firm.pk or protects == cells.get("code"):
                words = _("This firm has no meter %(code)s.") % {"code": protects[:60]}
                row.problems.append(CellProblem("protects", words))
        return Described(
            role=role,
            name=cells.get("name", known.name)[:120],
            rated_kw=self._number(row, "rated_kw", known.rated_kw),
            protects=protects or known.protects,
        )

    def _hung(self, row: Row, known: Hung) -> Hung:
        text, sensor = row.cells.get("sensor", ""), known.sensor_id
        if text:
            found = self.sensors.get(text)
            if found is None:
                words = _("There is no sensor of power “%(text)s” that you may see: write DEVICE/CHANNEL.")
                row.problems.append(CellProblem("sensor", words % {"text": text[:80]}))
            else:
                sensor = found[0]
        return Hung(
            sensor_id=sensor,
            serial=row.cells.get("serial", known.serial)[:60],
            multiplier=self._number(row, "multiplier", known.multiplier),
            included=self._number(row, "included", known.included),
        )

    def _number(self, row: Row, column: str, known: float | None) -> float | None:
        text = row.cells.get(column, "")
        if not text:
            return known
        try:
            value = float(text.replace(",", ""))
        except ValueError:
            value = 0.0
        if not 0.0 < value < 1e6:
            words = _("“%(text)s” is no number above 0.") % {"text": text[:40]}
            row.problems.append(CellProblem(column, words))
            return known
        return value

    def _judge_swap(self, row: Row, found: _Found, known: _Standing | None) -> None:
        if found.since is None:
            words = _("Another device or multiplier than is known: say since when.")
        elif found.since > self.now:
            words = _("A swap is booked when it is done: its time lies ahead.")
        elif known is not None and any(begin == found.since for begin, _each in known.booked):
            words = _("A change of this meter is booked for that moment already: correct that one.")
        else:
            return
        row.problems.append(CellProblem("since", words))

    def _judge_sensor(self, row: Row, found: _Found, known: _Standing | None) -> None:
        sensor = found.hung.sensor_id
        if sensor is None:
            return
        begin = EVER if found.since is None else ms_from_datetime(found.since)
        later = [ms_from_datetime(one) for one, _hung in (known.booked if known else ()) if one is not None]
        end = min((one for one in later if one > begin), default=ENDLESS)
        index = next((index for pk, index in self.sensors.values() if pk == sensor), None)
        taken = next(
            (
                code
                for code, pk, periods in self.senders.get(sensor, ())
                if index is not None and (known is None or pk != known.pk) and sends_for(periods, index, begin, end)
            ),
            self.claimed.get(sensor, found.code),
        )
        if taken != found.code:
            words = _("Meter %(code)s has the readings of this sensor at that time.") % {"code": taken}
            row.problems.append(CellProblem("sensor", words))
        self.claimed.setdefault(sensor, found.code)


def judge_meters(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the register as it is now, each row as those before it leave it; meters that protect others after those."""
    judge = _Judge(actor, rows, now)
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


def _write(actor: "User", found: _Found, now: datetime) -> Written:
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


def _firms(actor: "User", words: Iterable[str]) -> dict[str, list[SupervisedObject]]:
    found: dict[str, list[SupervisedObject]] = {}
    for part in batched(sorted(words), AT_ONCE):
        rows = visible_objects(actor).filter(Q(code__in=part) | Q(credit_code__in=part), active=True, merged_into__isnull=True)
        for one in rows:
            for word in {one.code, one.credit_code}:
                found.setdefault(word, []).append(one)
    return found


def _sensors(actor: "User", words: Iterable[str]) -> dict[str, tuple[UUID, int]]:
    """By DEVICE/CHANNEL the sensor of power and its index."""
    names = {tuple(part.strip() for part in one.partition("/")[::2]): one for one in words}
    found: dict[str, tuple[UUID, int]] = {}
    for part in batched(sorted({device for device, _channel in names}), AT_ONCE):
        rows = visible_sensors(actor).filter(device__code__in=part, quantity="power")
        for pk, index, device, channel in rows.values_list("pk", "index", "device__code", "channel"):
            if (device, channel) in names:
                found[names[device, channel]] = pk, index
    return found


def _senders(sensors: Sequence[UUID]) -> dict[UUID, list[tuple[str, UUID, list[Period]]]]:
    """By sensor the meters at which it has hung, with their history."""
    found: dict[UUID, list[tuple[str, UUID, list[Period]]]] = {}
    for part in batched(sensors, AT_ONCE):
        for one in with_history(Meter.objects.filter(periods__sensor__in=part).distinct()):
            for sensor in {each.sensor_id for each in one.periods.all() if each.sensor_id in part}:
                found.setdefault(sensor, []).append((one.code, one.pk, periods_of(one)))
    return found


def _standing(meter: Meter) -> _Standing:
    valid: list[MeterPeriod] = meter.valid_periods  # type: ignore[attr-defined]  # of `with_history`
    begin = sorted(valid, key=lambda one: (one.from_at is not None, one.from_at or one.booked_at, one.booked_at))
    booked = [(one.from_at, Hung(one.sensor_id, one.serial, one.multiplier, one.included)) for one in begin]
    protects = meter.protects.code if meter.protects is not None else ""
    described = Described(meter.role, meter.name, meter.rated_kw, protects)
    return _Standing(meter.object_id, described, booked[-1][1] if booked else Hung(), meter.pk, booked)


def _pairs(before: Described | Hung, after: Described | Hung) -> list[tuple[str, object, object]]:
    old, new = asdict(before), asdict(after)
    return [(name, old[name], new[name]) for name in new if old[name] != new[name]]


def _as_text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _noted(meter: Meter) -> tuple[UUID, str, Mapping[str, str]]:
    return meter.pk, meter.object.region_code, {"code": meter.code}
