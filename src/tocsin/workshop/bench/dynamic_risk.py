"""The dynamic risk of 7,000 firms with three units each: the engine beside a plain loop, then whole rounds with a database."""

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tocsin.base.errors import TocsinError
from tocsin.engine.dynamic_risk import Floats, Indexes, Judged, judge_firms, judge_units

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.supervision.face import SupervisedObject

FIRMS, QUICK_FIRMS = 7_000, 700
UNITS = 3
FACTORS = 7
PLAIN_FIRMS = 300
ROUNDS = 20
SEED = 20261130
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
REGIONS = ("370202", "370203", "370211", "370212", "370213")


def run(console: "Console", quick: bool) -> None:
    """Prints firms a second of the engine, and seconds of rounds; TocsinError where the plain loop answers otherwise."""
    count = QUICK_FIRMS if quick else FIRMS
    console.print(_engine(count))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        for line in process.submit(measure, count).result():
            console.print(line)


def _engine(count: int) -> str:
    rng = np.random.default_rng(SEED)
    static, raising = rng.uniform(0.05, 0.45, count * UNITS), rng.uniform(0, 1, (count * UNITS, FACTORS))
    weights = rng.uniform(0.2, 1.2, FACTORS)
    firm = np.repeat(np.arange(count), UNITS)
    began = time.perf_counter()
    for _round in range(ROUNDS):
        firms = judge_firms(judge_units(static, raising, weights), firm, count)
    seconds = (time.perf_counter() - began) / ROUNDS
    few = min(PLAIN_FIRMS, count)
    began = time.perf_counter()
    plain = _plain(static, raising, weights, firm, few)
    plain_s = (time.perf_counter() - began) / few * count
    if not (np.allclose(plain.value, firms.value[:few]) and np.allclose(plain.drops, firms.drops[:few])):
        raise TocsinError("the plain loop answers otherwise")
    return (
        f"[bold]Dynamic risk, engine[/bold]: {count:,} firms of {UNITS} units with what each factor would lower in "
        f"{1000 * seconds:.1f} ms, a plain loop {plain_s:.1f} s: {plain_s / seconds:,.0f} times"
    )


def _plain(static: Floats, raising: Floats, weights: Floats, firm: Indexes, count: int) -> Judged:
    """The first firms in plain Python."""
    value, drops = np.zeros(count), np.zeros((count, FACTORS))
    without = np.zeros((count, FACTORS))
    for at in range(len(firm)):
        if firm[at] >= count:
            break
        added = [float(x) * float(w) for x, w in zip(raising[at], weights, strict=True)]
        rest = 1 - float(static[at])
        value[firm[at]] = max(value[firm[at]], 100 * (1 - rest ** (1 + sum(added))))
        for factor in range(FACTORS):
            power = 1 + sum(added) - added[factor]
            without[firm[at], factor] = max(without[firm[at], factor], 100 * (1 - rest**power))
    drops[:] = value[:, None] - without
    return Judged(value, drops)


def measure(count: int) -> list[str]:
    """Fills a database of its own and measures rounds of the loop; for a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["TOCSIN_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        import django

        django.setup()
        from tocsin.portal.tables import bring_tables_up_to_date

        bring_tables_up_to_date()
        _fill(count)
        from tocsin.hazchem.prevention.services.judging import judge_all

        told = []
        rounds = (("the first round, which writes all", 0), ("a round in which nothing moved", 1), ("the first of a day", 1440))
        for name, minutes in rounds:
            load = os.getloadavg()[0]
            began = time.perf_counter()
            judge_all(now=NOW + timedelta(minutes=minutes))
            told.append(f"{name} [bold]{time.perf_counter() - began:.1f} s[/bold] (load average {load:.1f})")
        return [f"[bold]Dynamic risk, SQLite[/bold]: {count:,} firms with {UNITS} units each: {'; '.join(told)}."]


def _fill(count: int) -> None:
    """Firms with units, an event at each, one measure in twenty failed, one interlock in twenty bypassed."""
    from django.contrib.auth import get_user_model

    from tocsin.hazchem.installations.models import PlantEquipment, PlantPoint, PlantUnit
    from tocsin.hazchem.prevention.models import RiskEvent, RiskMeasure, RiskObject, RiskUnit
    from tocsin.jurisdiction.face import ensure_regions
    from tocsin.supervision.face import SupervisedObject

    ensure_regions()
    person = get_user_model().objects.create(username="bench")
    firms = [_firm(number) for number in range(count)]
    SupervisedObject.objects.bulk_create(firms, batch_size=500)
    grades = ("I", "II", "III", "IV", "")
    units = [
        PlantUnit(object=one, region_code=one.region_code, name=f"unit {at}", kind="storage", grade=grades[(number + at) % 5])
        for number, one in enumerate(firms)
        for at in range(UNITS)
    ]
    PlantUnit.objects.bulk_create(units, batch_size=500)
    own = {one.pk: RiskObject(object=one, region_code=one.region_code, name="plant") for one in firms}
    RiskObject.objects.bulk_create(own.values(), batch_size=500)
    parts = [RiskUnit(risk_object=own[one.object_id], object_id=one.object_id, plant_unit=one, name=one.name) for one in units]
    RiskUnit.objects.bulk_create(parts, batch_size=500)
    colours = (("red", 4), ("orange", 3), ("yellow", 2), ("blue", 1))
    given = {"text": "leak", "method": "jha", "scale": "ls", "likelihood": 3.0, "severity": 3.0, "value": 9.0}
    events = []
    for number, part in enumerate(parts):
        colour, gravity = colours[number % 4]
        told = {**given, "colour": colour, "gravity": gravity, "assessed_at": NOW, "assessed_by": person}
        events.append(RiskEvent(unit=part, object_id=part.object_id, region_code=firms[0].region_code, **told))
    RiskEvent.objects.bulk_create(events, batch_size=500)
    measures = [
        RiskMeasure(event=one, object_id=one.object_id, kind="operation", text="watch", failed_at=None if at % 20 else NOW)
        for at, one in enumerate(events)
    ]
    RiskMeasure.objects.bulk_create(measures, batch_size=500)
    equipment = [PlantEquipment(unit=one, tag="R-1", kind="reactor") for one in units]
    PlantEquipment.objects.bulk_create(equipment, batch_size=500)
    points = [PlantPoint(equipment=one, tag="IS-1", kind="interlock", interlock="bypassed") for one in equipment[::20]]
    PlantPoint.objects.bulk_create(points, batch_size=500)


def _firm(number: int) -> "SupervisedObject":
    from tocsin.supervision.face import SupervisedObject

    return SupervisedObject(
        code=f"QC-BENCH-{number:05}",
        kind="enterprise",
        name=f"bench firm {number}",
        trade="chemicals",
        region_code=REGIONS[number % len(REGIONS)],
        created_at=NOW,
    )
