"""Who is near a case: people within the policy's distance, schools, hospitals and the like within the distance of their kind."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.atlas.face import TELL, ExposureOut, Occasion, circle, describe_area, exposure_policy
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.jurisdiction.face import may
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from uuid import UUID

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
    about = f"{CASE}:{case.pk}" if may(user, TELL, case.region_code) else ""
    return {"near": who_is_near(user, case), "near_about": about, "near_m": exposure_policy().near.people_m}


def case_that_endangers(user: "Person", case_id: "UUID") -> Occasion:
    """A case as those close by are told of it; DoesNotExist for one that the user may not see."""
    case = visible_cases(user).get(pk=case_id)
    told = describe_case(case)
    refused = ""
    if case.state in (CaseState.CLOSED, CaseState.MERGED):
        refused = _("The case is over: nobody is told of it any more.")
    elif case.drill_id is not None:
        refused = _("This is a drill: nobody outside is told of it.")
    words = {"title": told.title, "place": told.place or "–"}
    return Occasion(
        subject_of(case),
        reverse("case", args=[case.number]),
        words=_("%(title)s, %(place)s. Keep everybody away from there, keep a way out free, and do what the crews say.") % words,
        place=(told.lon, told.lat) if told.lon is not None and told.lat is not None else None,
        refused=refused,
    )
