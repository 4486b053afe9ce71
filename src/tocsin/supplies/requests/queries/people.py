"""Of which areas people are proposed for a request: those of its subject, and a circle round the place."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from tocsin.atlas.face import circle, exposure_policy
from tocsin.supplies.levels.queries.exposed import PeopleArea, people_in
from tocsin.supplies.levels.rules.people import PeopleBasis, PeopleFrom

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supplies.requests.queries.subjects import SupplySubject

WITHIN: Final = "within"
LEAST_M, MOST_M = 50.0, 50_000.0


def areas_for(
    subject: "SupplySubject | None", spot: tuple[float, float] | None, within_m: float | None = None
) -> list[PeopleArea]:
    """Those that the subject names, then the circle; without a distance that of the policy of exposed bodies."""
    areas = list(subject.areas) if subject else []
    if spot is not None:
        metres = min(max(within_m or exposure_policy().near.people_m, LEAST_M), MOST_M)
        areas.append(PeopleArea(WITHIN, PeopleFrom.WITHIN, metres=metres, shape=circle(*spot, metres)))
    return areas


def proposed_people(
    user: "Person", subject: "SupplySubject | None", now: datetime, days: int
) -> list[tuple[PeopleArea, PeopleBasis]]:
    """What each area of a subject proposes; areas of which nobody knows are left out."""
    spot = (subject.lon, subject.lat) if subject and subject.lon is not None and subject.lat is not None else None
    found = ((one, people_in(user, one, now, days)) for one in areas_for(subject, spot))
    return [(area, basis) for area, basis in found if basis is not None]
