"""Risks of a table are looked at, or taken in: all rows or none."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.sheets import read_foreign_table
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.prevention.models import CheckTask, RiskEvent, RiskMeasure
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.queries.ledger import people_of_firm
from tocsin.hazchem.prevention.rules.kinds import RiskColour, RiskMethod
from tocsin.hazchem.prevention.rules.sheets import CheckSheet, PlaceSheet
from tocsin.hazchem.prevention.rules.tables import RiskRow, RowCheck, read_risks
from tocsin.hazchem.prevention.services import checks, ledger
from tocsin.supervision.face import key_roles, visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject

MOST_BYTES: Final = 5_000_000
MOST_ROWS: Final = 2_000
MOST_TOLD: Final = 200


@dataclass(frozen=True)
class TableLook:
    """What a table holds and did; with `problems` nothing. `colours`: events by colour; `unread`: headings of no column."""

    events: int
    measures: int
    checks: int
    colours: dict[str, int]
    problems: list[str]
    unread: list[str]
    taken: bool


class _OnlyLooked(Exception):
    pass


def take_risks(
    *,
    actor: "User",
    object_id: UUID | None,
    content: bytes,
    method: RiskMethod = RiskMethod.OTHER,
    risk_object: str = "",
    only_look: bool = False,
    now: datetime,
) -> TableLook:
    """Events, measures and checks of a table: new ones are entered, known ones graded anew; all or none.

    Each row belongs to the firm of its credit code, else to `object_id`. All that is wrong is told at once, by line and column,
    up to 200 of it. `only_look`: nothing is kept. InvalidInput for what is no table.
    """
    cells = read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20)
    read = read_risks(cells, prevention().scales, method=method, risk_object=risk_object)
    if not read.rows and not read.problems:
        raise InvalidInput(_("There are no rows below the headings."))
    taker = _Taker(actor, object_id, now)
    try:
        with transaction.atomic():
            for row in read.rows:
                taker.take(row)
            if only_look or read.problems or taker.problems:
                raise _OnlyLooked
    except _OnlyLooked:
        taken = False
    else:
        taken = True
    problems = [words for _line, words in sorted([*read.problems, *taker.problems])][:MOST_TOLD]
    counts = taker.counts
    colours = {colour.value: taker.colours[colour] for colour in RiskColour}
    return TableLook(counts["event"], counts["measure"], counts["check"], colours, problems, read.unread, taken)


class _Taker:
    def __init__(self, actor: "User", object_id: UUID | None, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.otherwise = visible_objects(actor).get(pk=object_id) if object_id else None
        self.firms: dict[str, SupervisedObject | None] = {}
        self.events: dict[tuple[object, ...], RiskEvent] = {}
        self.people: dict[tuple[UUID, str], UUID | None] = {}
        self.roles = {name: key for key, name in key_roles()} | {key: key for key, _name in key_roles()}
        self.counts: Counter[str] = Counter()
        self.colours: Counter[str] = Counter()
        self.problems: list[tuple[int, str]] = []

    def take(self, row: RiskRow) -> None:
        """One row; what is refused is kept with its line, and nothing of the table stays."""
        try:
            with transaction.atomic():
                event = self._event(self._firm(row), row)
                if row.measure is not None:
                    measure = self._measure(event, row)
                    if row.check is not None:
                        self._check(measure, row.check)
        except Refusal as error:
            self.problems.append((row.line, _("line %(line)s: %(why)s") % {"line": row.line, "why": error}))

    def _firm(self, row: RiskRow) -> "SupervisedObject":
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

    def _event(self, firm: "SupervisedObject", row: RiskRow) -> RiskEvent:
        key = (firm.pk, row.place.risk_object, row.place.unit, row.event.text, row.event.cause)
        if key not in self.events:
            place = PlaceSheet(
                risk_object=row.place.risk_object, unit=row.place.unit, plant_unit_id=self._plant_unit(firm, row.plant_unit)
            )
            known = RiskEvent.objects.filter(
                object=firm,
                active=True,
                unit__name=row.place.unit.strip(),
                unit__risk_object__name=row.place.risk_object.strip(),
                text=row.event.text.strip(),
                cause=row.event.cause.strip(),
            ).first()
            if known is None:
                made = ledger.enter_event(actor=self.actor, object_id=firm.pk, place=place, sheet=row.event, now=self.now)
            else:
                made = ledger.change_event(actor=self.actor, event_id=known.pk, sheet=row.event, now=self.now)
            self.events[key] = made
            self.counts["event"] += 1
            self.colours[made.colour] += 1
        return self.events[key]

    def _plant_unit(self, firm: "SupervisedObject", name: str) -> UUID | None:
        if not name:
            return None
        found = visible_units(self.actor).filter(object=firm, name=name).first()
        if found is None:
            raise InvalidInput(_("The firm has no unit %(name)s.") % {"name": name[:60]})
        return found.pk

    def _measure(self, event: RiskEvent, row: RiskRow) -> RiskMeasure:
        assert row.measure is not None  # noqa: S101 - the caller has looked
        text = row.measure.text.strip()
        known = event.measures.filter(active=True, kind=row.measure.kind, text=text).first()
        if known is not None:
            return known
        self.counts["measure"] += 1
        return ledger.enter_measure(actor=self.actor, event_id=event.pk, sheet=row.measure)

    def _check(self, measure: RiskMeasure, check: RowCheck) -> None:
        role = self.roles.get(check.role, check.role)
        person = self._person(measure.object, check.person) if check.person else None
        sheet = CheckSheet(text=check.text, period=check.period, person_id=person, role=role)
        known = CheckTask.objects.filter(measure=measure, active=True, text=check.text.strip()).first()
        if known is None:
            checks.plan_check(actor=self.actor, measure_id=measure.pk, sheet=sheet, now=self.now)
        else:
            checks.change_check(actor=self.actor, check_id=known.pk, sheet=sheet, now=self.now)
        self.counts["check"] += 1

    def _person(self, firm: "SupervisedObject", name: str) -> UUID:
        key = (firm.pk, name)
        if key not in self.people:
            self.people[key] = people_of_firm(firm).filter(username=name).values_list("pk", flat=True).first()
        found = self.people[key]
        if found is None:
            raise InvalidInput(_("The firm has no account %(name)s.") % {"name": name[:60]})
        return found
