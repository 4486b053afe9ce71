"""Which version of the points policy holds for which region on which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils import timezone

from tocsin.records.face import working_days
from tocsin.screens.clock import current_time
from tocsin.supervision.points.policy import PointsRules, rules_of, shipped_rules
from tocsin.supervision.versions.queries import version_of, versions_in_force


@dataclass(frozen=True)
class InForce:
    """One version, and the prefix of the region codes that it holds for."""

    version: str
    prefix: str
    rules: PointsRules


def rules_in_force(day: date) -> list[InForce]:
    """The versions of that day: the narrower region wins, what a city made wins over what is shipped, then the newer one."""
    found = versions_in_force("points", day)
    return [InForce(row.version, prefix, rules_of_version(row.version)) for prefix, row in found]


def rules_for(in_force: Sequence[InForce], region_code: str) -> InForce:
    """The one of a region; LookupError where none governs it, which can't be once the shipped version is stored."""
    return next(one for one in in_force if region_code.startswith(one.prefix))


@lru_cache(maxsize=64)
def rules_of_version(version: str) -> PointsRules:
    """The rules that a version holds. A version that rows name never changes."""
    return rules_of(version_of("points", version).content)


def rules_for_today(region_code: str) -> PointsRules:
    """The rules that hold in a region today; the shipped ones as long as no night has stored any."""
    today = timezone.localtime(current_time()).date()
    return next((one.rules for one in rules_in_force(today) if region_code.startswith(one.prefix)), shipped_rules())


def appeal_until(day: date, within_working_days: int) -> date:
    """The last day of an appeal: the points of a day are known on the next one, from which the working days count."""
    return working_days().after(day + timedelta(days=1), within_working_days)
