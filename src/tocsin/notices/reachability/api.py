"""The monthly reachability drill for programs."""

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tocsin.notices.reachability import queries, services
from tocsin.notices.reachability.shown import ReachedRow, describe_reached
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class ReachabilityIn(Schema):
    region_code: str = Field(max_length=6, description="whose bodies are asked")


class ReachabilityOut(Schema):
    asked: int = Field(description="contact points that were asked now; those asked this month are not asked again")


@router.get("/reachability", response=list[ReachedRow])
def reachability(request: HttpRequest, month: str = "") -> list[ReachedRow]:
    """By body how many of its contact points answered in a month (such as `2026-11`; without one the newest) in time."""
    queries.require_reader(request.user)
    wanted = month or next(iter(queries.months(limit=1)), "")
    return [describe_reached(one, request.user) for one in queries.reached(request.user, wanted)] if wanted else []


@router.get("/reachability/months", response=list[str])
def reachability_months(request: HttpRequest) -> list[str]:
    """Months in which a drill was held, the newest first; at most two years of them."""
    queries.require_reader(request.user)
    return queries.months()


@router.post("/reachability", response={201: ReachabilityOut})
def begin_reachability_drill(request: HttpRequest, body: ReachabilityIn) -> Status[ReachabilityOut]:
    """Holds this month's drill in a region at once."""
    count = services.begin_by_hand(actor=actor_of(request), region_code=body.region_code, now=current_time())
    return Status(201, ReachabilityOut(asked=count))


@router.post("/reachability/own", response={201: ReachabilityOut})
def try_own_channels(request: HttpRequest) -> Status[ReachabilityOut]:
    """One test by each way by which you yourself are reached; twice in a minute is once."""
    return Status(201, ReachabilityOut(asked=services.try_own_channels(actor=actor_of(request), now=current_time())))
