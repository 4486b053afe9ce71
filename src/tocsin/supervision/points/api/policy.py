"""Versions of edited policies (points, task rules) for programs."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from tocsin.base.toml import Document
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.points.policy import content_of, rules_of
from tocsin.supervision.points.services.trial import POINTS, ask_trial
from tocsin.supervision.tasks.policy import read_task_draft
from tocsin.supervision.tasks.services.trial import TASKS
from tocsin.supervision.versions import services
from tocsin.supervision.versions import shown as told
from tocsin.supervision.versions.queries import newest_trial, policy_name, visible_versions
from tocsin.supervision.versions.services import Edited
from tocsin.supervision.versions.shown import PolicyVersionDetailOut, PolicyVersionOut

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

router = Router()


class PolicyVersionIn(Schema):
    region_code: str = Field(max_length=6)
    version: str = Field(max_length=40)
    text: str = Field(max_length=60_000, description="the whole policy as TOML, in the form of the shipped file")
    reason: str = Field("", max_length=500)


class PolicySwitchIn(Schema):
    effective_from: date


@router.get("/points-policies", response=list[PolicyVersionOut])
def points_policies(request: HttpRequest) -> list[PolicyVersionOut]:
    """All versions of the points policy that hold where you see objects, newest first."""
    return _list(request, POINTS)


@router.post("/points-policies", response=PolicyVersionDetailOut)
def draft_points_policy(request: HttpRequest, given: PolicyVersionIn) -> PolicyVersionDetailOut:
    """A new version of the points policy, as a draft."""
    return _detail(request, services.draft_version(POINTS, actor=actor_of(request), **given.dict()))


@router.get("/points-policies/{policy_version_id}", response=PolicyVersionDetailOut)
def points_policy(request: HttpRequest, policy_version_id: UUID) -> PolicyVersionDetailOut:
    """One version with its content."""
    return _detail(request, visible_versions(request.user, POINTS.subject).get(pk=policy_version_id))


@router.post("/points-policies/{policy_version_id}/simulate", response=PolicyVersionDetailOut)
def try_points_policy(request: HttpRequest, policy_version_id: UUID) -> PolicyVersionDetailOut:
    """Has the worker try it on the days of history; `trial` tells how far it is, `simulated` what came out."""
    return _detail(request, ask_trial(actor=actor_of(request), version_id=policy_version_id).version)


@router.post("/points-policies/{policy_version_id}/switch-on", response=PolicyVersionDetailOut)
def switch_on_points_policy(request: HttpRequest, policy_version_id: UUID, given: PolicySwitchIn) -> PolicyVersionDetailOut:
    """It counts from that day on; not by who drafted it."""
    return _switch_on(request, POINTS, policy_version_id, given.effective_from)


@router.get("/task-policies", response=list[PolicyVersionOut])
def task_policies(request: HttpRequest) -> list[PolicyVersionOut]:
    """All versions of the task rules that hold where you see objects, newest first."""
    return _list(request, TASKS)


@router.post("/task-policies", response=PolicyVersionDetailOut)
def draft_task_policy(request: HttpRequest, given: PolicyVersionIn) -> PolicyVersionDetailOut:
    """A new version of the task rules, as a draft."""
    return _detail(request, services.draft_version(TASKS, actor=actor_of(request), **given.dict()))


@router.get("/task-policies/{policy_version_id}", response=PolicyVersionDetailOut)
def task_policy(request: HttpRequest, policy_version_id: UUID) -> PolicyVersionDetailOut:
    """One version with its content."""
    return _detail(request, visible_versions(request.user, TASKS.subject).get(pk=policy_version_id))


@router.post("/task-policies/{policy_version_id}/simulate", response=PolicyVersionDetailOut)
def try_task_policy(request: HttpRequest, policy_version_id: UUID) -> PolicyVersionDetailOut:
    """Tries it on the register as it is."""
    return _detail(request, services.try_version(TASKS, actor=actor_of(request), version_id=policy_version_id))


@router.post("/task-policies/{policy_version_id}/switch-on", response=PolicyVersionDetailOut)
def switch_on_task_policy(request: HttpRequest, policy_version_id: UUID, given: PolicySwitchIn) -> PolicyVersionDetailOut:
    """It counts from that day on; not by who drafted it."""
    return _switch_on(request, TASKS, policy_version_id, given.effective_from)


def _list(request: HttpRequest, of: Edited) -> list[PolicyVersionOut]:
    return [told.describe_version(row, _today()) for row in visible_versions(request.user, of.subject)[:1000]]


def _switch_on(request: HttpRequest, of: Edited, version_id: UUID, effective_from: date) -> PolicyVersionDetailOut:
    services.switch_on(of, actor=actor_of(request), version_id=version_id, effective_from=effective_from)
    return _detail(request, visible_versions(request.user, of.subject).get(pk=version_id))


def _content(version: "PolicyVersion") -> Document:
    """The whole policy with what its text leaves out."""
    return content_of(rules_of(version.content)) if version.policy == policy_name("points") else read_task_draft(version.text)[1]


def _detail(request: HttpRequest, version: "PolicyVersion") -> PolicyVersionDetailOut:
    """With those of the listed objects that the reader may see."""
    simulated = dict(version.trial)
    if "list" in simulated:
        listed = [one["object"] for one in simulated["list"]]
        seen = {str(pk) for pk in visible_objects(request.user).filter(pk__in=listed).values_list("pk", flat=True)}
        simulated["list"] = [one for one in simulated["list"] if one["object"] in seen]
    return PolicyVersionDetailOut(
        **dict(told.describe_version(version, _today())),
        content=_content(version),
        simulated=simulated or None,
        trial=told.describe_trial(newest_trial(version)),
    )


def _today() -> date:
    return timezone.localtime(current_time()).date()
