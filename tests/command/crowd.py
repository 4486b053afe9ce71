"""A program for the tests of concurrency and of sudden deaths: many alarms, many threads that gather them at once.

`prepare` makes a street with alarms, `gather` places them until none waits, `tell` prints what came of it as JSON; one after
another in one process where several are asked for.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.db import connections  # noqa: E402 - Django must be set up first

from tests.command.street import START, WELLS, diagnose, make_alarm, make_street  # noqa: E402
from tests.soak import often  # noqa: E402
from tocsin.command.casebook.models import Case, CaseChange, Membership  # noqa: E402
from tocsin.command.gathering.services import placement as services  # noqa: E402
from tocsin.sensing.devices.models import Sensor  # noqa: E402
from tocsin.warning.alarms.models import Alarm  # noqa: E402

THREADS = 4
DAYS = often(6, 12)
CAUSES = ([("gas_main_leak", 0.8, "G1")], [("power_cable_fault_heating", 0.9, "")], [("unknown", 1.0, "")])


def prepare() -> None:
    """Per day three kinds of cause at eight wells: alarms enough for cases of one and of many alarms."""
    make_street()
    for day in range(DAYS):
        for well in range(WELLS):
            sensor = Sensor.objects.get(device__code=f"D{well}", channel="methane")
            at = START + timedelta(hours=day * 6, minutes=well)
            diagnose(make_alarm(sensor, at, rule=f"high{day}"), at, CAUSES[(day + well) % len(CAUSES)])


def gather() -> None:
    """Several workers at once, until nothing waits."""

    def work(number: int) -> None:
        while services.gather_alarms(now=START + timedelta(days=3), machine_now=datetime.now(tz=UTC)):
            pass
        connections.close_all()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(THREADS)))


def tell() -> None:
    """Numbers of all cases, by alarm the number that it carries and the one of its case, and how many lines of each kind."""
    told = {
        "numbers": sorted(Case.objects.values_list("number", flat=True)),
        "carried": list(Alarm.objects.order_by("raised_at").values_list("case_number", flat=True)),
        "cases": list(Membership.objects.order_by("alarm__raised_at").values_list("case__number", flat=True)),
        "reasons": list(Membership.objects.order_by("alarm__raised_at").values_list("reason", flat=True)),
        "lines": [CaseChange.objects.filter(act=act).count() for act in ("opened", "joined")],
        "line_numbers": sorted(CaseChange.objects.values_list("line", flat=True)),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    for act in sys.argv[1:]:
        {"prepare": prepare, "gather": gather, "tell": tell}[act]()
