"""The city of `tocsin bench history` says the same however its readings come, and its peers answer what is asked."""

from pathlib import Path

import numpy as np
import pytest

from tocsin.engine.columns import Readings
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.places import Folder
from tocsin.sensing.history.queries.table import History
from tocsin.workshop.bench.history import peers
from tocsin.workshop.bench.history.city import FIRST_DAY, RESOLUTION, STEPS, City, write_days
from tocsin.workshop.bench.history.peers import PlainParquet, SqliteTable

CITY = City(7)


def test_a_day_as_compaction_leaves_it_is_what_comes_step_by_step(tmp_path: Path) -> None:
    sorted_one, appended = History(tmp_path / "one", keep_days=9), History(tmp_path / "two", keep_days=9)
    assert list(write_days(Folder(tmp_path / "one"), CITY, range(1))) == [0]
    told = Readings.concatenate([CITY.step(0, step) for step in range(STEPS)])
    appended.append(told, version=1, resolution=np.full(7, RESOLUTION))
    one, two = (history.read(range(7), 0, 2**60) for history in (sorted_one, appended))
    assert len(one) == 7 * STEPS
    for name in ("sensor", "ts", "value", "quality"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert np.array_equal(one.take(one.sensor == 3).ts, CITY.day_of(3, 0).ts)
    assert set(one.ts // DAY_MS) == {FIRST_DAY}


def test_peers_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "DAYS", 2)
    begin = (FIRST_DAY + 1) * DAY_MS
    for kind in (PlainParquet, SqliteTable):
        peer = kind(tmp_path / kind.__name__, CITY)
        assert (peer.count(), peer.newest(), peer.month(3, begin, begin + DAY_MS)) == (7 * STEPS * 2, 7, STEPS)
