"""The firm's dual prevention in the weeks before the story: risks graded, measures, checks made, a danger closed and one open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tocsin.workshop.demo.public.timeline import Act
from tocsin.workshop.demo.tank_farm.place import UNIT, firm_of_story, person, unit_of_story

if TYPE_CHECKING:
    from tocsin.hazchem.prevention.models import CheckTask


@dataclass(frozen=True)
class Risk:
    """An event with one measure and its check; L and S of the LS scale."""

    part: str
    text: str
    cause: str
    consequence: str
    likelihood: int
    severity: int
    kind: str
    measure: str
    check: str
    period: str


RISKS: Final = (
    Risk(
        "V-2101 甲苯储罐",
        "甲苯满罐溢出",
        "液位计失灵，进料未切断",
        "池火、中毒",
        3,
        5,
        "engineering",
        "高高液位联锁切断进料",
        "现场试验高高液位联锁，确认进料阀关闭",
        "month",
    ),
    Risk(
        "V-2101 甲苯储罐",
        "出料管线法兰泄漏",
        "垫片老化，螺栓松动",
        "可燃气体积聚，遇火源爆燃",
        3,
        4,
        "maintenance",
        "法兰密封点每周检查，垫片按期更换",
        "逐个检查密封点有无渗漏、气味",
        "week",
    ),
    Risk(
        "V-2102 甲醇储罐",
        "呼吸阀堵塞，储罐抽瘪",
        "阻火器冻结或脏堵",
        "罐体破裂泄漏",
        2,
        4,
        "maintenance",
        "呼吸阀、阻火器定期清理",
        "检查呼吸阀动作灵活、阻火器无结霜",
        "week",
    ),
    Risk(
        "V-2103 液氨储罐",
        "液氨泄漏",
        "安全阀前切断阀误关，超压",
        "人员中毒，影响厂外",
        2,
        5,
        "operation",
        "安全阀前切断阀铅封常开",
        "核对铅封完好、阀位全开",
        "week",
    ),
    Risk(
        "罐区作业",
        "罐区动火引燃油气",
        "未测爆、未清理",
        "火灾爆炸",
        3,
        5,
        "emergency",
        "动火点配备灭火器材和消防水",
        "检查消防器材数量和压力",
        "month",
    ),
)
SEALS: Final = RISKS[1]
VALVES: Final = RISKS[2]


def acts_of_ledger(begin: datetime) -> Iterator[Act]:
    """What the firm did in the month before, and its commitments of the last mornings."""
    day = timedelta(days=1)
    yield Act(begin - 40 * day, _enter_risks)
    for before in (28, 21, 14, 7):
        yield Act(begin - before * day, _make_weekly_checks)
    yield Act(begin - 20 * day, lambda now: _find(now, VALVES, "阻火器结霜，呼吸阀动作迟缓"))
    yield Act(begin - 18 * day, _close_dangers)
    yield Act(begin - 3 * day, lambda now: _find(now, SEALS, "出料管线 3 号法兰有甲苯气味，垫片已老化"))
    for before in (3, 2, 1):
        yield Act(begin - before * day + timedelta(hours=4), sign_commitment_of_day)
    yield Act(begin + timedelta(hours=5), sign_commitment_of_day, f"{UNIT}: the principal signs today's safety commitment")


def _enter_risks(now: datetime) -> None:
    from tocsin.hazchem.prevention.rules.grading import Factors
    from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, MeasureKind, RiskMethod, RiskScale
    from tocsin.hazchem.prevention.rules.sheets import AnalysisObjectSheet, CheckSheet, EventSheet, MeasureSheet, PlaceSheet
    from tocsin.hazchem.prevention.services import checks, ledger

    officer, unit = person("plant"), unit_of_story()
    for one in RISKS:
        place = PlaceSheet(risk_object=UNIT, unit=one.part, plant_unit_id=unit.pk)
        sheet = EventSheet(
            text=one.text,
            cause=one.cause,
            consequence=one.consequence,
            method=RiskMethod.JHA,
            factors=Factors(RiskScale.LS, one.likelihood, one.severity),
        )
        event = ledger.enter_event(actor=officer, object_id=unit.object_id, place=place, sheet=sheet, now=now)
        held = MeasureSheet(kind=MeasureKind(one.kind), text=one.measure)
        measure = ledger.enter_measure(actor=officer, event_id=event.pk, sheet=held)
        asked = CheckSheet(text=one.check, period=CheckPeriod(one.period), person_id=officer.pk)
        checks.plan_check(actor=officer, measure_id=measure.pk, sheet=asked, now=now)
    answers = AnalysisObjectSheet(name=UNIT, department="储运车间", person_id=person("plant_lead").pk)
    ledger.change_risk_object(actor=officer, risk_object_id=event.unit.risk_object_id, sheet=answers)


def _tasks() -> "list[CheckTask]":
    from tocsin.hazchem.prevention.models import CheckTask

    return list(CheckTask.objects.filter(object=firm_of_story(), active=True).order_by("text"))


def _make_weekly_checks(now: datetime) -> None:
    """All are in order; what is not has an act of its own."""
    from tocsin.hazchem.prevention.services.checks import enter_result

    for task in _tasks():
        if task.period == "week":
            enter_result(actor=person("plant"), check_id=task.pk, normal=True, now=now)


def _find(now: datetime, risk: Risk, text: str) -> None:
    """A check finds something that is not in order: it opens a hidden danger."""
    from tocsin.hazchem.prevention.services.checks import enter_result

    task = next(one for one in _tasks() if one.text == risk.check)
    enter_result(actor=person("plant"), check_id=task.pk, normal=False, text=text, now=now)


def _close_dangers(now: datetime) -> None:
    """The firm mends what its checks found so far, and closes it."""
    from tocsin.base.ids import new_id
    from tocsin.fieldwork.rules import NewAct
    from tocsin.hazchem.prevention.models import CheckResult
    from tocsin.hazchem.prevention.services.following import mend_measures
    from tocsin.supervision.inspections.rules.findings import FindingAct, FindingData
    from tocsin.supervision.inspections.services.findings import enter_finding

    rows = CheckResult.objects.filter(object=firm_of_story(), open_danger=True, finding__isnull=False)
    for finding in rows.values_list("finding_id", flat=True):
        data = FindingData(text="已清理阻火器，更换呼吸阀弹簧，试验合格")
        if finding is not None:
            act = NewAct(id=new_id(), subject_id=finding, act=FindingAct.CLOSE_OWN, at=now, data=data)
            enter_finding(actor=person("plant"), act=act)
    mend_measures(now=now)


def sign_commitment_of_day(now: datetime) -> None:
    """As the form begins: with what is seen; what would differ is explained."""
    from tocsin.hazchem.commitments.queries.seen import see_firm
    from tocsin.hazchem.commitments.rules import as_seen
    from tocsin.hazchem.commitments.services.signing import sign_commitment

    firm = firm_of_story()
    sign_commitment(
        actor=person("plant_lead"),
        object_id=firm.pk,
        stated=as_seen(see_firm(firm, now)),
        principal=str(person("plant_lead").name),
        explanation="夜间泄漏已切断，正在更换垫片。",
        now=now,
    )
