"""Plants of a table are taken in: all rows or none."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.sheets import read_foreign_table
from tocsin.hazchem.installations.models import PlantEquipment, PlantUnit
from tocsin.hazchem.installations.rules.kinds import KeyArea
from tocsin.hazchem.installations.rules.sheets import UnitSheet
from tocsin.hazchem.installations.rules.tables import PlantRow, read_plants
from tocsin.hazchem.installations.services import units
from tocsin.supervision.face import visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject

MOST_BYTES: Final = 5_000_000
MOST_ROWS: Final = 2_000
MOST_TOLD: Final = 20


@dataclass(frozen=True)
class Taken:
    """What a table did, and headings of it that mean no column."""

    units: int
    equipment: int
    substances: int
    points: int
    unread: list[str]


def import_plants(*, actor: "User", object_id: UUID | None, content: bytes, now: datetime) -> Taken:
    """Units, equipment, substances and points of a table: new ones are entered, known ones changed; all or none.

    Each row belongs to the firm of its credit code, else to `object_id`. InvalidInput names what is wrong by line and column, the
    first twenty of it.
    """
    read = read_plants(read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20))
    _refuse(read.problems)
    if not read.rows:
        raise InvalidInput(_("There are no rows below the headings."))
    with transaction.atomic():
        taker = _Taker(actor, object_id, now)
        for row in read.rows:
            taker.take(row)
        _refuse(taker.problems)
    counts = taker.counts
    return Taken(counts["unit"], counts["equipment"], counts["substance"], counts["point"], read.unread)


class _Taker:
    def __init__(self, actor: "User", object_id: UUID | None, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.otherwise = visible_objects(actor).get(pk=object_id) if object_id else None
        self.firms: dict[str, SupervisedObject | None] = {}
        self.units: dict[tuple[UUID, str], PlantUnit] = {}
        self.equipment: dict[tuple[UUID, str], PlantEquipment] = {}
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []

    def take(self, row: PlantRow) -> None:
        """One row; what is refused is kept with its line, and nothing of the table stays."""
        try:
            with transaction.atomic():
                equipment = self._equipment(self._unit(row), row)
                for point in row.points:
                    units.enter_point(actor=self.actor, equipment_id=equipment.pk, sheet=point)
                    self.counts["point"] += 1
                if row.held is not None:
                    units.hold(actor=self.actor, equipment_id=equipment.pk, sheet=row.held, now=self.now)
                    self.counts["substance"] += 1
        except Refusal as error:
            self.problems.append(_("line %(line)s: %(why)s") % {"line": row.line, "why": error})

    def _firm(self, row: PlantRow) -> "SupervisedObject":
        if not row.credit_code:
            if self.otherwise is None:
                raise InvalidInput(_("Give the credit code of the firm."))
            return self.otherwise
        if row.credit_code not in self.firms:
            known = visible_objects(self.actor).filter(credit_code=row.credit_code, kind__in=("enterprise", "site"))
            self.firms[row.credit_code] = known.order_by("site_number").first()
        firm = self.firms[row.credit_code]
        if firm is None:
            raise InvalidInput(_("No firm with the credit code %(code)s is in the register.") % {"code": row.credit_code[:30]})
        return firm

    def _unit(self, row: PlantRow) -> PlantUnit:
        firm = self._firm(row)
        key = firm.pk, row.unit.name
        if key not in self.units:
            known = PlantUnit.objects.filter(object=firm, name=row.unit.name, active=True).first()
            if known is None:
                known = units.enter_unit(actor=self.actor, object_id=firm.pk, sheet=row.unit, now=self.now)
            else:
                known = units.change_unit(actor=self.actor, unit_id=known.pk, sheet=_kept(known, row), now=self.now)
            self.units[key] = known
            self.counts["unit"] += 1
        return self.units[key]

    def _equipment(self, unit: PlantUnit, row: PlantRow) -> PlantEquipment:
        key = unit.pk, row.equipment.tag
        if key not in self.equipment:
            known = PlantEquipment.objects.filter(unit=unit, tag=row.equipment.tag).first()
            if known is None:
                known = units.enter_equipment(actor=self.actor, unit_id=unit.pk, sheet=row.equipment)
            else:
                known = units.change_equipment(actor=self.actor, equipment_id=known.pk, sheet=row.equipment)
            self.equipment[key] = known
            self.counts["equipment"] += 1
        return self.equipment[key]


def _kept(unit: PlantUnit, row: PlantRow) -> UnitSheet:
    """A known unit by its row: what a table does not tell stays."""
    area = row.unit.area or (KeyArea(unit.area) if unit.area else None)
    return UnitSheet(
        name=unit.name,
        kind=row.unit.kind,
        area=area,
        people=unit.people if row.unit.people is None else row.unit.people,
        lon=unit.lon,
        lat=unit.lat,
        outline=tuple((lon, lat) for lon, lat in unit.outline),
        filing_number=unit.filing_number,
        filed_on=unit.filed_on,
        assessed_on=unit.assessed_on,
    )


def _refuse(problems: list[str]) -> None:
    if problems:
        more = len(problems) - MOST_TOLD
        last = [_("… and %(count)s more.") % {"count": more}] if more > 0 else []
        raise InvalidInput("%(problems)s", problems="\n".join([*problems[:MOST_TOLD], *last]))
