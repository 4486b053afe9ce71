"""Backups on a page: the plan, one at once with its progress, restores that were tried, what to do when the machine is dead."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.backups import queries
from tocsin.records.backups.rules import RunKind, minute_of
from tocsin.records.backups.services import planning
from tocsin.records.backups.shown import describe_plan, describe_run
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of


@never_cache
@require_GET
def backups(request: HttpRequest) -> HttpResponse:
    """The page."""
    _require(request)
    plan, recipients = queries.backup_plan(), queries.recipients()
    newest, tried = queries.newest_done(RunKind.BACKUP), queries.newest_done(RunKind.REHEARSAL)
    context: dict[str, object] = {
        "plan": describe_plan(plan, recipients) if plan else None,
        "recipients": recipients,
        "newest": describe_run(newest) if newest else None,
        "tried": describe_run(tried) if tried else None,
        "data": settings.CONFIGURATION.data,
        **_runs(),
    }
    return render(request, "records/backups/backups.html", context)


@never_cache
@require_GET
def backup_runs(request: HttpRequest) -> HttpResponse:
    """The list of runs alone, which a page under way asks for again and again."""
    _require(request)
    return render(request, "records/backups/backups.html#runs", _runs())


@act("backups", alone=True)
def enter_backup_plan(request: HttpRequest, *, at: Line, folder: Line, keep: int, recipients: str = "", on: bool = False) -> str:
    """Keeps the plan."""
    planning.enter_backup_plan(
        actor=actor_of(request),
        on=on,
        at_minute=minute_of(at),
        folder=folder,
        keep=keep,
        recipients=tuple(recipients.replace(",", " ").split()),
        now=current_time(),
    )
    return _("Kept. The next one comes at its time.") if on else _("Kept. None is taken by itself.")


@act("backups", alone=True)
def ask_for_backup(request: HttpRequest) -> str:
    """One at once."""
    planning.ask_for_backup(actor=actor_of(request), now=current_time())
    return _("A backup begins within seconds.")


@act("backups", alone=True)
def ask_for_rehearsal(request: HttpRequest) -> str:
    """The newest one is brought back for a trial."""
    planning.ask_for_rehearsal(actor=actor_of(request), now=current_time())
    return _("The newest backup is brought back into a scratch folder within seconds.")


@act("backups", alone=True)
def enter_rehearsal(request: HttpRequest, *, minutes: int, note: Line, folder: Line = "") -> str:
    """One that was tried elsewhere."""
    planning.enter_rehearsal(actor=actor_of(request), folder=folder, minutes=minutes, note=note, now=current_time())
    return _("Entered.")


def _runs() -> dict[str, object]:
    return {"runs": [describe_run(one) for one in queries.newest_runs()], "busy": bool(queries.open_runs())}


def _require(request: HttpRequest) -> None:
    require(actor_of(request), "system.see", EVERYWHERE)
