"""A permit with what lacks, what stands beside it, its tests, measures, signatures and steps."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Field, Schema

from tocsin.hazchem.permits.models import GasTest, PermitStep, WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import lacks_of, next_signer, row_of
from tocsin.hazchem.permits.rules.field import PermitFieldAct
from tocsin.hazchem.permits.rules.kinds import OVER, PermitAct, PermitKind, PermitState, SigningRole
from tocsin.hazchem.permits.shown import names
from tocsin.hazchem.permits.shown.entries import FIELD_ACT_NAMES, PermitFieldEntryOut, measure_words, newest_entries
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from tocsin.hazchem.permits.rules.conflicts import WorkConflict


class WorkPermitOut(Schema):
    """A permit in a list."""

    id: UUID
    number: str
    object_id: UUID
    firm: str
    plant_unit_id: UUID | None
    unit: str
    kind: str
    kind_name: str
    grade: str
    grade_name: str
    base_grade: str
    raised_by: list[str]
    raised_names: list[str]
    work: str
    place: str
    lon: float | None
    lat: float | None
    begins_at: datetime
    ends_at: datetime
    state: str
    state_name: str
    state_at: datetime
    round: int = Field(description="counts up with every stop; test and signatures are asked for anew")
    applicant: str
    analyst: str
    watcher: str
    approver: str
    approver_name: str = Field(description="whose signature the standard asks for")
    next_role: str = Field(description="who signs next: applicant, analyst, watcher, approver, or empty")
    next_role_name: str
    stopping_alarm_id: UUID | None
    css: OnPages[str]


class PermitLackOut(Schema):
    """What lacks and who must do it."""

    lack: str
    lack_name: str
    role: str
    role_name: str


class PermitConflictOut(Schema):
    """What stands between this work and another."""

    kind: str
    kind_name: str
    forbids: bool = Field(description="false: the approver may accept it knowingly")
    permit_id: UUID | None
    metres: float | None
    tag: str
    emission: str
    emission_name: str


class PermitGasTestOut(Schema):
    """A gas test; shares in percent of the volume, toxics in mg/m³."""

    id: UUID
    at: datetime
    by: str
    place: str
    flammable_percent: float | None
    oxygen_percent: float | None
    toxics: dict[str, float]
    sensor_id: UUID | None
    sensor: str = Field(description="the detector that told it; empty: by hand")
    toxic_names: OnPages[list[tuple[str, float]]]
    good: bool
    faults: list[str]


class PermitMeasureOut(Schema):
    """A measure; `done` null while nobody has ticked it, false where this work does not need it."""

    code: str
    text: str
    done: bool | None
    by: str
    at: datetime | None


class PermitStepOut(Schema):
    """What happened to it; `by` empty for the clock or an alarm."""

    at: datetime
    act: str
    act_name: str
    by: str
    text: str


class WholePermitOut(WorkPermitOut):
    """A permit with all that belongs to it."""

    hazards: str
    disturbs: list[str] = Field(description="tags of points that have a cover while it holds")
    lacks: list[PermitLackOut] = Field(description="before the next signature, or before work begins")
    beside: list[PermitConflictOut]
    tests: list[PermitGasTestOut]
    measures: list[PermitMeasureOut]
    steps: list[PermitStepOut]
    entries: list[PermitFieldEntryOut] = Field(description="what was entered on site, the last 30")


def describe_permit(permit: WorkPermit) -> WorkPermitOut:
    """A permit in a list."""
    return WorkPermitOut(**_told(permit))


def describe_whole(permit: WorkPermit, now: datetime) -> WholePermitOut:
    """A permit with all that belongs to it."""
    over = permit.state in OVER
    role = next_signer(permit)
    waits = permit.state != PermitState.RUNNING and not over
    lacks, beside = lacks_of(permit, role, now) if not over else ((), ())
    return WholePermitOut(
        **_told(permit),
        hazards=permit.hazards,
        disturbs=permit.disturbs,
        lacks=[
            PermitLackOut(
                lack=one.lack, lack_name=str(names.LACK_NAMES[one.lack]), role=one.role, role_name=str(names.ROLE_NAMES[one.role])
            )
            for one in (lacks if waits else ())
        ],
        beside=[_conflict(one) for one in beside],
        tests=[describe_test(one) for one in permit.tests.select_related("by", "sensor__device", "sensor__asset")[:100]],
        measures=_measures(permit),
        entries=newest_entries(permit),
        steps=[
            PermitStepOut(
                at=one.at,
                act=one.act,
                act_name=str(names.ACT_NAMES[one.act]),
                by=str(one.by) if one.by else "",
                text=_step_text(one),
            )
            for one in permit.steps.select_related("by")
        ],
    )


def describe_test(test: GasTest) -> PermitGasTestOut:
    """A gas test."""
    toxics = {one.code: names.in_words(one) for one in permit_policy().toxic}
    faults = [
        f"{names.GAS_NAMES.get(what) or toxics.get(what, what)}: {names.FAULT_NAMES[code]}"
        + ("" if value is None else f" ({value:g}; {limit:g})")
        for code, what, value, limit in test.faults
    ]
    return PermitGasTestOut(
        id=test.pk,
        at=test.at,
        by=str(test.by),
        place=test.place,
        flammable_percent=test.flammable_percent,
        oxygen_percent=test.oxygen_percent,
        toxics=test.toxics,
        sensor_id=test.sensor_id,
        sensor=str(test.sensor) if test.sensor else "",
        toxic_names=[(str(toxics.get(code, code)), value) for code, value in test.toxics.items()],
        good=test.good,
        faults=faults,
    )


def _step_text(step: PermitStep) -> str:
    if step.act == PermitAct.TICKED:
        return measure_words(step.text.split(","))
    if step.act == PermitAct.LATE:
        return str(FIELD_ACT_NAMES[PermitFieldAct(step.text)])
    return str(names.ROLE_NAMES.get(step.text, step.text))


def _told(permit: WorkPermit) -> dict[str, Any]:
    role = next_signer(permit)
    plain = ("number", "kind", "grade", "base_grade", "raised_by", "work", "place", "lon", "lat", "begins_at", "ends_at", "state")
    people = {one.value: str(getattr(permit, one.value) or "") for one in SigningRole}
    return {
        **{name: getattr(permit, name) for name in (*plain, "object_id", "state_at", "round", "stopping_alarm_id")},
        **people,
        "id": permit.pk,
        "firm": permit.object.name,
        "plant_unit_id": permit.unit_id,
        "unit": permit.unit.name if permit.unit else "",
        "kind_name": str(names.KIND_NAMES[permit.kind]),
        "grade_name": str(names.GRADE_NAMES[permit.grade]),
        "raised_names": [str(names.RAISE_NAMES[one]) for one in permit.raised_by],
        "state_name": str(names.STATE_NAMES[permit.state]),
        "approver_name": names.approver_name(row_of(permit).approver),
        "next_role": role.value if role else "",
        "next_role_name": str(names.ROLE_NAMES[role]) if role else "",
        "css": names.STATE_COLOURS.get(permit.state, ""),
    }


def _conflict(one: "WorkConflict") -> PermitConflictOut:
    return PermitConflictOut(
        kind=one.kind,
        kind_name=str(names.CONFLICT_NAMES[one.kind]),
        forbids=one.forbids,
        permit_id=one.other,
        metres=one.metres,
        tag=one.tag,
        emission=one.emission or "",
        emission_name=str(names.EMISSION_NAMES[one.emission]) if one.emission else "",
    )


def _measures(permit: WorkPermit) -> list[PermitMeasureOut]:
    ticked = {one.code: one for one in permit.measures.select_related("by")}
    rows = []
    for measure in permit_policy().measures(PermitKind(permit.kind)):
        row = ticked.get(measure.code)
        told = {"done": row.applies, "by": str(row.by), "at": row.at} if row else {"done": None, "by": "", "at": None}
        rows.append(PermitMeasureOut(code=measure.code, text=names.in_words(measure), **told))
    return rows
