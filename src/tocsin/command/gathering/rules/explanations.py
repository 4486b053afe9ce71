"""Which alarms belong to one case, and why: values in, a named reason with its figures out.

One diagnosis explains two alarms when they ring at the same place, when both name the same fault, or when the fault that explains
the first can have reached the second by then. Every join has one reason of a fixed list; the first that holds is the one told.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.base.geometry import distance_m
from tocsin.base.percent import told_percent
from tocsin.command.casebook.rules.alarm_facts import MS_PER_HOUR, AlarmFacts, Cause, Figure, Join, Reason

if TYPE_CHECKING:
    from tocsin.command.casebook.rules.gathering_figures import Gathering


@dataclass(frozen=True)
class Arrival:
    """How the medium of a cause comes from the place at fault to an alarm: seconds, and whether with the flow of drains alone."""

    seconds: float
    within_s: float
    by_flow: bool


def why_together(new: AlarmFacts, lead: AlarmFacts, arrival: Arrival | None, policy: "Gathering") -> Join | None:
    """Does the diagnosis of `lead` explain `new`? `arrival` says how its fault reaches `new`, None where it does not."""
    lost = _lost_together(new, lead)
    if lost is not None:
        return lost
    if _instrument(lead, policy) or _instrument(new, policy):
        return _same_device(new, lead, policy)
    if contradicts(new, lead, policy):
        return None
    found = _same_place(new, lead, policy) or _same_fault(new, lead, policy)
    if found is not None:
        return found
    return _reached(new, lead, arrival, policy) or _same_storm(new, lead, policy)


def needs_arrival(new: AlarmFacts, lead: AlarmFacts, policy: "Gathering") -> Cause | None:
    """The fault whose way to `new` is worth searching for; None where the answer can't matter."""
    fault = _decided(lead, policy)
    if fault is None or not fault.asset_code or not new.asset_code or _instrument(new, policy) or contradicts(new, lead, policy):
        return None
    far = _metres(
        new.lon, new.lat, fault.lon if fault.lon is not None else lead.lon, fault.lat if fault.lat is not None else lead.lat
    )
    return fault if far is not None and far <= policy.reach_m else None


def contradicts(new: AlarmFacts, lead: AlarmFacts, policy: "Gathering") -> bool:
    """Both have been diagnosed, the new one as something decidedly else."""
    fault, own = _decided(lead, policy), new.first
    if fault is None or own is None or own.cause == fault.cause or own.cause in policy.placeless_causes:
        return False
    return own.probability >= policy.contrary_probability and new.share_of(fault.cause) < policy.agreeing_probability


def _lost_together(new: AlarmFacts, lead: AlarmFacts) -> Join | None:
    if not new.lost_with or new.lost_with != lead.lost_with:
        return None
    reason = Reason.SHARED_STATION if new.lost_kind == "station" else Reason.SHARED_GATEWAY
    return Join(reason, {"code": new.lost_with})


def _instrument(alarm: AlarmFacts, policy: "Gathering") -> bool:
    first = alarm.first
    return first is not None and first.cause in policy.instrument_causes and first.probability >= policy.enough_probability


def _same_device(new: AlarmFacts, lead: AlarmFacts, policy: "Gathering") -> Join | None:
    """A faulty or tested instrument explains what the same device says, and nothing else."""
    if not new.device or new.device != lead.device or not _within_hours(new, lead, policy.same_place_h):
        return None
    return Join(Reason.SAME_PLACE, _apart(new, lead, 0.0))


def _same_place(new: AlarmFacts, lead: AlarmFacts, policy: "Gathering") -> Join | None:
    metres = _metres(new.lon, new.lat, lead.lon, lead.lat)
    same = bool(new.asset_code) and new.asset_code == lead.asset_code
    if not (same or (metres is not None and metres <= policy.same_place_m)) or not _within_hours(new, lead, policy.same_place_h):
        return None
    return Join(Reason.SAME_PLACE, _apart(new, lead, metres or 0.0))


def _same_fault(new: AlarmFacts, lead: AlarmFacts, policy: "Gathering") -> Join | None:
    """Both diagnoses name one cause, at one asset or at assets close together."""
    fault = _decided(lead, policy)
    if fault is None or not _within_hours(new, lead, policy.same_cause_h):
        return None
    for own in new.hypotheses:
        if own.cause != fault.cause or own.probability < policy.agreeing_probability or not own.asset_code:
            continue
        shares: dict[str, Figure] = {
            "cause": fault.cause,
            "percent": told_percent(own.probability),
            "percent_of_case": told_percent(fault.probability),
        }
        metres = _metres(own.lon, own.lat, fault.lon, fault.lat)
        if own.asset_code == fault.asset_code:
            return Join(Reason.SAME_SEGMENT, {"asset": fault.asset_code, **shares})
        if metres is not None and metres <= policy.same_cause_m:
            return Join(
                Reason.SAME_CAUSE, {"asset": fault.asset_code, "own_asset": own.asset_code, "metres": round(metres), **shares}
            )
    return None


def _reached(new: AlarmFacts, lead: AlarmFacts, arrival: Arrival | None, policy: "Gathering") -> Join | None:
    """The fault reaches the new alarm by the ways of the network, and there was time for it: a cause precedes its effect."""
    fault = _decided(lead, policy)
    if fault is None or arrival is None or arrival.seconds > arrival.within_s:
        return None
    if new.first is not None and new.share_of(fault.cause) < policy.agreeing_probability and not _undecided(new, policy):
        return None
    began_ms = fault.onset_ms if fault.onset_ms is not None else lead.raised_ms
    waited_s = (new.raised_ms - began_ms) / 1000
    if waited_s < policy.earliest_arrival_share * arrival.seconds or waited_s > arrival.within_s:
        return None
    figures: dict[str, Figure] = {
        "cause": fault.cause,
        "asset": fault.asset_code,
        "travel_min": round(arrival.seconds / 60),
        "after_min": round(waited_s / 60),
    }
    return Join(Reason.DOWNSTREAM_OF if arrival.by_flow else Reason.WITHIN_TRAVEL_TIME, figures)


def _same_storm(new: AlarmFacts, lead: AlarmFacts, policy: "Gathering") -> Join | None:
    """Rain fills many drains at once, without a way from one to the next."""
    fault, own = _decided(lead, policy), _decided(new, policy)
    if fault is None or own is None or fault.cause not in policy.storm_causes or own.cause not in policy.storm_causes:
        return None
    metres = _metres(new.lon, new.lat, lead.lon, lead.lat)
    if metres is None or metres > policy.storm_m or not _within_hours(new, lead, policy.storm_h):
        return None
    return Join(Reason.SAME_STORM, _apart(new, lead, metres))


def _decided(alarm: AlarmFacts, policy: "Gathering") -> Cause | None:
    """The cause that explains other alarms: likely enough, and one that can have a place."""
    first = alarm.first
    if first is None or first.cause in policy.placeless_causes or first.probability < policy.enough_probability:
        return None
    return first


def _undecided(alarm: AlarmFacts, policy: "Gathering") -> bool:
    return _decided(alarm, policy) is None


def _within_hours(new: AlarmFacts, lead: AlarmFacts, hours: float) -> bool:
    return abs(new.raised_ms - lead.raised_ms) <= hours * MS_PER_HOUR


def _apart(new: AlarmFacts, lead: AlarmFacts, metres: float) -> dict[str, Figure]:
    return {"metres": round(metres), "after_min": round((new.raised_ms - lead.raised_ms) / 60_000)}


def _metres(lon_a: float | None, lat_a: float | None, lon_b: float | None, lat_b: float | None) -> float | None:
    if lon_a is None or lat_a is None or lon_b is None or lat_b is None:
        return None
    return distance_m(lon_a, lat_a, lon_b, lat_b)
