"""What the history says of a mended case, as the closing rule takes it: gas that fell, points that died, wells that stay warm."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.command.street import START, Timeline, case_of, diagnose
from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case
from tocsin.command.closing.queries import calm_standing
from tocsin.command.closing.rules import ClosingNeed
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.history.queries.table import History
from tocsin.warning.diagnosis.models import Diagnosis

pytestmark = pytest.mark.django_db
HEAT = [("heat_main_leak_biogas", 0.9, "")]
NOW = START + timedelta(hours=6)
FEW, SILENT, WARMTH = ClosingNeed.READINGS_FEW, ClosingNeed.READINGS_SILENT, ClosingNeed.WARMTH


def measured(kept: History, well: int, quantity: str, values: Sequence[tuple[float, float]]) -> None:
    """So many hours before `NOW` this was read."""
    index = Sensor.objects.get(device__code=f"D{well}", channel=quantity).index
    rows = sorted((ms_from_datetime(NOW - timedelta(hours=hours)), value) for hours, value in values)
    ts = np.array([at for at, _value in rows], dtype=np.int64)
    value = np.array([one for _at, one in rows])
    sensor = np.full(len(rows), index, dtype=np.int32)
    kept.append(Readings(sensor, ts, value, np.zeros(len(rows), dtype=np.uint8)), version=None)


def every_five_minutes(begin: float, end: float, value: float) -> list[tuple[float, float]]:
    return [(begin - step / 12, value) for step in range(round((begin - end) * 12) + 1)]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """A history of its own: sensors of other tests have the same numbers."""
    found = History(tmp_path)
    monkeypatch.setattr("tocsin.command.closing.queries.history", lambda: found)
    return found


@pytest.fixture
def case(street: None, time: Timeline) -> Case:
    """Methane rings in well 2; wells 3 and 4 grew warm without ringing, which a first diagnosis took into account."""
    alarm = time.rings(2, HEAT)
    warm = [Sensor.objects.get(device__code=f"D{well}", channel="temperature").index for well in (3, 4)]
    first = Diagnosis.objects.get()
    weights = {warm[0]: 1.5, warm[1]: -0.7}
    first.result["hypotheses"][0]["evidence"] = [
        {"code": "neighbours", "sensor": index, "weight": weight} for index, weight in weights.items()
    ]
    first.save()
    diagnose(alarm, START + timedelta(hours=4), HEAT)  # by now nothing is warm any more
    time.looks()
    return case_of(alarm)


LOW = every_five_minutes(4, 0, 1.0)
COOL = every_five_minutes(24, 0, 12.0)
USUAL = [(24 * day + hour / 4, 10.0) for day in range(1, 6) for hour in range(-3, 4)]
ROWS: list[tuple[str, dict[str, Any], set[ClosingNeed]]] = [
    ("low for hours, and cool", {"gas": LOW, "warm": COOL}, set()),
    ("three low readings, then nothing", {"gas": every_five_minutes(3, 2.8, 1.0), "warm": COOL}, {SILENT}),
    ("low, but the point died an hour ago", {"gas": every_five_minutes(5, 1, 1.0), "warm": COOL}, {SILENT}),
    ("low since an hour", {"gas": every_five_minutes(1, 0, 1.0), "warm": COOL}, {FEW}),
    ("a neighbouring well stays warm", {"gas": LOW, "warm": every_five_minutes(24, 0, 24.0)}, {WARMTH}),
    ("a neighbouring well says nothing any more", {"gas": LOW, "warm": every_five_minutes(24, 3, 12.0)}, {SILENT}),
]


@pytest.mark.parametrize(("points", "needs"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_the_readings_lack(case: Case, kept: History, points: dict[str, Any], needs: set[ClosingNeed]) -> None:
    for well, quantity, values in ((3, "temperature", [*USUAL, *points["warm"]]), (2, "methane", points["gas"])):
        measured(kept, well, quantity, values)
    standing = calm_standing(case, now=NOW)
    assert standing.needs == needs
    assert standing.calm_since is not None
