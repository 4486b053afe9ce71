"""Every capability with tables, once more on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CAPABILITIES = ["bus", "jurisdiction", "records", "lifelines", "sensing", "warning", "supervision", "command"]


@pytest.mark.postgresql
@pytest.mark.timeout(900)
def test_every_capability_with_tables_on_postgresql() -> None:
    folders = [f"tests/{name}" for name in CAPABILITIES]
    assert all((ROOT / folder).is_dir() for folder in folders)
    environment = {**os.environ, "DATABASE_URL": os.environ["TOCSIN_TEST_POSTGRESQL"]}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not one_database", *folders]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
