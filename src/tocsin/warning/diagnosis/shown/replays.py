"""A replay as a page shows it: alarm by alarm before and after, and hit rates over those with a finding."""

import difflib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.percent import told_percent
from tocsin.engine.diagnosis.hit_rates import rate
from tocsin.screens.shapes import Name
from tocsin.warning.alarms.shown.alarms import place_of
from tocsin.warning.alarms.shown.sentences import alarm_title
from tocsin.warning.causes.shown.labels import cause_label, finding_words
from tocsin.warning.diagnosis.models import Finding, ReplayResult, ReplayRun
from tocsin.warning.diagnosis.queries import replays as queries
from tocsin.warning.diagnosis.queries.findings import findings_by_alarm
from tocsin.warning.diagnosis.queries.template_sets import text_of
from tocsin.warning.diagnosis.rules import NOT_FOUND, JudgedAgain
from tocsin.warning.diagnosis.shown.diagnoses import OwnerOut, describe_owner
from tocsin.warning.diagnosis.shown.hit_rates import RatesOut, describe_rates, scored_by

type Bodies = dict[tuple[str, str], OwnerOut | None]  # by code and region

SHOWN_CAUSES = 3
SAME = 5e-4
"""Probabilities that differ by less are shown as the same: the page gives them in whole and half per cent."""


class ReplayOut(Schema):
    id: UUID
    region_code: str
    at: datetime
    by: Name


class ReplayCauseOut(Schema):
    cause: str
    label: str
    percent: int


class ReplaySideOut(Schema):
    causes: list[ReplayCauseOut] = Field(description="the first, and of the two behind it what is above half a per cent")
    asset_code: str
    body: str = Field(description="to call first")
    is_right: bool = Field(description="the first cause is the one that was found")


class ReplayLineOut(Schema):
    alarm_id: UUID
    title: str
    place: str
    at: datetime = Field(description="readings up to then were used")
    found: str = Field(description="empty: nothing was found yet")
    error: str
    old: ReplaySideOut | None
    new: ReplaySideOut | None
    changed_cause: bool
    changed_body: bool
    changed: bool


class ReplayedOut(ReplayOut):
    text: str = Field(description="the edited causes")
    alarms: int
    done: int
    failed: int
    is_over: bool
    changed_cause: int
    changed_body: int
    changed: int
    before: dict[str, Any] = Field(
        description="rates of the causes that were in force, as at /hit-rates, over alarms with a finding"
    )
    after: dict[str, Any] = Field(description="rates of the edited causes")
    lines: list[ReplayLineOut]


class CausesOut(Schema):
    region_code: str
    text: str = Field(description="TOML")
    shipped: bool = Field(description="those that come with the program")
    since: datetime | None
    by: str | None
    reason: str | None


def describe_causes(region_code: str) -> CausesOut:
    """The causes with which a region is judged, as text."""
    chosen = queries.causes_in_force(region_code)
    return CausesOut(
        region_code=region_code,
        text=text_of(chosen),
        shipped=chosen is None or not chosen.text,
        since=chosen.confirmed_at if chosen else None,
        by=str(chosen.confirmed_by) if chosen else None,
        reason=chosen.reason if chosen else None,
    )


def describe_replay(run: ReplayRun) -> ReplayedOut:
    """What changed alarm by alarm (the changed ones first), and rates before and after, of what is judged so far."""
    rows = queries.replayed(run)
    findings = findings_by_alarm(row.diagnosis.alarm_id for row in rows)
    done = [row for row in rows if row.done_at is not None]
    judged = [row for row in done if not row.error]
    codes = {(side["body"], row.diagnosis.alarm.region_code) for row in judged for side in (row.old, row.new) if side}
    bodies = {one: describe_owner(*one) for one in codes}
    lines = [_line(row, findings.get(row.diagnosis.alarm_id), bodies) for row in done]
    return ReplayedOut(
        id=run.pk,
        region_code=run.region_code,
        at=run.at,
        by=str(run.by),
        text=run.text,
        alarms=len(rows),
        done=len(done),
        failed=len(done) - len(judged),
        is_over=len(done) == len(rows),
        changed_cause=sum(one.changed_cause for one in lines),
        changed_body=sum(one.changed_body for one in lines),
        changed=sum(one.changed for one in lines),
        before=_rates(judged, findings, "old").model_dump(),
        after=_rates(judged, findings, "new").model_dump(),
        lines=sorted(lines, key=lambda one: (not one.changed_cause, not one.changed_body, not one.changed)),
    )


def changes_of_text(run: ReplayRun) -> list[tuple[str, str]]:
    """("add" | "remove" | "place" | "", line) of the unified difference between the causes before and the edited ones."""
    kinds = {"+": "add", "-": "remove", "@": "place"}
    lines = difflib.unified_diff(text_of(run.before).splitlines(), run.text.splitlines(), lineterm="", n=2)
    return [(kinds.get(line[:1], ""), line) for line in list(lines)[2:]]


def _line(row: ReplayResult, finding: Finding | None, bodies: Bodies) -> ReplayLineOut:
    alarm = row.diagnosis.alarm
    line = ReplayLineOut(
        alarm_id=alarm.pk,
        title=alarm_title(alarm),
        place=place_of(alarm),
        at=row.diagnosis.at,
        found=finding_words(finding.cause, finding.cause_in_words) if finding else "",
        error=row.error,
        old=None,
        new=None,
        changed_cause=False,
        changed_body=False,
        changed=False,
    )
    if not row.error and row.old is not None and row.new is not None:
        line.old, line.new = (_side(side, bodies[side["body"], alarm.region_code], finding) for side in (row.old, row.new))
        line.changed_cause = line.old.causes[0].cause != line.new.causes[0].cause
        line.changed_body = row.old["body"] != row.new["body"]
        line.changed = _differs(row.old["ranking"], row.new["ranking"]) or row.old["asset_code"] != row.new["asset_code"]
    return line


def _side(side: JudgedAgain, body: OwnerOut | None, finding: Finding | None) -> ReplaySideOut:
    causes = [
        ReplayCauseOut(cause=one, label=cause_label(one), percent=told_percent(share)) for one, share, _owner in side["ranking"]
    ]
    return ReplaySideOut(
        causes=causes[:1] + [one for one in causes[1:SHOWN_CAUSES] if one.percent],
        asset_code=side["asset_code"],
        body=body.name if body else "",
        is_right=finding is not None and finding.cause == causes[0].cause,
    )


def _differs(old: Sequence[Sequence[Any]], new: Sequence[Sequence[Any]]) -> bool:
    before, after = {one[0]: one[1] for one in old}, {one[0]: one[1] for one in new}
    return any(abs(before.get(cause, 0.0) - after.get(cause, 0.0)) >= SAME for cause in before.keys() | after.keys())


def _rates(rows: Sequence[ReplayResult], findings: dict[UUID, Finding], side: str) -> RatesOut:
    """As on the page of hit rates, over the alarms whose cause was found."""
    pairs = [(findings.get(row.diagnosis.alarm_id), getattr(row, side)) for row in rows]
    return describe_rates(rate([scored_by(one, shown) for one, shown in pairs if one is not None and one.cause != NOT_FOUND]))
