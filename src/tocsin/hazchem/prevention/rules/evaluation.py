"""The seven elements of the official evaluation of a digital dual prevention, and what each point of theirs is given for.

Source: 危险化学品企业双重预防机制数字化建设运行成效评估标准(试行), with the work guide of March 2022; points by element
(A). How a share of a point is seen in the ledger is our own reading (C).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec


class Element(StrEnum):
    """The seven elements, in the order of the standard."""

    MECHANISM = "mechanism"  # 工作推进机制
    GRADING = "grading"  # 安全风险分级管控
    DANGERS = "dangers"  # 隐患治理
    SYSTEM = "system"  # 信息化系统
    INCENTIVE = "incentive"  # 激励约束机制
    IMPROVEMENT = "improvement"  # 持续改进提升
    EXTRA = "extra"  # 提升功能


class Criterion(StrEnum):
    """Their parts."""

    BODY = "body"  # leading body
    PLAN = "plan"
    TRAINING = "training"  # of all staff
    RULES = "rules"
    UNITS = "units"  # analysis units
    ASSESSMENT = "assessment"  # identification and assessment
    RISK_MAP = "risk_map"
    MEASURES = "measures"
    CONTROL = "control"  # graded control
    CHECK_TASKS = "check_tasks"
    CHECKS = "checks"
    ACCEPTANCE = "acceptance"
    REQUIREMENTS = "requirements"  # what the system must do
    INCENTIVES = "incentives"
    REASSESSMENT = "reassessment"  # dynamic assessment
    ADVANCED = "advanced"


POINTS: Final[Mapping[Criterion, tuple[Element, float]]] = {
    Criterion.BODY: (Element.MECHANISM, 2),
    Criterion.PLAN: (Element.MECHANISM, 2),
    Criterion.TRAINING: (Element.MECHANISM, 4),
    Criterion.RULES: (Element.MECHANISM, 2),
    Criterion.UNITS: (Element.GRADING, 5),
    Criterion.ASSESSMENT: (Element.GRADING, 5),
    Criterion.RISK_MAP: (Element.GRADING, 2),
    Criterion.MEASURES: (Element.GRADING, 4),
    Criterion.CONTROL: (Element.GRADING, 4),
    Criterion.CHECK_TASKS: (Element.DANGERS, 5),
    Criterion.CHECKS: (Element.DANGERS, 14),
    Criterion.ACCEPTANCE: (Element.DANGERS, 5),
    Criterion.REQUIREMENTS: (Element.SYSTEM, 30),
    Criterion.INCENTIVES: (Element.INCENTIVE, 6),
    Criterion.REASSESSMENT: (Element.IMPROVEMENT, 10),
    Criterion.ADVANCED: (Element.EXTRA, 10),
}
"""By part its element and the most it gives: 100, and 10 extra."""
BY_RECORD: Final = (Criterion.BODY, Criterion.PLAN, Criterion.TRAINING, Criterion.RULES, Criterion.INCENTIVES)
"""Parts that no row of the ledger can show: the firm keeps a record of each."""


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a part is judged by: so many of so many; `of` 0: there is nothing to judge by."""

    have: float
    of: float


class CriterionPoints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a part is given, and for what."""

    criterion: Criterion
    points: float
    most: float
    have: float
    of: float


def points_of(evidence: Mapping[Criterion, Evidence]) -> list[CriterionPoints]:
    """The points of every part, in order: its share of what it gives at most, to hundredths; nothing to judge by gives nothing.

    >>> rows = points_of({one: Evidence(1, 2) for one in Criterion})
    >>> sum(one.points for one in rows), rows[10].points
    (55.0, 7.0)
    """
    found = []
    for criterion, (_element, most) in POINTS.items():
        one = evidence.get(criterion, Evidence(0, 0))
        share = min(max(one.have / one.of, 0.0), 1.0) if one.of > 0 else 0.0
        found.append(CriterionPoints(criterion, round(most * share, 2), most, one.have, one.of))
    return found


def by_element(rows: "list[CriterionPoints]") -> dict[Element, tuple[float, float]]:
    """By element its points and the most of them."""
    found = dict.fromkeys(Element, (0.0, 0.0))
    for one in rows:
        element = POINTS[one.criterion][0]
        had, most = found[element]
        found[element] = (round(had + one.points, 2), most + one.most)
    return found
