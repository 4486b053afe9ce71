"""Figures about alarms as people read them: names beside keys, and whether each is within its target."""

from typing import Any

from tocsin.base.levels import AlarmLevel
from tocsin.command.descriptions.handling import FALSE_ALARM_NAMES
from tocsin.command.policy.quality import quality
from tocsin.warning.descriptions import alarm_words
from tocsin.warning.queries import alarms_by_id
from tocsin.warning.sentences import LEVEL_NAMES


def describe_quality(found: dict[str, Any]) -> dict[str, Any]:
    """`queries.quality.alarm_quality` with words for points, levels and causes, and a verdict on each figure with a target."""
    alarms = {alarm.pk: alarm_words(alarm) for alarm in alarms_by_id(one["alarm_id"] for one in found["top"])}
    target = quality().target
    causes = [{**one, "name": str(FALSE_ALARM_NAMES.get(one["code"], one["code"]))} for one in found["false_alarms"]["causes"]]
    share_of_top = sum(one["share"] for one in found["top"])
    rate = found["per_operator_hour"]
    return {
        **found,
        "top": [
            {**one, "title": alarms[one["alarm_id"]]["title"], "place": alarms[one["alarm_id"]]["place"]} for one in found["top"]
        ],
        "share_of_top": round(share_of_top, 4),
        "levels": [
            {"level": level.name.lower(), "name": str(LEVEL_NAMES[level.value]), "alarms": found["by_level"][level.name.lower()]}
            for level in sorted(AlarmLevel, reverse=True)
            if level
        ],
        "false_alarms": {**found["false_alarms"], "causes": causes},
        "target": {name: getattr(target, name) for name in target.__struct_fields__},
        "verdicts": {
            "per_operator_hour": "good" if rate <= target.per_hour else "warn" if rate <= target.per_hour_most else "bad",
            "flood_share": "good" if found["flood_share"] <= target.flood_share else "bad",
            "standing": "good" if found["standing"] < target.standing else "bad",
            "chattering": "good" if not found["chattering"] else "bad",
            "share_of_top": "good" if share_of_top <= target.share_of_top else "warn",
        },
    }
