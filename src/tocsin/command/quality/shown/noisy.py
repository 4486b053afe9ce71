"""Noisy rules and quieter settings for them as people and programs read them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy
from ninja import Field, Schema

from tocsin.base.decoding import convert
from tocsin.command.quality.models import NoisyList
from tocsin.command.quality.policy import quality
from tocsin.command.quality.rules import Finding, NoisyRule
from tocsin.engine.tuning import Trial, Way, gentlest
from tocsin.warning.face import AlarmWords, Tried, alarms_by_id

WAY_NAMES = {
    Way.LONGER_CLEAR: gettext_lazy("ends after more calm readings"),
    Way.WIDER_CLEAR: gettext_lazy("ends farther inside the limit"),
    Way.BOTH_CLEARS: gettext_lazy("ends farther inside, after more calm readings"),
    Way.ONE_MORE_READING: gettext_lazy("begins one reading later"),
}
FINDING_NAMES = {
    Finding.PROPOSED: gettext_lazy("a gentle way helps"),
    Finding.NO_WAY: gettext_lazy("no gentle way helps: look at the sensor, its place or its limit"),
    Finding.NOT_TUNED: gettext_lazy("no rule with levels of a sensor: look at what rings"),
    Finding.NO_HISTORY: gettext_lazy("its history could not be read"),
}


class ProposedWayOut(Schema):
    """One way to make the rule quieter, tried on the readings of its sensor."""

    way: str = Field(description="longer_clear, wider_clear, both_clears or one_more_reading")
    name: str
    before: int = Field(description="times that it rang with the settings as they are")
    after: int
    lost: int = Field(description="alarms of a higher level that would not be told at once; a proposal loses none")
    later_s: float = Field(description="the longest delay of an alarm that remains")
    left_open: bool = Field(description="it would not have ended any more")
    changes: list[str] = Field(description="keys of the lowest level with their new values, the old ones behind #")


class TriedOut(Schema):
    alarm_id: UUID
    title: str
    place: str
    rule: str
    profile: str
    readings: int
    weeks: int
    proposed: str | None = Field(description="the gentlest way that helps; none: look at the sensor, its place or its limit")
    ways: list[ProposedWayOut] = Field(description="empty for a rule without levels")


class NoisyRuleOut(Schema):
    """One noisy point of a week."""

    alarm_id: UUID = Field(description="the newest alarm of the point")
    title: str
    place: str
    rule: str
    alarms: int
    share: float
    finding: str = Field(description=f"one of {', '.join(Finding)}")
    finding_name: str
    way: str = Field(description="what is proposed; empty for nothing")
    way_name: str
    changes: list[str]
    readings: int
    before: int = Field(description="times that it rang in the history tried")
    after: int = Field(description="times that it would have rung")
    later_s: float


class NoisyListOut(Schema):
    region_code: str
    week_from: datetime
    week_until: datetime
    written_at: datetime
    alarms: int = Field(description="of the region in that week")
    rules: list[NoisyRuleOut]


def describe_noisy(noisy_list: NoisyList) -> NoisyListOut:
    """One week's list with words for points and ways."""
    rules = convert(noisy_list.rules, list[NoisyRule])
    words = {alarm.pk: AlarmWords.from_orm(alarm) for alarm in alarms_by_id(one.alarm_id for one in rules)}
    return NoisyListOut(
        region_code=noisy_list.region_code,
        week_from=noisy_list.week_from,
        week_until=noisy_list.week_until,
        written_at=noisy_list.written_at,
        alarms=noisy_list.alarms,
        rules=[_noisy_rule(one, words[one.alarm_id]) for one in rules if one.alarm_id in words],
    )


def _noisy_rule(noisy_rule: NoisyRule, words: AlarmWords) -> NoisyRuleOut:
    return NoisyRuleOut(
        alarm_id=noisy_rule.alarm_id,
        title=words.title,
        place=words.place,
        rule=noisy_rule.rule,
        alarms=noisy_rule.alarms,
        share=noisy_rule.share,
        finding=noisy_rule.finding.value,
        finding_name=str(FINDING_NAMES[noisy_rule.finding]),
        way=noisy_rule.way,
        way_name=str(WAY_NAMES[Way(noisy_rule.way)]) if noisy_rule.way else "",
        changes=list(noisy_rule.changes),
        readings=noisy_rule.readings,
        before=noisy_rule.before,
        after=noisy_rule.after,
        later_s=noisy_rule.later_s,
    )


def describe_tried(tried: Tried) -> TriedOut:
    """Every way tried with its effect, and the one proposed: the gentlest that helps, or none."""
    policy = quality().proposal
    best = gentlest(tried.trials, least_share=policy.least_share, later_s=policy.later_s)
    words = AlarmWords.from_orm(tried.alarm)
    return TriedOut(
        alarm_id=tried.alarm.pk,
        title=words.title,
        place=words.place,
        rule=tried.alarm.rule,
        profile=tried.profile.name,
        readings=tried.readings,
        weeks=policy.weeks,
        proposed=best.way.value if best else None,
        ways=[
            ProposedWayOut(
                way=one.way.value,
                name=str(WAY_NAMES[one.way]),
                before=one.before,
                after=one.after,
                lost=one.lost,
                later_s=one.later_s,
                left_open=one.left_open,
                changes=changes_of(tried, one),
            )
            for one in tried.trials
        ],
    )


def changes_of(tried: Tried, trial: Trial) -> list[str]:
    """The keys of the rule's lowest level that differ, as they stand in a profile: `clear_readings = 9  # was 3`."""
    side = tried.alarm.rule
    old, new = (getattr(profile, side)[0] for profile in (tried.profile, trial.profile))
    keys = ("clear", "clear_readings", "hold_readings")
    return [f"{key} = {getattr(new, key):g}  # {getattr(old, key):g}" for key in keys if getattr(new, key) != getattr(old, key)]
