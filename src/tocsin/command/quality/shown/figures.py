"""Figures about alarms as people read them: names beside keys, and whether each is within its target."""

from typing import Any

from django.utils.translation import gettext_lazy

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.shown.outcomes import FALSE_ALARM_NAMES
from tocsin.command.quality.models import NoisyList
from tocsin.command.quality.policy import quality
from tocsin.command.quality.rules import Finding
from tocsin.engine.tuning import TUNED, Trial, Way, gentlest
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.face import AlarmWords, Tried, alarms_by_id

WAY_NAMES = {
    Way.LONGER_CLEAR: gettext_lazy("ends after more calm readings"),
    Way.WIDER_CLEAR: gettext_lazy("ends farther inside the limit"),
    Way.BOTH_CLEARS: gettext_lazy("ends farther inside, after more calm readings"),
    Way.ONE_MORE_READING: gettext_lazy("begins one reading later"),
}


def describe_quality(found: dict[str, Any]) -> dict[str, Any]:
    """`queries.quality.alarm_quality` with words for points, levels and causes, and a verdict on each figure with a target."""
    alarms = {alarm.pk: AlarmWords.from_orm(alarm) for alarm in alarms_by_id(one["alarm_id"] for one in found["top"])}
    target = quality().target
    causes = [{**one, "name": str(FALSE_ALARM_NAMES.get(one["code"], one["code"]))} for one in found["false_alarms"]["causes"]]
    share_of_top = sum(one["share"] for one in found["top"])
    rate = found["per_operator_hour"]
    return {
        **found,
        "top": [
            {
                **one,
                "title": alarms[one["alarm_id"]].title,
                "place": alarms[one["alarm_id"]].place,
                "tunable": one["rule"] in TUNED,
            }
            for one in found["top"]
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


FINDING_NAMES = {
    Finding.PROPOSED: gettext_lazy("a gentle way helps"),
    Finding.NO_WAY: gettext_lazy("no gentle way helps: look at the sensor, its place or its limit"),
    Finding.NOT_TUNED: gettext_lazy("no rule with levels of a sensor: look at what rings"),
    Finding.NO_HISTORY: gettext_lazy("its history could not be read"),
}


def describe_noisy(found: NoisyList) -> dict[str, Any]:
    """One week's list with words for points and ways."""
    alarms = {str(alarm.pk): AlarmWords.from_orm(alarm) for alarm in alarms_by_id(one["alarm_id"] for one in found.rules)}
    return {
        "region_code": found.region_code,
        "week_from": found.week_from,
        "week_until": found.week_until,
        "written_at": found.written_at,
        "alarms": found.alarms,
        "rules": [
            {
                **one,
                "title": alarms[one["alarm_id"]].title,
                "place": alarms[one["alarm_id"]].place,
                "finding_name": str(FINDING_NAMES[Finding(one["finding"])]),
                "way_name": str(WAY_NAMES[Way(one["way"])]) if one["way"] else "",
            }
            for one in found.rules
            if one["alarm_id"] in alarms
        ],
    }


def describe_tried(tried: Tried) -> dict[str, Any]:
    """Every way tried with its effect, and the one proposed: the gentlest that helps, or none."""
    policy = quality().proposal
    best = gentlest(tried.trials, least_share=policy.least_share, later_s=policy.later_s)
    return {
        "alarm_id": tried.alarm.pk,
        "title": AlarmWords.from_orm(tried.alarm).title,
        "place": AlarmWords.from_orm(tried.alarm).place,
        "rule": tried.alarm.rule,
        "profile": tried.profile.name,
        "readings": tried.readings,
        "weeks": policy.weeks,
        "proposed": best.way.value if best else None,
        "ways": [
            {
                "way": one.way.value,
                "name": str(WAY_NAMES[one.way]),
                "before": one.before,
                "after": one.after,
                "lost": one.lost,
                "later_s": one.later_s,
                "left_open": one.left_open,
                "changes": changes_of(tried, one),
            }
            for one in tried.trials
        ],
    }


def changes_of(tried: Tried, trial: Trial) -> list[str]:
    """The keys of the rule's lowest level that differ, as they stand in a profile: `clear_readings = 9  # was 3`."""
    side = tried.alarm.rule
    old, new = (getattr(profile, side)[0] for profile in (tried.profile, trial.profile))
    keys = ("clear", "clear_readings", "hold_readings")
    return [f"{key} = {getattr(new, key):g}  # {getattr(old, key):g}" for key in keys if getattr(new, key) != getattr(old, key)]
