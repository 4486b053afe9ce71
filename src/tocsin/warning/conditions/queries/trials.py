"""A draft of conditions tried on what alarms, readings and the history say now."""

from typing import TYPE_CHECKING, Any

from tocsin.base.time import ms_from_datetime
from tocsin.base.toml import write_toml
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.screens.clock import current_time
from tocsin.warning.conditions.policy import read_conditions
from tocsin.warning.conditions.queries.holding import holding, ringing
from tocsin.warning.conditions.queries.values import regions

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion


def try_conditions(row: "PolicyVersion", content: dict[str, Any]) -> dict[str, Any]:
    """By condition that is on, at how many sensors of the version's region it holds at this moment, and at how many it rings.

    Unavailable where the history can't be read.
    """
    policy, now_ms = read_conditions(write_toml(content).encode(), row.policy), ms_from_datetime(current_time())
    holds = dict.fromkeys((one.code for one in policy.on), 0)
    rings = dict(holds)
    for region in regions():
        if not region.code.startswith(governing_prefix(row.region_code)):
            continue
        region.work_out(policy, now_ms)
        for condition in policy.on:
            told = ringing(condition.code, region.code)
            held, _unknown = holding(condition, region, policy, told, now_ms)
            holds[condition.code] += len(held)
            rings[condition.code] += len(told)
    return {f"{code}.{name}": count for code in holds for name, count in (("holds", holds[code]), ("rings", rings[code]))}
