"""Backups by page: when one is due, folders and keys that are refused, one run at a time, restores tried elsewhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pyrage import x25519

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.backups import queries
from tocsin.records.backups.models import BackupRun
from tocsin.records.backups.rules import RunKind, RunPhase, RunState, is_due, newest_due
from tocsin.records.backups.services import planning
from tocsin.records.backups.services.running import ask_when_due, begin_run, end_run, end_silent_runs, tell_phase

pytestmark = pytest.mark.django_db
KEY = x25519.Identity.generate()


@pytest.fixture
def administrator(monkeypatch: pytest.MonkeyPatch) -> User:
    stand_at(monkeypatch, NOW)
    return make_named_person("administrator", "system_administrator", region="000000")


def plan(administrator: User, place: Path, **changes: Any) -> None:
    told = {"on": True, "at_minute": 150, "folder": str(place), "keep": 2, "recipients": (str(KEY.to_public()),), "now": NOW}
    planning.enter_backup_plan(actor=administrator, **{**told, **changes})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in China."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


DUE = (
    ("before its time", at(29, 12), None, at(30, 2, 29), False),
    ("at its time", at(29, 12), None, at(30, 2, 30), True),
    ("one was taken since", at(29, 12), at(30, 2, 31), at(30, 9), False),
    ("yesterday's is too old", at(20, 12), at(29, 2, 31), at(30, 2, 31), True),
    ("the machine was off at the time", at(20, 12), at(29, 2, 31), at(30, 23), True),
    ("entered after today's time: tomorrow", at(30, 9), None, at(30, 9, 1), False),
)


@pytest.mark.parametrize(("why", "since", "newest", "now", "due"), DUE, ids=[one[0] for one in DUE])
def test_when_a_backup_is_due(why: str, since: datetime, newest: datetime | None, now: datetime, due: bool) -> None:
    assert is_due(150, since, newest, now) is due
    assert timedelta(0) <= now - newest_due(150, now) < timedelta(days=1)


REFUSED = (
    ("a folder by half a name", {"folder": "backup"}, "from the root"),
    ("a folder that nobody made", {"folder": "/nowhere/at/all"}, "sees no folder"),
    ("a private key", {"recipients": (str(KEY),)}, "private key"),
    ("no key", {"recipients": ("age1nothing",)}, "no public key"),
    ("no time of the day", {"at_minute": -1}, "00:00"),
    ("none kept", {"keep": 0}, "From 1"),
)


@pytest.mark.parametrize(("why", "changes", "words"), REFUSED, ids=[one[0] for one in REFUSED])
def test_plans_that_are_refused(administrator: User, tmp_path: Path, why: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        plan(administrator, tmp_path, **changes)
    assert queries.backup_plan() is None


def test_the_data_folder_is_no_place_for_its_backup(administrator: User, settings: Any) -> None:
    with pytest.raises(InvalidInput, match="dies with it"):
        plan(administrator, settings.CONFIGURATION.data)


def test_the_plan_asks_once_a_day_and_one_runs_at_a_time(administrator: User, tmp_path: Path) -> None:
    plan(administrator, tmp_path)
    due = newest_due(150, NOW) + timedelta(days=1)
    assert ask_when_due(now=due - timedelta(minutes=1)) is None
    run = ask_when_due(now=due)
    assert run is not None and ask_when_due(now=due + timedelta(minutes=1)) is None
    with pytest.raises(Conflict, match="under way"):
        planning.ask_for_backup(actor=administrator, now=due)
    assert begin_run(run.pk, now=due) is not None and begin_run(run.pk, now=due) is None, "of two workers one has it"
    tell_phase(run.pk, RunPhase.FILES, now=due)
    end_silent_runs(now=due + timedelta(minutes=2))
    assert BackupRun.objects.get().state == RunState.RUNNING
    end_silent_runs(now=due + timedelta(minutes=4))
    assert BackupRun.objects.get().problem.startswith("its process ended")
    assert ask_when_due(now=due + timedelta(hours=5)) is None, "what failed is told, and tried again by hand or the next day"
    assert ask_when_due(now=due + timedelta(days=1)) is not None


def test_a_sealed_backup_is_tried_where_its_key_is(administrator: User, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no backup yet"):
        planning.ask_for_rehearsal(actor=administrator, now=NOW)
    plan(administrator, tmp_path)
    run = planning.ask_for_backup(actor=administrator, now=NOW)
    end_run(run.pk, now=NOW, folder="/backup/1", sealed=True)
    with pytest.raises(InvalidInput, match="private key is not on this machine"):
        planning.ask_for_rehearsal(actor=administrator, now=NOW)
    planning.enter_rehearsal(actor=administrator, folder="/backup/1", minutes=12, note="test machine, Li Jing", now=NOW)
    tried = queries.newest_done(RunKind.REHEARSAL)
    assert tried is not None and tried.note == "12 min · test machine, Li Jing"
    acts = set(AuditEntry.objects.filter(object_type="backup").values_list("action", flat=True))
    assert acts == {"backup.planned", "backup.asked", "backup.done", "backup.tried_elsewhere"}


def test_whoever_runs_one_county_does_not_plan_the_installations_backup(administrator: User, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        plan(make_named_person("county", "system_administrator"), tmp_path)


def test_pages_and_programs_do_the_same(administrator: User, tmp_path: Path) -> None:
    client = signed_in(administrator)
    form = {"on": "yes", "at": "03:15", "folder": str(tmp_path), "keep": "7", "recipients": str(KEY.to_public())}
    assert client.post(reverse("enter_backup_plan"), form).status_code == 302
    client.post(reverse("ask_for_backup"))
    page = client.get(reverse("backups")).content.decode()
    assert "03:15" in page and str(KEY.to_public()) in page and "every 2s" in page
    run = BackupRun.objects.get()
    end_run(run.pk, now=NOW, problem="disk full")
    assert "disk full" in client.get(reverse("backup_runs")).content.decode()
    told = client.get("/api/v1/records/backups").json()
    assert told["plan"]["at"] == "03:15" and [one["state"] for one in told["runs"]] == ["failed"]
    body = {"on": False, "at": "24:00", "folder": str(tmp_path)}
    assert client.put("/api/v1/records/backups/plan", body, content_type="application/json").status_code == 400
