"""Backups for programs: the plan, runs, restores that were tried."""

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.backups import queries
from tocsin.records.backups.rules import minute_of
from tocsin.records.backups.services import planning
from tocsin.records.backups.shown import BackupPlanOut, BackupRunOut, describe_plan, describe_run
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class BackupPlanIn(Schema, extra="forbid"):
    on: bool
    at: str = Field(pattern=r"^\d\d:\d\d$", description="local time of the day")
    folder: str = Field(max_length=500, description="on the machine, outside the data folder")
    keep: int = Field(14, ge=1, le=planning.MOST_KEPT)
    recipients: list[str] = Field([], description="public keys of age (age1…); empty: in clear")


class TriedRestoreIn(Schema, extra="forbid"):
    folder: str = Field("", max_length=600)
    minutes: int = Field(ge=1, le=7 * planning.DAY_MIN)
    note: str = Field(max_length=300, description="on which machine, and by whom it was looked through")


class BackupsOut(Schema):
    """The plan (null: none was entered) and the newest runs."""

    plan: BackupPlanOut | None
    runs: list[BackupRunOut]


@router.get("/backups", response=BackupsOut)
def backups(request: HttpRequest) -> BackupsOut:
    """The plan of backups, and its newest runs with their progress, newest first."""
    require(actor_of(request), "system.see", EVERYWHERE)
    plan = queries.backup_plan()
    told = describe_plan(plan, queries.recipients()) if plan else None
    return BackupsOut(plan=told, runs=[describe_run(one) for one in queries.newest_runs()])


@router.put("/backups/plan", response=BackupPlanOut)
def enter_backup_plan(request: HttpRequest, given: BackupPlanIn) -> BackupPlanOut:
    """When, where to, how many are kept, and for whose keys they are sealed."""
    plan = planning.enter_backup_plan(
        actor=actor_of(request),
        on=given.on,
        at_minute=minute_of(given.at),
        folder=given.folder,
        keep=given.keep,
        recipients=tuple(given.recipients),
        now=current_time(),
    )
    return describe_plan(plan, queries.recipients())


@router.post("/backups", response={202: BackupRunOut})
def ask_for_backup(request: HttpRequest) -> Status[BackupRunOut]:
    """Takes one at once into the plan's folder; ask for the runs to see how far it is."""
    return Status(202, describe_run(planning.ask_for_backup(actor=actor_of(request), now=current_time())))


@router.post("/backups/rehearsals", response={202: BackupRunOut})
def ask_for_rehearsal(request: HttpRequest) -> Status[BackupRunOut]:
    """Brings the newest backup back into a scratch folder and looks it through; one that is sealed is tried where its key is."""
    return Status(202, describe_run(planning.ask_for_rehearsal(actor=actor_of(request), now=current_time())))


@router.post("/backups/rehearsals/elsewhere", response={201: BackupRunOut})
def enter_rehearsal(request: HttpRequest, given: TriedRestoreIn) -> Status[BackupRunOut]:
    """A restore that was tried on another machine."""
    made = planning.enter_rehearsal(
        actor=actor_of(request), folder=given.folder, minutes=given.minutes, note=given.note, now=current_time()
    )
    return Status(201, describe_run(made))
