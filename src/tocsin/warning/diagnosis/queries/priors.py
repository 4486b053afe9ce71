"""The priors that a region has learnt from findings: the narrowest region with enough of them, or those that were shipped."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from tocsin.engine.diagnosis.judge import UNKNOWN
from tocsin.engine.diagnosis.learning import causes_of, learnt_shares, shipped_shares, with_learnt
from tocsin.engine.diagnosis.templates import Templates
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.warning.causes.policy.checks import CHECKS
from tocsin.warning.diagnosis.models import PriorReset
from tocsin.warning.diagnosis.queries import findings as queries
from tocsin.warning.diagnosis.queries.template_sets import templates_in_force
from tocsin.warning.diagnosis.rules import NOT_FOUND, OTHER_CAUSE


@dataclass(frozen=True)
class Taught:
    """How often each cause was found in `region_code`; `enough` to learn from. `reset`: when it last began anew."""

    region_code: str
    counts: Mapping[str, int]
    enough: bool
    reset: PriorReset | None

    @property
    def findings(self) -> int:
        """How many events taught it."""
        return sum(self.counts.values())

    def shares(self) -> list[tuple[str, float, float, int]]:
        """(cause, prior share in force, learnt prior share, findings) of every cause, the likeliest learnt one first."""
        templates = templates_in_force(self.region_code)
        causes, shipped = causes_of(templates), shipped_shares(templates)
        found = [self.counts.get(cause, 0) for cause in causes]
        learnt = learnt_shares(shipped, found, CHECKS.current().learning)
        rows = zip(causes, shipped.tolist(), learnt.tolist(), found, strict=True)
        return sorted(rows, key=lambda row: (-row[2], row[0]))


def regions_above(region_code: str) -> list[str]:
    """The region and those above it, the narrowest first.

    >>> regions_above("370213")
    ['370213', '370200', '370000', '000000']
    """
    above = [region_code, region_code[:4] + "00", region_code[:2] + "0000", EVERYWHERE]
    return list(dict.fromkeys(above))


def taught_in(region_code: str) -> Taught:
    """What findings of that region and below taught since its last reset.

    One event with many alarms teaches once: findings of one cause at one asset on one day count as one.
    """
    events = set()
    for cause, region, asset_code, found_at, alarm_id in queries.findings_that_teach(region_code):
        if cause != NOT_FOUND:
            known = UNKNOWN if cause == OTHER_CAUSE else cause
            events.add((known, region, asset_code or str(alarm_id), timezone.localdate(found_at)))
    counts = Counter(event[0] for event in events)
    enough = len(events) >= CHECKS.current().learning.least_findings
    return Taught(region_code, counts, enough, queries.last_reset(region_code))


def taught_for(region_code: str) -> Taught:
    """What an alarm of this region is judged with: the narrowest region above it that has enough findings."""
    taught = [taught_in(region) for region in regions_above(region_code)]
    return next((one for one in taught if one.enough), taught[-1])


def templates_for(region_code: str) -> Templates:
    """The causes in force with the priors learnt for this region."""
    return with_learnt(templates_in_force(region_code), taught_for(region_code).counts, CHECKS.current().learning)
