"""How a row of a table of meters is judged, each as those before it leave the register."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.time import ms_from_datetime
from tocsin.base.written_hours import read_moment
from tocsin.engine.work.firm import Role
from tocsin.jurisdiction.face import may
from tocsin.records.imports.rules import CellChange, CellProblem, ImportVerdict, Row
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.meters.models import Meter, MeterPeriod
from tocsin.supervision.meters.queries import periods_of, with_history
from tocsin.supervision.meters.rules import ENDLESS, EVER, Period, sends_for
from tocsin.supervision.meters.services.meters import Described, Hung
from tocsin.supervision.meters.shown import role_of_word
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 300  # words of one query
_OF_HUNG: Final = {"sensor_id": "sensor", "serial": "serial", "multiplier": "multiplier", "included": "included"}


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
class FoundMeter:
    """What a good row would book, and whether that is anything new."""

    code: str
    firm: SupervisedObject
    described: Described
    hung: Hung
    since: datetime | None
    is_new: bool = False
    is_described: bool = False
    is_hung: bool = False


class RowJudge:
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
        found = FoundMeter(code, firm, described, hung, since, is_new=known is None)
        if known is not None:
            was_so = any(hung == each and since in (None, begin) for begin, each in known.booked)
            found = replace(found, is_described=described != known.described, is_hung=hung != known.hung and not was_so)
        if found.is_hung:
            self._judge_swap(row, found, known)
        if found.hung.sensor_id is not None and (found.is_new or found.is_hung):
            self._judge_sensor(row, found, known)
        if not row.problems:
            self._end(row, found, known)

    def _end(self, row: Row, found: FoundMeter, known: _Standing | None) -> None:
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

    def _judge_swap(self, row: Row, found: FoundMeter, known: _Standing | None) -> None:
        if found.since is None:
            words = _("Another device or multiplier than is known: say since when.")
        elif found.since > self.now:
            words = _("A swap is booked when it is done: its time lies ahead.")
        elif known is not None and any(begin == found.since for begin, _each in known.booked):
            words = _("A change of this meter is booked for that moment already: correct that one.")
        else:
            return
        row.problems.append(CellProblem("since", words))

    def _judge_sensor(self, row: Row, found: FoundMeter, known: _Standing | None) -> None:
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
