"""Needs and calls as their reader may see them, and who can be called for a need."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils.module_loading import import_string

from tocsin.jurisdiction.face import scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.mobilisation.volunteers.models import Call, Need, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries.register import consents, skills_that_count, today_of
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.calls import RUNNING, CallState, rests_until
from tocsin.mobilisation.volunteers.rules.matching import Candidate, Choice, Wanted, choose
from tocsin.mobilisation.volunteers.rules.register import Standing

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

METRES_PER_DEGREE: Final = 111_000.0  # of latitude, a little less than it has: the box holds all of the circle
RUNNING_STATES = sorted(one.value for one in RUNNING)


@dataclass(frozen=True)
class NeedSubject:
    """For what volunteers are needed, as the subject above tells it: a case with its place and level."""

    kind: str
    id: UUID
    label: str
    region_code: str
    level: int
    page: str
    is_drill: bool = False
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    words: str = ""  # what pages call it; its label where empty
    what: str = ""  # what is asked for, where the subject says it


type FindSubject = Callable[["Person", str], NeedSubject]
"""By its number, for a reader; DoesNotExist for one out of reach. Named in the catalogue's `NEED_SUBJECTS`."""


def need_subject(user: "Person", kind: str, label: str) -> NeedSubject:
    """What a need is for. KeyError for a kind that nobody names."""
    find: FindSubject = import_string(settings.NEED_SUBJECTS[kind].replace(":", "."))
    return find(user, label)


def needs_in_reach(rows: QuerySet[Need], user: "Person", permission: Permission = rights.SEE) -> QuerySet[Need]:
    """Those of the user's areas, or of the body that they are bound to."""
    return scope(rows, user, permission, organisation_field="body")


def visible_needs(user: "Person", *, state: str = "open") -> QuerySet[Need]:
    """Needs, the newest first; `state`: open, ended, or all."""
    rows = needs_in_reach(Need.objects.all(), user).select_related("body", "opened_by")
    if state in ("open", "ended"):
        rows = rows.filter(ended_at__isnull=state == "open")
    return rows


def needs_of(kind: str, subject_id: UUID) -> QuerySet[Need]:
    """The needs of one subject. Ask first whether the reader may see it."""
    return Need.objects.filter(subject_kind=kind, subject_id=subject_id).select_related("body", "opened_by")


def places_filled(need: Need) -> int:
    """How many people or machines are called, coming or there, or have been there and are home again."""
    rows = need.calls.filter(Q(state__in=RUNNING_STATES) | Q(state=CallState.HOME, served_min__gt=0))
    filled: int | None = rows.aggregate(sum=Sum("counts"))["sum"]
    return filled or 0


def places_sure(need: Need) -> int:
    """How many of them have said yes."""
    rows = need.calls.filter(Q(state__in=RUNNING_STATES) | Q(state=CallState.HOME, served_min__gt=0))
    rows = rows.exclude(state=CallState.CALLED)
    sure: int | None = rows.aggregate(sum=Sum("counts"))["sum"]
    return sure or 0


def choice_for(need: Need, now: datetime) -> Choice:
    """Who is called next for this need, who follows, and why the others are not: see `rules.matching`."""
    policy = volunteers_policy().call
    wanted = Wanted(tuple(need.skills), need.count - places_filled(need), need.lon, need.lat, need.radius_m, need.area_code)
    running = need.calls.filter(state__in=RUNNING_STATES).count()
    candidates = _candidates(need, now)
    return choose(wanted, candidates, most=max(0, need.most_called - running), burden_m_per_h=policy.burden_m_per_h, now=now)


def count_beyond(need: Need) -> int:
    """How many of the register live so far away that nobody looked further at them: `choice_for` does not name them."""
    return _callable(need).filter(lon__isnull=False, lat__isnull=False).exclude(_in_reach(need)).count()


def _in_reach(need: Need) -> Q:
    """The box round the need's radius, wider than the circle; a register of a whole city is not read for one street."""
    degrees = need.radius_m / METRES_PER_DEGREE
    narrow = max(0.01, math.cos(math.radians(min(89.0, abs(need.lat) + degrees))))
    return Q(
        lat__range=(need.lat - degrees, need.lat + degrees), lon__range=(need.lon - degrees / narrow, need.lon + degrees / narrow)
    )


def _callable(need: Need) -> QuerySet[Volunteer]:
    """Who can be called at all: taken in, of the areas or the body of the need, with a number that is confirmed."""
    rows = Volunteer.objects.filter(standing=Standing.CONFIRMED, user__is_active=True)
    within = Q(pk__in=[]) if need.reach else Q(body_id=need.body_id)
    for prefix in need.reach:
        within |= Q(region_code__startswith=prefix)
    return rows.filter(within, user__contact_points__confirmed_at__isnull=False).distinct()


def _candidates(need: Need, now: datetime) -> list[Candidate]:
    rows = _callable(need).filter(_in_reach(need) | Q(lon=None) | Q(lat=None)).prefetch_related("abilities")
    policy = volunteers_policy()
    asked = set(need.calls.values_list("volunteer_id", flat=True))
    lately = Call.objects.filter(home_at__gt=now - policy.burden_span).order_by()
    burden: dict[Any, int] = dict(lately.values_list("volunteer").annotate(sum=Sum("served_min")))
    day = today_of(now)
    return [
        Candidate(
            id=one.pk,
            skills=skills_that_count(one, day),
            region_code=one.region_code,
            lon=one.lon,
            lat=one.lat,
            most_m=None if one.most_km is None else one.most_km * 1000,
            burden_h=burden.get(one.pk, 0) / 60,
            rests_until=rests_until(
                one.home_at, one.served_min, rest_h=policy.call.rest_h, rest_per_h=policy.call.rest_per_h_served
            ),
            taken=one.reserved_for is not None,
            asked=one.pk in asked,
        )
        for one in rows
        if consents(one)
    ]


def own_calls(user: "Person", *, since: datetime | None = None) -> QuerySet[Call]:
    """One's own calls, the newest first; `since`: running ones, and those of later than that. A program needs the scope."""
    rows = Call.objects.select_related("need__body", "need__opened_by", "volunteer").filter(volunteer__user_id__in=[user.pk])
    rows = rows.filter(volunteer__in=scope(Volunteer.objects.all(), user, rights.HELP, organisation_field="body").values("pk"))
    if since is not None:
        rows = rows.filter(Q(state__in=RUNNING_STATES) | Q(called_at__gte=since))
    return rows.order_by("-called_at")


def served_calls(volunteer: Volunteer) -> QuerySet[Call]:
    """Calls with hours on record, the newest first."""
    return volunteer.calls.filter(served_min__gt=0).select_related("need__body").order_by("-called_at")


def calls_to_act_on(user: "Person") -> QuerySet[Call]:
    """Calls of which the user may say how they stand: one's own, and those of needs that one may call for."""
    own = Q(pk__in=own_calls(user).order_by().values("pk"))
    of_needs = Q(need__in=needs_in_reach(Need.objects.all(), user, rights.CALL).order_by().values("pk"))
    return Call.objects.filter(own | of_needs)


def late_calls(user: "Person", now: datetime) -> QuerySet[Call]:
    """Who has not said in time that all is well, the longest first."""
    rows = Call.objects.filter(state__in=RUNNING_STATES, due_at__lte=now).select_related("volunteer__user", "need")
    return rows.filter(need__in=needs_in_reach(Need.objects.all(), user, rights.CALL).values("pk")).order_by("due_at")


def cases_of_open_needs() -> set[str]:
    """Numbers of the cases for which volunteers are still asked: such a case is not deleted."""
    return set(Need.objects.filter(subject_kind="case", ended_at=None).values_list("subject_label", flat=True))
