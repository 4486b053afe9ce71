"""What may follow from a diagnosis, by the hazard chains in force."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tocsin.engine.cascade.district import District
from tocsin.engine.cascade.joining import Outlook, Risk
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.model import Diagnosis, SensorColumns
from tocsin.engine.network import Network
from tocsin.warning.outlook import rules
from tocsin.warning.outlook.policy import HAZARDS, Hazards
from tocsin.warning.outlook.rules import Ahead, KeptRisk

if TYPE_CHECKING:
    from tocsin.atlas.face import PeopleByCode


def district_of(whole: Network) -> District:
    """The network under the policy in force, with the people of registered bodies."""
    from tocsin.atlas.face import people_by_code  # here: a command on files has no database, and no register

    return _district(whole, HAZARDS.current(), people_by_code())


@lru_cache(maxsize=2)
def _district(whole: Network, hazards: Hazards, known: "PeopleByCode | None") -> District:
    """Two are kept: that of the last answer, and one more. The register's people where it knows a house by its code."""
    inside = _people_inside(whole, known) if known is not None else {}
    return District(whole, hazards.rules, inside)


def _people_inside(whole: Network, known: "PeopleByCode") -> dict[str, tuple[float, float]]:
    found = {}
    for house in whole.where("building").tolist():
        lon, lat = whole.to_degrees(float(whole.x_m[house]), float(whole.y_m[house]))
        if (people := known.of(whole.codes[house], lon, lat)) is not None:
            found[whole.codes[house]] = people
    return found


def unfed_without(whole: Network, codes: Collection[str]) -> list[tuple[str, str]]:
    """Name and use of what no source feeds any more when these stations of a network are out of work, what has a use of its own
    first.
    """
    district = district_of(whole)
    found: dict[int, tuple[str, str]] = {}
    for code in codes:
        if code not in whole.position:
            continue
        station = whole.position[code]
        for utility in HAZARDS.current().rules.utilities:
            if station in district.mains(utility):
                for one in district.unfed_without(utility, station):
                    found[one] = (whole.name[one] or whole.codes[one], whole.use[one])
    return sorted(found.values(), key=lambda one: (not one[1], one))


def look_ahead(whole: Network, answer: Diagnosis, sensors: SensorColumns, readings: Readings) -> Ahead:
    """`rules.look_ahead` by the policy in force."""
    return rules.look_ahead(district_of(whole), HAZARDS.current().close, answer, sensors, readings)


def look_ahead_in_files(whole: Network, answer: Diagnosis, sensors: SensorColumns, readings: Readings) -> Ahead:
    """The same where no register is at hand."""
    return rules.look_ahead(_district(whole, HAZARDS.current(), None), HAZARDS.current().close, answer, sensors, readings)


def joined(result: Mapping[str, Any], group: str, others: Iterable[Outlook] = ()) -> list[tuple[Risk, KeptRisk]]:
    """`rules.joined` by the policy in force."""
    return rules.joined(result, group, others, HAZARDS.current().rules.levels)
