"""Who is near a case: people within the policy's distance, schools, hospitals and the like within the distance of their kind."""

from typing import TYPE_CHECKING

from tocsin.atlas.face import ExposureOut, circle, describe_area, exposure_policy
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.jurisdiction.face import may
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.jurisdiction.face import Person


def who_is_near(user: "Person", case: "Case") -> ExposureOut | None:
    """People around it now, and the bodies around it that have a name; None without a place, or for a reader who may not know."""
    told = describe_case(case)
    if told.lon is None or told.lat is None or not may(user, "exposure.see", case.region_code):
        return None
    policy, place, now = exposure_policy(), (told.lon, told.lat), current_time()
    people = describe_area(user, circle(*place, policy.near.people_m), at=now, place=place, kinds=())
    farthest = max(policy.near.bodies_m, *(kind.near_m for kind in policy.kinds))
    bodies = describe_area(user, circle(*place, farthest), at=now, place=place, near=True)
    return people.model_copy(update={"bodies": bodies.bodies, "more": bodies.more, "kinds": []})


def near_context(user: "Person", case: "Case") -> dict[str, object]:
    """The part of a case's page: `_near.html`."""
    return {"near": who_is_near(user, case), "near_m": exposure_policy().near.people_m}
