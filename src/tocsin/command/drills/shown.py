"""Drills, their scripts and their evaluation as people and programs read them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, Drill
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.clocks import STEP_NAMES
from tocsin.command.drills.models import DrillAct
from tocsin.command.drills.queries import StepRow
from tocsin.command.drills.rules.evaluation import StepVerdict, share_in_time
from tocsin.command.drills.rules.script import Act, End, OpenCase, Say, SetLevel, UnitActs, read_script
from tocsin.command.orders.shown import ACT_NAMES
from tocsin.jurisdiction.face import organisation_by_code
from tocsin.screens.words import LEVEL_NAMES

VERDICT_NAMES = {
    StepVerdict.IN_TIME: pgettext_lazy("step of a drill", "in time"),
    StepVerdict.LATE: pgettext_lazy("step of a drill", "late"),
    StepVerdict.MISSED: pgettext_lazy("step of a drill", "missed"),
    StepVerdict.NOT_DUE: pgettext_lazy("step of a drill", "not due by then"),
}
STATE_NAMES = {
    "planned": pgettext_lazy("state of a drill", "planned"),
    "running": pgettext_lazy("state of a drill", "running"),
    "over": pgettext_lazy("state of a drill", "over"),
}
_SENTENCES = {
    OpenCase: gettext_lazy("case %(case)s opens (%(level)s): %(title)s, %(place)s"),
    Say: gettext_lazy("case %(case)s: %(who)s says: %(text)s"),
    SetLevel: gettext_lazy("case %(case)s becomes %(level)s: %(text)s"),
    UnitActs: gettext_lazy("case %(case)s: %(unit)s, %(does)s: %(text)s"),
    End: gettext_lazy("the drill is over"),
}


class DrillOut(Schema):
    id: UUID
    name: str
    region_code: str
    state: str = Field(description="planned, running or over")
    state_name: str
    made_by: str
    made_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    cases: int
    remarks: str


class ActOut(Schema):
    after_min: float
    sentence: str
    due_at: datetime | None
    done_at: datetime | None
    case: str | None
    refused: str = Field(description="why it could not be done")


class DrillStepOut(Schema):
    """One step against its clock."""

    case: str
    step: str
    step_name: str
    subject: str
    began_at: datetime
    due_at: datetime
    met_at: datetime | None
    verdict: str = Field(description="in_time, late, missed or not_due")
    verdict_name: str
    took_s: int | None
    beyond_s: int = Field(description="past its time; negative: before")


class DrillCaseOut(Schema):
    id: UUID
    number: str
    title: str
    state: str
    state_name: str
    level: int

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return AlarmLevel(self.level).name.lower()


class DrillDetailOut(DrillOut):
    script: list[dict[str, Any]]
    recipients: dict[str, list[str]] = Field(description="ids of the organisations and people whom it may reach; nobody else")
    acts: list[ActOut]
    case_list: list[DrillCaseOut]
    steps: list[DrillStepOut]
    share_in_time: float | None = Field(description="of the steps that were due or done")


def describe_drill(drill: Drill) -> DrillOut:
    """One drill without another query."""
    state = "over" if drill.ended_at else "running" if drill.began_at else "planned"
    return DrillOut(
        id=drill.pk,
        name=drill.name,
        region_code=drill.region_code,
        state=state,
        state_name=str(STATE_NAMES[state]),
        made_by=str(drill.made_by),
        made_at=drill.made_at,
        began_at=drill.began_at,
        ended_at=drill.ended_at,
        cases=getattr(drill, "case_count", 0),
        remarks=drill.remarks,
    )


def describe_acts(drill: Drill, rows: list[DrillAct]) -> list[ActOut]:
    """The script, act by act, with what became of each in a drill that has begun."""
    by_number = {row.number: row for row in rows}
    return [_act(act, by_number.get(number), drill.region_code) for number, act in enumerate(read_script(drill.script))]


def _act(act: Act, row: DrillAct | None, region_code: str) -> ActOut:
    return ActOut(
        after_min=act.after_min,
        sentence=act_sentence(act, region_code),
        due_at=row.due_at if row else None,
        done_at=row.done_at if row else None,
        case=row.case.number if row and row.case else None,
        refused=row.refused if row else "",
    )


def act_sentence(act: Act, region_code: str) -> str:
    """What the act is, in words; bodies by their name in that region."""
    words: dict[str, str] = {name: str(getattr(act, name)) for name in act.__struct_fields__}
    if isinstance(act, OpenCase | SetLevel):
        words["level"] = str(LEVEL_NAMES[AlarmLevel[act.level.upper()].value])
    if isinstance(act, UnitActs):
        words["does"] = str(ACT_NAMES[act.does])
        words["unit"] = str(organisation_by_code(act.unit, region_code) or act.unit)
    return str(_SENTENCES[type(act)]) % words


def describe_step(row: StepRow) -> DrillStepOut:
    """One step against its clock; `took_s` from the beginning of its clock, `beyond_s` past its time (negative: before)."""
    found = row.evaluated
    return DrillStepOut(
        case=row.case.number,
        step=row.clock.step,
        step_name=str(STEP_NAMES[Step(row.clock.step)]),
        subject=row.clock.subject,
        began_at=row.clock.began_at,
        due_at=row.clock.due_at,
        met_at=row.clock.met_at,
        verdict=found.verdict.value,
        verdict_name=str(VERDICT_NAMES[found.verdict]),
        took_s=None if found.took is None else round(found.took.total_seconds()),
        beyond_s=round(found.beyond.total_seconds()),
    )


def describe_case_of(case: Case) -> DrillCaseOut:
    """A case of the drill."""
    told = describe_case(case)
    return DrillCaseOut(**{name: getattr(told, name) for name in ("id", "number", "title", "state", "state_name", "level")})


def describe_whole(drill: Drill, rows: list[DrillAct], cases: Iterable[Case], steps: list[StepRow]) -> DrillDetailOut:
    """A drill with its script, its cases and each step against its clock."""
    return DrillDetailOut(
        **dict(describe_drill(drill)),
        script=drill.script,
        recipients=drill.recipients,
        acts=describe_acts(drill, rows),
        case_list=[describe_case_of(one) for one in cases],
        steps=[describe_step(one) for one in steps],
        share_in_time=share_in_time(one.evaluated for one in steps),
    )
