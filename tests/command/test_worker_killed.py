"""kill -9 of the worker amid clocks, a started plan and a drill: the outcome is that of an undisturbed run, to the minute."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import copy_into

ROOT = Path(__file__).parents[2]


@pytest.mark.one_database
@pytest.mark.timeout(300)
def test_a_worker_that_dies_again_and_again_leaves_what_an_undisturbed_one_leaves(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "TOCSIN_DATA": str(copy_into(tmp_path)),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.command.mortal_worker", "7"]
    process = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=290)
    assert process.returncode == 0, process.stderr[-3000:]
    undisturbed, disturbed = json.loads(process.stdout)
    assert undisturbed.pop("deaths") == 0
    assert disturbed.pop("deaths") >= 10
    for name, wanted in undisturbed.items():
        assert wanted, name
        assert disturbed[name] == wanted, name
