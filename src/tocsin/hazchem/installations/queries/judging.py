"""Rows of a plant's tables against what is known: what each would become, and everything that is wrong with it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from django.db.models import Q

from tocsin.base.errors import InvalidInput
from tocsin.base.ids import new_id
from tocsin.engine.major_hazard import Tables, UnitKind
from tocsin.engine.major_hazard.weights import weigh
from tocsin.engine.tanks import TankShape
from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantJoint, PlantPoint, PlantUnit
from tocsin.hazchem.installations.policy.major_hazard import tables
from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.installations.queries.weighing import as_held
from tocsin.hazchem.installations.rules import sheets
from tocsin.hazchem.installations.rules.kinds import QUANTITIES, EquipmentKind, KeyArea, PointKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, PointSheet, UnitSheet
from tocsin.hazchem.installations.rules.workbook import NEEDED, GivenRow, PlantSheet, values_of
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.records.imports.rules import ImportVerdict
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.face import SupervisedObject, visible_objects

if TYPE_CHECKING:
    from datetime import date

    from tocsin.jurisdiction.face import User

type Known = PlantUnit | PlantEquipment | HeldSubstance | PlantPoint | PlantJoint
type Key = tuple[PlantSheet, object, *tuple[str, ...]]
_AT_ONCE: Final = 500  # codes in one question
_FIRMS: Final = ("enterprise", "site")
_FEW: Final = 20  # firms among which the one that the actor keeps is looked for
_DEFAULTS: Final[dict[PlantSheet, dict[str, object]]] = {
    PlantSheet.UNITS: {
        **{"kind": "storage", "area": "", "people": None, "lon": None, "lat": None},
        **{"filing_number": "", "filed_on": None, "assessed_on": None},
    },
    PlantSheet.EQUIPMENT: {
        **{"name": "", "kind": "tank", "shape": "vertical", "volume_m3": None, "height_m": None},
        **{"liquefied": False, "bund": "", "building": "", "lon": None, "lat": None},
    },
    PlantSheet.SUBSTANCES: {
        **{"design_t": None, "cas": "", "classes": None},
        **{"content_percent": None, "mixture_of": "", "density_kg_m3": None},
    },
    PlantSheet.POINTS: {"kind": None, "sensor": "", "low_low": None, "low": None, "high": None, "high_high": None},
    PlantSheet.JOINTS: {"isolating": False},
}


@dataclass(slots=True)
class PlantRow:
    """One row: what it says, what would become of it, and what is wrong with it. `above`: what it belongs to, a row of the same
    file or what is known; `other`: the other end of a pipe. `after`: its columns as they would be; `changes`: by column what
    is and what would be.
    """

    given: GivenRow
    key: Key | None = None
    firm: SupervisedObject | None = None
    above: "PlantRow | Known | None" = None
    other: "PlantRow | Known | None" = None
    before: Known | None = None
    after: dict[str, object] = field(default_factory=dict)
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)
    problems: list[tuple[str, InvalidInput]] = field(default_factory=list)
    sensor_id: UUID | None = None
    id: UUID = field(default_factory=new_id)

    @property
    def verdict(self) -> ImportVerdict:
        """What would become of it."""
        if self.problems:
            return ImportVerdict.WRONG
        if self.before is None:
            return ImportVerdict.NEW
        return ImportVerdict.CHANGED if self.changes else ImportVerdict.SAME

    @property
    def pk(self) -> UUID:
        """Its id in the database, now or once it is written."""
        return self.before.pk if self.before is not None else self.id


def judge_rows(actor: "User", region_code: str, given: Sequence[GivenRow]) -> list[PlantRow]:
    """What would become of each row of a file for that area, in its order. Some dozen queries, however many rows.

    Rows without a credit code are of the one firm that the actor keeps in the area, where it is the only one.
    """
    return _Judge(actor, region_code).judged([PlantRow(one) for one in given])


class _Judge:
    def __init__(self, actor: "User", region_code: str) -> None:
        self.actor, self.region = actor, governing_prefix(region_code)
        self.firms: dict[str, SupervisedObject | InvalidInput] = {}
        self.known: dict[Key, Known] = {}
        self.rows: dict[Key, PlantRow] = {}
        self.sensors: dict[tuple[str, str], tuple[UUID, str]] = {}
        self.names: dict[UUID, str] = {}
        self.tables: Tables = tables()

    def judged(self, rows: list[PlantRow]) -> list[PlantRow]:
        self._find_firms(rows)
        self._load({one.firm.pk for one in rows if one.firm is not None})
        values = [values_of(one.given) for one in rows]
        self._find_sensors(str(one["sensor"]) for one, _wrong in values if one.get("sensor"))
        order = list(PlantSheet)
        for row, (said, wrong) in sorted(zip(rows, values, strict=True), key=lambda one: order.index(one[0].given.sheet)):
            row.problems += wrong
            self._judge(row, said)
        return rows

    def _judge(self, row: PlantRow, said: dict[str, object]) -> None:
        cells, sheet = row.given.cells, row.given.sheet
        for name in NEEDED[sheet]:
            if name not in cells:
                row.problems.append((name, InvalidInput("this cell must not be empty")))
        if row.firm is None or any(name not in cells for name in NEEDED[sheet]):
            return
        row.key = _key_of(row)
        if row.key in self.rows:
            line = self.rows[row.key].given.where
            row.problems.append((NEEDED[sheet][-1], InvalidInput("this stands in line %(line)s already", line=line)))
            return
        self.rows[row.key] = row
        self._find_above(row)
        row.before = self.known.get(row.key)
        row.after = {**_DEFAULTS[sheet], **self._as_known(row.before, sheet), **said}
        self._check(row, said)
        if row.before is not None and not row.problems:
            as_is = self._as_known(row.before, sheet)
            row.changes = {name: (as_is[name], value) for name, value in row.after.items() if as_is[name] != value}

    def _find_above(self, row: PlantRow) -> None:
        cells, sheet, firm = row.given.cells, row.given.sheet, cast("SupervisedObject", row.firm)
        unit = cells["unit"]
        if sheet is PlantSheet.EQUIPMENT:
            row.above = self._named(row, "unit", (PlantSheet.UNITS, firm.pk, unit))
        elif sheet is PlantSheet.JOINTS:
            target = cells.get("target_unit", unit), cells["target"]
            row.above = self._named(row, "source", (PlantSheet.EQUIPMENT, firm.pk, unit, cells["source"]))
            row.other = self._named(row, "target", (PlantSheet.EQUIPMENT, firm.pk, *target))
            if row.above is not None and row.above is row.other:
                row.problems.append(("target", InvalidInput("a pipe leads from one piece of equipment to another one")))
        elif sheet is not PlantSheet.UNITS:
            row.above = self._named(row, "tag", (PlantSheet.EQUIPMENT, firm.pk, unit, cells["tag"]))

    def _named(self, row: PlantRow, column: str, key: Key) -> "PlantRow | Known | None":
        found = self.rows.get(key) or self.known.get(key)
        if found is None:
            text = " · ".join(map(str, key[2:]))
            row.problems.append((column, InvalidInput("%(name)s is neither known nor in this file", name=text)))
        elif isinstance(found, PlantRow) and found.problems:
            row.problems.append((column, InvalidInput("its row in line %(line)s is wrong", line=found.given.where)))
        return found

    def _check(self, row: PlantRow, said: dict[str, object]) -> None:
        column = NEEDED[row.given.sheet][-1]
        try:
            match row.given.sheet:
                case PlantSheet.UNITS:
                    sheets.check_unit(_unit_sheet(row))
                case PlantSheet.EQUIPMENT:
                    sheets.check_equipment(_equipment_sheet(row))
                case PlantSheet.SUBSTANCES:
                    column = "design_t" if row.after["design_t"] is None else column
                    self._check_held(row)
                case PlantSheet.POINTS:
                    column = "kind" if row.after["kind"] is None else "sensor" if said.get("sensor") else column
                    self._check_point(row)
                case PlantSheet.JOINTS if len(row.given.cells.get("joint", "")) > 60:
                    raise InvalidInput("%(name)s: 1 to %(most)s characters.", name="tag", most=60)
        except InvalidInput as error:
            row.problems.append((column, error))

    def _check_held(self, row: PlantRow) -> None:
        if row.after["design_t"] is None:
            raise InvalidInput("this cell must not be empty")
        held = HeldSheet(substance=row.given.cells["substance"], **row.after)  # type: ignore[arg-type]  # read by the columns' readers
        sheets.check_held(held)
        weigh(as_held(HeldSubstance(substance=held.substance, **row.after)), self.tables)

    def _check_point(self, row: PlantRow) -> None:
        if row.after["kind"] is None:
            raise InvalidInput("this cell must not be empty")
        kind, sensor = PointKind(str(row.after["kind"])), str(row.after["sensor"])
        limits = {name: cast("float | None", row.after[name]) for name in ("low_low", "low", "high", "high_high")}
        sheets.check_point(PointSheet(tag=row.given.cells["point"], kind=kind, sensor=sensor, **limits))
        before = row.before if isinstance(row.before, PlantPoint) else None
        if before is not None and sensor == self._sensor_name(before):
            row.sensor_id = before.sensor_id
            return
        if not sensor:
            return
        device, _slash, channel = sensor.rpartition("/")
        found = self.sensors.get((device, channel))
        if found is None:
            raise InvalidInput(
                "There is no sensor %(sensor)s that you may see: give the code of its device and its channel, like tank-7/level.",
                sensor=sensor[:120],
            )
        if found[1] not in QUANTITIES[kind]:
            raise InvalidInput(
                "%(sensor)s measures %(quantity)s, which is no %(kind)s.", sensor=sensor, quantity=found[1], kind=kind
            )
        row.sensor_id = found[0]

    def _sensor_name(self, point: PlantPoint) -> str:
        return self.names.get(point.sensor_id, "") if point.sensor_id else ""

    def _as_known(self, known: Known | None, sheet: PlantSheet) -> dict[str, object]:
        if known is None:
            return {}
        told = {name: getattr(known, name) for name in _DEFAULTS[sheet] if name != "sensor"}
        return {**told, "sensor": self._sensor_name(known)} if isinstance(known, PlantPoint) else told

    def _find_firms(self, rows: Sequence[PlantRow]) -> None:
        codes = sorted({code for one in rows if (code := one.given.cells.get("credit_code"))})
        found: dict[str, SupervisedObject] = {}
        for part in _parts(codes):
            known = visible_objects(self.actor).filter(credit_code__in=part, kind__in=_FIRMS)
            for firm in known.order_by("-site_number"):
                found[firm.credit_code] = firm
        for code in codes:
            self.firms[code] = self._kept(found.get(code), code)
        if any("credit_code" not in one.given.cells for one in rows):
            here = visible_objects(self.actor).filter(kind__in=_FIRMS, region_code__startswith=self.region)[:_FEW]
            mine = [one for one in here if may_keep(self.actor, one)]
            if len(here) < _FEW and len(mine) == 1:
                self.firms[""] = mine[0]
        for row in rows:
            known_as = self.firms.get(row.given.cells.get("credit_code", ""))
            if isinstance(known_as, SupervisedObject):
                row.firm = known_as
            else:
                row.problems.append(("credit_code", known_as or InvalidInput("give the credit code of the firm")))

    def _kept(self, firm: SupervisedObject | None, code: str) -> SupervisedObject | InvalidInput:
        if firm is None:
            return InvalidInput("No firm with the credit code %(code)s is in the register.", code=code[:30])
        if not firm.region_code.startswith(self.region):
            return InvalidInput("The firm lies in %(region)s: choose that area for its file.", region=firm.region_code)
        return firm if may_keep(self.actor, firm) else InvalidInput("Your roles do not let you keep plants.")

    def _load(self, firms: Collection[UUID]) -> None:
        mine = Q(unit__object__in=firms, unit__active=True)
        for unit in PlantUnit.objects.filter(object__in=firms, active=True):
            self.known[PlantSheet.UNITS, unit.object_id, unit.name] = unit
        of: dict[UUID, tuple[object, str, str]] = {}
        for equipment in PlantEquipment.objects.filter(mine).select_related("unit"):
            of[equipment.pk] = (equipment.unit.object_id, equipment.unit.name, equipment.tag)
            self.known[PlantSheet.EQUIPMENT, *of[equipment.pk]] = equipment
        below = Q(equipment__unit__object__in=firms, equipment__unit__active=True)
        for held in HeldSubstance.objects.filter(below).iterator(5000):
            self.known[PlantSheet.SUBSTANCES, *of[held.equipment_id], held.substance] = held
        for point in PlantPoint.objects.filter(below).select_related("sensor__device").iterator(5000):
            self.known[PlantSheet.POINTS, *of[point.equipment_id], point.tag] = point
            if point.sensor is not None:
                self.names[point.sensor.pk] = f"{point.sensor.device.code}/{point.sensor.channel}"
        for joint in PlantJoint.objects.filter(source__in=PlantEquipment.objects.filter(mine)):
            if joint.target_id in of:
                firm, unit_name, tag = of[joint.source_id]
                _firm, other_unit, other_tag = of[joint.target_id]
                self.known[PlantSheet.JOINTS, firm, unit_name, tag, other_unit, other_tag, joint.tag] = joint

    def _find_sensors(self, names: Iterator[str]) -> None:
        wanted = sorted({name.rpartition("/")[0] for name in names})
        for part in _parts(wanted):
            rows = visible_sensors(self.actor).filter(device__code__in=part, enabled=True)
            for pk, code, channel, quantity in rows.values_list("pk", "device__code", "channel", "quantity"):
                self.sensors[code, channel] = pk, quantity
                self.names[pk] = f"{code}/{channel}"


def _key_of(row: PlantRow) -> Key:
    cells, sheet, firm = row.given.cells, row.given.sheet, cast("SupervisedObject", row.firm)
    unit = cells["unit"]
    if sheet is PlantSheet.UNITS:
        return sheet, firm.pk, unit
    if sheet is PlantSheet.EQUIPMENT:
        return sheet, firm.pk, unit, cells["tag"]
    if sheet is PlantSheet.JOINTS:
        target = cells.get("target_unit", unit), cells["target"]
        return sheet, firm.pk, unit, cells["source"], *target, cells.get("joint", "")
    return sheet, firm.pk, unit, cells["tag"], cells["substance" if sheet is PlantSheet.SUBSTANCES else "point"]


def _unit_sheet(row: PlantRow) -> UnitSheet:
    after = row.after
    return UnitSheet(
        name=row.given.cells["unit"],
        kind=UnitKind(str(after["kind"])),
        area=KeyArea(str(after["area"])) if after["area"] else None,
        people=cast("int | None", after["people"]),
        lon=cast("float | None", after["lon"]),
        lat=cast("float | None", after["lat"]),
        filing_number=str(after["filing_number"]),
        filed_on=cast("date | None", after["filed_on"]),
        assessed_on=cast("date | None", after["assessed_on"]),
    )


def _equipment_sheet(row: PlantRow) -> EquipmentSheet:
    after = row.after
    return EquipmentSheet(
        tag=row.given.cells["tag"],
        name=str(after["name"]),
        kind=EquipmentKind(str(after["kind"])),
        shape=TankShape(str(after["shape"])),
        volume_m3=cast("float | None", after["volume_m3"]),
        height_m=cast("float | None", after["height_m"]),
        liquefied=bool(after["liquefied"]),
        bund=str(after["bund"]),
        building=str(after["building"]),
        lon=cast("float | None", after["lon"]),
        lat=cast("float | None", after["lat"]),
    )


def _parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(codes), _AT_ONCE):
        yield codes[begin : begin + _AT_ONCE]
