"""Estimates as the reader may see them, worked out anew, and who lies within their areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from shapely.geometry import Polygon

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.policy.harm import harm_policy
from tocsin.hazchem.releases.queries.answers import CaseAnswer, answer_of
from tocsin.hazchem.releases.queries.cases import WrittenCase, case_of
from tocsin.supervision.face import rows_of_visible

if TYPE_CHECKING:
    from tocsin.hazchem.installations.models import PlantEquipment
    from tocsin.jurisdiction.face import Person

MOST_ZONES = 4  # that are drawn and that people are counted in
DRAWN = ("fan", "circle")  # areas that say where people may be harmed whichever way the wind turns within the sector


@dataclass(frozen=True)
class Zone:
    """The area of one threshold on the ground. `farthest_m` from the place of the release."""

    threshold: str
    kind: str
    area_m2: float
    farthest_m: float
    shape: Polygon


@dataclass(frozen=True)
class Estimated:
    """A case with its answer; `refused`: why the models that come first for the scenario were not taken."""

    case: dict[str, Any]
    answer: CaseAnswer
    refused: str


def visible_estimates(user: "Person") -> QuerySet[ReleaseEstimate]:
    """Estimates at firms that the user sees, newest first."""
    return rows_of_visible(ReleaseEstimate.objects.select_related("object", "equipment", "made_by", "earlier"), user)


def estimate(content: dict[str, Any], chains: Sequence[list[dict[str, object]]]) -> Estimated:
    """The first of the chains that can be worked out; InvalidInput of the last one where none can."""
    refused: list[str] = []
    for number, steps in enumerate(chains, 1):
        case = {**content, "scenario": steps}
        try:
            policy = harm_policy()
            answer = answer_of(case_of(str(content.get("title", "")), convert(case, WrittenCase), policy), policy)
        except InvalidInput as error:
            if number == len(chains):
                raise
            refused.append(error.in_english)
            continue
        return Estimated(case, answer, "; ".join(refused))
    raise InvalidInput("A scenario has steps.")


def answer_of_row(row: ReleaseEstimate) -> CaseAnswer:
    """The answer as it was kept."""
    return convert(row.answer, CaseAnswer)


def zones_of(answer: CaseAnswer) -> list[Zone]:
    """Where each threshold may be reached, the smallest area (the gravest harm) first."""
    found = []
    for step in answer.steps:
        farthest = {one.threshold: one.high_m for one in step.distances}
        for area in step.areas:
            if area.kind in DRAWN and area.ring:
                shape = Polygon(area.ring)
                if shape.area > 0:
                    reach = farthest.get(area.threshold, 0.0)
                    found.append(Zone(area.threshold, area.kind, area.area_m2, reach, shape.buffer(0)))
    return sorted(found, key=lambda one: one.area_m2)


def place_of(equipment: "PlantEquipment") -> tuple[float, float]:
    """Where it stands, else its unit, else the firm; InvalidInput where nobody has entered that."""
    for one in (equipment, equipment.unit, equipment.unit.object):
        if one.lon is not None and one.lat is not None:
            return one.lon, one.lat
    raise InvalidInput(_("Nobody has entered where this equipment stands: enter its place, or that of its unit, first."))
