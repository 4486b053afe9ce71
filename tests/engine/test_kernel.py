"""Machine code is made once, by whichever process comes first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tocsin.engine.kernel import is_cold

CALL = """
import numpy as np
from tocsin.engine.diagnosis import habit
out = np.empty(2)
habit._medians(np.arange(6.0).reshape(2, 3), out)
assert out.tolist() == [1.0, 4.0]
print(sum(habit._medians._dispatcher.stats.cache_misses.values()))
"""


def test_of_processes_that_begin_together_one_compiles(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    begun = [subprocess.Popen([sys.executable, "-c", CALL], env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sorted(process.communicate()[0] for process in begun) == ["0\n", "0\n", "1\n"]


def test_an_installation_is_cold_until_something_was_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert is_cold()
    (kept,) = tmp_path.iterdir()
    (kept / "engine").mkdir()
    (kept / "engine" / "pass_readings-1.py313.nbi").touch()
    assert not is_cold()
