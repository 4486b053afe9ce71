"""The question of the rules with the way on the network looked up: does this alarm's diagnosis explain that one?"""

from tocsin.command.casebook.policy import policy
from tocsin.command.casebook.rules.alarm_facts import AlarmFacts, Join
from tocsin.command.gathering.rules.explanations import Arrival, needs_arrival, why_together
from tocsin.engine.network import Way
from tocsin.lifelines.face import way_between
from tocsin.warning.face import templates_in_force

FLOW = frozenset((Way.DOWNSTREAM, Way.DRAINS_TO))


def explain(new: AlarmFacts, lead: AlarmFacts, region_code: str) -> Join | None:
    """Why the two belong together; None where they do not."""
    gathering = policy(region_code).gathering
    join = why_together(new, lead, None, gathering)
    if join is not None:
        return join
    arrival = _arrival(new, lead, region_code)
    return None if arrival is None else why_together(new, lead, arrival, gathering)


def _arrival(new: AlarmFacts, lead: AlarmFacts, region_code: str) -> Arrival | None:
    """How the fault that explains `lead` reaches the object of `new`, by the medium of its cause."""
    gathering = policy(region_code).gathering
    fault = needs_arrival(new, lead, gathering)
    if fault is None:
        return None
    templates = templates_in_force(region_code)
    try:
        template = templates.template_of(fault.cause)
    except KeyError:  # a cause of an older version of the templates
        return None
    medium = templates.media.get(template.medium)
    if medium is None:
        return None
    within_s = template.within_h * 3600
    found = way_between(
        region_code, fault.asset_code, new.asset_code, medium=medium, within_s=within_s, within_m=gathering.reach_m
    )
    if found is None:
        return None
    return Arrival(found.travel_time_s, within_s, by_flow=medium.open_ways <= FLOW)
