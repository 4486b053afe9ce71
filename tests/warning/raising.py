"""A program for the test of concurrency: many threads, each with its own database connection, raise at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import connections  # noqa: E402 - Django must be set up first

from tests.soak import often  # noqa: E402
from tests.warning.district import NOW, NOW_MS, detection, make_district  # noqa: E402
from tocsin.base.levels import AlarmLevel  # noqa: E402
from tocsin.sensing.devices.rules import NewDevice, NewSensor  # noqa: E402
from tocsin.sensing.devices.services.registering import register_many  # noqa: E402
from tocsin.warning.alarms.events import Detection  # noqa: E402
from tocsin.warning.alarms.models import Alarm, AlarmEntry  # noqa: E402
from tocsin.warning.alarms.services import detections as services  # noqa: E402

THREADS = 8
RAISES = often(200, 1000)


def raise_concurrently(detections: list[Detection]) -> None:
    """Applies every detection in a call of its own, `THREADS` at a time."""

    def work(part: list[Detection]) -> None:
        for one in part:
            services.apply_detections(detections=[one], now=NOW)
        connections.close_all()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, [detections[k::THREADS] for k in range(THREADS)]))


def one_condition() -> tuple[int, int]:
    """Raises of one condition: (lines, count)."""
    raise_concurrently([detection(ts=NOW_MS + k) for k in range(RAISES)])
    alarm = Alarm.objects.get()
    return AlarmEntry.objects.exclude(act="flapping").count(), alarm.count


def many_conditions() -> tuple[int, int]:
    """Conditions that read alike: (alarms, sum of counts)."""
    from tocsin.jurisdiction.people.services.system import system_actor

    new = [
        NewSensor(device_code="TWIN", channel=f"c{k}", quantity="methane", lon=120.4, lat=36.2, name="twin")
        for k in range(RAISES)
    ]
    register_many(actor=system_actor(), devices=[NewDevice(code="TWIN", region_code="370213")], sensors=new)
    raise_concurrently([detection(sensor=4 + k, ts=NOW_MS, level=AlarmLevel.BLUE) for k in range(RAISES)])
    alarms = Alarm.objects.filter(sensor__device__code="TWIN")
    return alarms.count(), sum(alarms.values_list("count", flat=True))


if __name__ == "__main__":
    make_district()
    print(RAISES, *one_condition(), *many_conditions(), file=sys.stdout)
