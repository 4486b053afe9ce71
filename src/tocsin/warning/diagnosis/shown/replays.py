"""A replay as a page shows it: alarm by alarm before and after, and hit rates over those with a finding."""

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tocsin.engine.diagnosis.hit_rates import rate
from tocsin.warning.alarms.shown.alarms import alarm_words
from tocsin.warning.causes.rules import told_percent
from tocsin.warning.causes.shown.labels import cause_label, finding_words
from tocsin.warning.diagnosis.models import Finding, ReplayResult, ReplayRun
from tocsin.warning.diagnosis.queries import findings as queries_findings
from tocsin.warning.diagnosis.queries import replays as queries
from tocsin.warning.diagnosis.queries.template_sets import text_of
from tocsin.warning.diagnosis.rules import NOT_FOUND
from tocsin.warning.diagnosis.shown.diagnoses import describe_owner
from tocsin.warning.diagnosis.shown.hit_rates import describe_rates, scored_by

if TYPE_CHECKING:
    from uuid import UUID

type Bodies = dict[tuple[str, str], dict[str, Any] | None]  # by code and region

SHOWN_CAUSES = 3
SAME = 5e-4
"""Probabilities that differ by less are shown as the same: the page gives them in whole and half per cent."""


def describe_replay(run: ReplayRun) -> dict[str, Any]:
    """What changed alarm by alarm (the changed ones first), and rates before and after, of what is judged so far."""
    rows = queries.replayed(run)
    findings = queries_findings.findings_by_alarm(row.diagnosis.alarm_id for row in rows)
    done = [row for row in rows if row.done_at is not None]
    judged = [row for row in done if not row.error]
    codes = {(side["body"], row.diagnosis.alarm.region_code) for row in judged for side in (row.old, row.new) if side}
    bodies = {one: describe_owner(*one) for one in codes}
    lines = [_line(row, findings.get(row.diagnosis.alarm_id), bodies) for row in done]
    return {
        "alarms": len(rows),
        "done": len(done),
        "failed": len(done) - len(judged),
        "is_over": len(done) == len(rows),
        "changed_cause": sum(one["changed_cause"] for one in lines),
        "changed_body": sum(one["changed_body"] for one in lines),
        "changed": sum(one["changed"] for one in lines),
        "before": _rates(judged, findings, "old"),
        "after": _rates(judged, findings, "new"),
        "lines": sorted(lines, key=lambda one: (not one["changed_cause"], not one["changed_body"], not one["changed"])),
    }


def changes_of_text(run: ReplayRun) -> list[tuple[str, str]]:
    """("add" | "remove" | "place" | "", line) of the unified difference between the causes before and the edited ones."""
    kinds = {"+": "add", "-": "remove", "@": "place"}
    lines = difflib.unified_diff(text_of(run.before).splitlines(), run.text.splitlines(), lineterm="", n=2)
    return [(kinds.get(line[:1], ""), line) for line in list(lines)[2:]]


def _line(row: ReplayResult, finding: Finding | None, bodies: Bodies) -> dict[str, Any]:
    alarm = row.diagnosis.alarm
    found = finding_words(finding.cause, finding.cause_in_words) if finding else ""
    told = {"alarm_id": alarm.pk, **alarm_words(alarm), "at": row.diagnosis.at, "found": found, "error": row.error}
    if row.error or row.old is None or row.new is None:
        return {**told, "old": None, "new": None, "changed_cause": False, "changed_body": False, "changed": False}
    old, new = (_side(side, bodies[side["body"], alarm.region_code], finding) for side in (row.old, row.new))
    return {
        **told,
        "old": old,
        "new": new,
        "changed_cause": old["causes"][0]["cause"] != new["causes"][0]["cause"],
        "changed_body": row.old["body"] != row.new["body"],
        "changed": _differs(row.old["ranking"], row.new["ranking"]) or row.old["asset_code"] != row.new["asset_code"],
    }


def _side(side: dict[str, Any], body: dict[str, Any] | None, finding: Finding | None) -> dict[str, Any]:
    causes = [{"cause": one, "label": cause_label(one), "percent": told_percent(share)} for one, share, _owner in side["ranking"]]
    return {
        "causes": causes[:1] + [one for one in causes[1:SHOWN_CAUSES] if one["percent"]],
        "asset_code": side["asset_code"],
        "body": body["name"] if body else "",
        "is_right": finding is not None and finding.cause == causes[0]["cause"],
    }


def _differs(old: Sequence[Sequence[Any]], new: Sequence[Sequence[Any]]) -> bool:
    before, after = {one[0]: one[1] for one in old}, {one[0]: one[1] for one in new}
    return any(abs(before.get(cause, 0.0) - after.get(cause, 0.0)) >= SAME for cause in before.keys() | after.keys())


def _rates(rows: Sequence[ReplayResult], findings: "dict[UUID, Finding]", side: str) -> dict[str, Any]:
    """As on the page of hit rates, over the alarms whose cause was found."""
    pairs = [(findings.get(row.diagnosis.alarm_id), getattr(row, side)) for row in rows]
    return describe_rates(rate([scored_by(one, shown) for one, shown in pairs if one is not None and one.cause != NOT_FOUND]))
