"""A run that was asked for, by the process that the worker starts: taken, let go by its number, brought back for a trial."""

import json
from pathlib import Path

import pytest

from tests.deploy.test_backup import Place
from tocsin.portal.backup.sealing import new_identity, read_identities, verify_sealed

pytestmark = pytest.mark.one_database

ASK = """
import json
from django.utils import timezone
from tocsin.jurisdiction.face import system_actor
from tocsin.records.backups.models import BackupPlan, BackupRun
now, who = timezone.now(), system_actor()
told = {"folder": %(folder)r, "keep": 1, "recipients": %(recipients)r, "changed_at": now, "changed_by": who}
BackupPlan.objects.update_or_create(pk=1, defaults=told)
folder = "" if %(kind)r == "backup" else BackupRun.objects.filter(kind="backup", state="done").first().folder
print("RUN", BackupRun.objects.create(kind=%(kind)r, state="asked", asked_at=now, folder=folder).pk)
"""
LOOK = """
import json
from tocsin.records.backups.models import BackupRun
rows = BackupRun.objects.values("kind", "state", "phase", "problem", "folder", "note", "sealed", "gone_at")
print("SEEN", json.dumps(list(rows), default=str))
"""


def said(place: Place, script: str, mark: str) -> str:
    """The line that a script prints behind its mark."""
    out = place.done("manage", "shell", "--no-imports", "-c", script)
    return next(line.removeprefix(mark).strip() for line in out.splitlines() if line.startswith(mark))


def run(place: Place, folder: Path, kind: str, *recipients: str) -> int:
    asked = said(place, ASK % {"folder": str(folder), "recipients": list(recipients), "kind": kind}, "RUN")
    return place.tocsin("backup", "--run", asked).returncode


def test_backups_that_were_asked_for(tmp_path: Path) -> None:
    place, folder = Place(tmp_path / "data"), tmp_path / "backups"
    folder.mkdir()
    place.done("prepare")
    assert run(place, folder, "backup") == 0
    assert run(place, folder, "rehearsal") == 0
    key = tmp_path / "key.txt"
    assert run(place, folder, "backup", new_identity(key)) == 0
    assert run(place, place.data / "inside", "backup") == 1
    failed, sealed, tried, clear = json.loads(said(place, LOOK, "SEEN"))
    assert (clear["state"], clear["sealed"], clear["gone_at"] is None) == ("done", False, False), "one is kept"
    assert (tried["state"], tried["problem"]) == ("done", "") and "audit trail whole" in tried["note"]
    assert sealed["state"] == "done" and sealed["sealed"] and not Path(clear["folder"]).exists()
    assert verify_sealed(Path(sealed["folder"]) / "backup.age", read_identities(key)).files
    assert failed["state"] == "failed" and failed["problem"]
    assert not (place.data / "rehearsal").exists() and not (place.data / "sealing").exists()
