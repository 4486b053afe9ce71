"""Who hears of units and firms that turned orange or red: the firm of each, whoever supervises it of each or of many at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.prevention.policy.dynamic_risk import DynamicRiskPolicy
from tocsin.hazchem.prevention.queries.judged import JudgedPlace
from tocsin.hazchem.prevention.rules.dynamic import COLOURS
from tocsin.hazchem.prevention.rules.notices import OWN_FIRM, SUPERVISES, TURNED
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.face import supervisors_of

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Organisation

NAMED: Final = 5  # places that a notice of many names, the gravest first
NAMED_LINES: Final = 3  # what raises a place, in its notice
RED: Final = COLOURS[3]
ORANGE: Final = COLOURS[2]


class Telling:
    """What one round tells. Bodies and names are read once for all of it; a firm is told of its units, of itself only where none
    of them turned.

    A body that supervises more than `told_singly` of them hears of all in one notice: at the hour at which commitments are due,
    or on the first day, thousands may turn at once, and who gets thousands of notices reads none.
    """

    def __init__(self, graver: Sequence[JudgedPlace], policy: DynamicRiskPolicy, now: datetime) -> None:
        with_unit = {one.firm.pk for one in graver if one.unit is not None}
        self._rows = {one.place: one for one in graver if one.unit is not None or one.firm.pk not in with_unit}
        self._now, self._directory = now, Directory(now)
        self._supervisors = supervisors_of({one.firm.pk: one.firm for one in self._rows.values()}.values(), now)
        bodies = Counter(body.pk for body in map(self._supervisor, self._rows.values()) if body is not None)
        self._many = {body for body, number in bodies.items() if number > policy.told_singly}

    def tell_of_many(self) -> None:
        """Each body that supervises many of them hears of all at once."""
        rows: dict[UUID, list[JudgedPlace]] = defaultdict(list)
        bodies: dict[UUID, Organisation] = {}
        for one in self._rows.values():
            body = self._supervisor(one)
            if body is not None and body.pk in self._many:
                bodies[body.pk] = body
                rows[body.pk].append(one)
        shown = {pk: sorted(found, key=lambda one: -one.value)[:NAMED] for pk, found in rows.items()}
        names = _unit_names([one for found in shown.values() for one in found])
        drafts = [self._of_many(bodies[pk], found, shown[pk], names) for pk, found in rows.items()]
        if drafts:
            with transaction.atomic():
                write_all(drafts, self._directory)

    def tell_of(self, part: Iterable[JudgedPlace]) -> None:
        """Firms hear of each of these places, and bodies that supervise few of them. In the caller's transaction."""
        rows = [one for one in part if one.place in self._rows]
        names = _unit_names(rows)
        drafts = [draft for one in rows for draft in self._of_one(one, names)]
        if drafts:
            self._directory.read_ahead([one.organisation for one in drafts if one.organisation is not None])
            write_all(drafts, self._directory)

    def _supervisor(self, one: JudgedPlace) -> "Organisation | None":
        return self._supervisors[one.firm.pk]

    def _of_one(self, one: JudgedPlace, names: "dict[UUID, str]") -> list[Draft]:
        figures: dict[str, object] = {
            "object": str(one.firm.pk),
            "firm": one.firm.name,
            "unit": names[one.unit] if one.unit is not None else "",
            "colour": one.colour,
            "value": round(one.value, 1),
            "lines": [line.factor.value for line in one.lines[:NAMED_LINES]],
        }
        key = f"dynamic-risk-{one.unit or one.firm.pk}-{one.colour}-{self._now:%Y%m%d%H%M}"
        body = self._supervisor(one)
        alone = body if body is not None and body.pk not in self._many else None
        return [
            Draft(TURNED, why, one.colour == RED, f"{key}-{why}", organisation=to, figures=figures)
            for why, to in ((OWN_FIRM, one.firm.organisation), (SUPERVISES, alone))
            if to is not None
        ]

    def _of_many(
        self, body: "Organisation", rows: Sequence[JudgedPlace], shown: Sequence[JudgedPlace], names: "dict[UUID, str]"
    ) -> Draft:
        red = sum(one.colour == RED for one in rows)
        figures: dict[str, object] = {
            "number": len(rows),
            "red": red,
            "colour": RED if red else ORANGE,
            "places": [
                " · ".join(filter(None, (one.firm.name, names[one.unit] if one.unit is not None else ""))) for one in shown
            ],
        }
        key = f"dynamic-risks-{body.pk}-{self._now:%Y%m%d%H%M%S}"
        return Draft(TURNED, SUPERVISES, bool(red), key, organisation=body, figures=figures)


def _unit_names(rows: Iterable[JudgedPlace]) -> "dict[UUID, str]":
    units = {one.unit for one in rows if one.unit is not None}
    return dict(PlantUnit.objects.filter(pk__in=units).values_list("pk", "name")) if units else {}
