"""Words of points: parts, lines, evidence, and acts that lift."""

from django.utils.translation import pgettext_lazy

from tocsin.engine.points.figures import Part
from tocsin.engine.points.ledger import PART_CODES
from tocsin.engine.points.scorer import Count
from tocsin.supervision.objects.policy.register import reads_chinese
from tocsin.supervision.points.policy import PointsRules

LADDER = ("green", "blue", "yellow", "red", "grey")
PART_NAMES = {
    Part.TASKS: pgettext_lazy("part of the score", "daily tasks"),
    Part.HAZARDS: pgettext_lazy("part of the score", "hidden dangers"),
    Part.MONITORING: pgettext_lazy("part of the score", "monitoring"),
    Part.PERSONS: pgettext_lazy("part of the score", "persons"),
    Part.COMMITMENTS: pgettext_lazy("part of the score", "commitments"),
}
OTHER_NAMES = {
    "start": pgettext_lazy("line of points", "start value of a new object"),
    "limit": pgettext_lazy("line of points", "brought into 0 to 100"),
    "appeal": pgettext_lazy("line of points", "given back by a won appeal"),
    "today": pgettext_lazy("line of points", "the day's own tasks (in no score)"),
}
COUNT_NAMES = {
    Count.TASKS_ON_TIME: pgettext_lazy("evidence of points", "done in time (by weight)"),
    Count.TASKS_LATE: pgettext_lazy("evidence of points", "done late (by weight)"),
    Count.TASKS_DUE: pgettext_lazy("evidence of points", "were due (by weight)"),
    Count.OVERDUE_ORDINARY: pgettext_lazy("evidence of points", "ordinary dangers overdue"),
    Count.OVERDUE_MAJOR: pgettext_lazy("evidence of points", "major dangers overdue"),
    Count.CHECKS: pgettext_lazy("evidence of points", "own checks, inspections, and dangers known"),
    Count.SENSORS: pgettext_lazy("evidence of points", "sensors"),
    Count.SENSORS_ONLINE: pgettext_lazy("evidence of points", "of them online"),
    Count.ALARMS: pgettext_lazy("evidence of points", "alarms of own sensors and questions about power"),
    Count.ALARMS_IN_TIME: pgettext_lazy("evidence of points", "of them handled in time"),
    Count.CERTIFICATES: pgettext_lazy("evidence of points", "certificates needed"),
    Count.CERTIFICATES_VALID: pgettext_lazy("evidence of points", "of them valid"),
    Count.SHIFTS: pgettext_lazy("evidence of points", "shifts of leading persons"),
    Count.SHIFTS_KEPT: pgettext_lazy("evidence of points", "of them on post"),
    Count.TRAININGS: pgettext_lazy("evidence of points", "training due (by weight)"),
    Count.TRAININGS_KEPT: pgettext_lazy("evidence of points", "of it done in time"),
    Count.COMMITMENTS: pgettext_lazy("evidence of points", "commitments due"),
    Count.COMMITMENTS_KEPT: pgettext_lazy("evidence of points", "of them in time"),
}
ACT_NAMES = {
    "task": pgettext_lazy("act that lifts", "do the task"),
    "finding": pgettext_lazy("act that lifts", "rectify the hidden danger"),
    "certificate": pgettext_lazy("act that lifts", "renew the certificate"),
    "sensor": pgettext_lazy("act that lifts", "bring the sensor online"),
    "alarm": pgettext_lazy("act that lifts", "end what the alarm is about"),
    "question": pgettext_lazy("act that lifts", "answer the question about power"),
    "red_line": pgettext_lazy("act that lifts", "end the red line"),
}
PART_OF_CODE = {code: part for part, code in PART_CODES.items()}


def points(hundredths: int | None) -> float | None:
    """Points of hundredths."""
    return None if hundredths is None else hundredths / 100


def kind_name(kind: str, rules: PointsRules) -> str:
    """What a fact or a consequence is called by a version of the policy; its key where that version knows it no more."""
    words = rules.words(kind)
    return kind if words is None else words[0 if reads_chinese() else 1]


def until_of(kind: str, rules: PointsRules) -> str:
    """Until when a red line makes red, in words; empty for what is none."""
    line = next((one for one in rules.red_line if one.kind == kind), None)
    return "" if line is None else line.until_zh if reads_chinese() else line.until_en


def reason_name(code: str, rules: PointsRules) -> str:
    """What a line of points is about: a part, or a fact."""
    part = PART_OF_CODE.get(code)
    return str(PART_NAMES[part]) if part is not None else kind_name(code, rules)
