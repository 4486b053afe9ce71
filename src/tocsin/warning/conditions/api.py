"""Conditions over several sensors, for programs."""

from django.http import HttpRequest
from ninja import Router

from tocsin.warning.conditions.queries.overview import conditions_in
from tocsin.warning.conditions.shown import AlarmConditionOut, describe_condition

router = Router()


@router.get("/conditions", response=list[AlarmConditionOut])
def conditions(request: HttpRequest, region_code: str = "") -> list[AlarmConditionOut]:
    """Conditions as they are in force in a region, switched on or not, with how many alarms of each are open there."""
    return [describe_condition(one, ringing) for one, ringing in conditions_in(request.user, region_code[:6])]
