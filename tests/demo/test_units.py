"""The script of the story played to its end before a real server, by people who sign in; the clock jumps from act to act."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.clocks import stand_at
from tests.command.street import diagnose, feature, make_alarm
from tests.people import LICANG
from tocsin.base import time
from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.closing.services import watch_mended_cases
from tocsin.command.gathering.services import placement as services
from tocsin.command.orders.models import Order
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries.readings import history
from tocsin.simulation.city import City
from tocsin.supplies.requests.models import Delivery, RequestLine
from tocsin.supplies.requests.services.plans import work_out_plans
from tocsin.workshop.demo.sessions import Answer
from tocsin.workshop.demo.supplies import settle_supplies
from tocsin.workshop.demo.town import settle_people
from tocsin.workshop.demo.units import Act, Script, Units, load_script

BEGIN = datetime(2026, 1, 14, 21, 0, tzinfo=UTC)  # 05:00 in Qingdao
WELL = "石牛山路 7 号窨井"


@pytest.fixture
def city(transactional_db: None) -> City:
    """The well that rings, the heating main 200 m away, the bodies of the district."""
    ensure_regions()
    ensure_organisations(LICANG)
    main = feature("heat_main_supply", "A14442", [[120.4, 36.2018], [120.401, 36.2018]], owner="heating_company")
    well = feature("manhole", "W7", [120.4, 36.2], owner="drainage_bureau", utility="sewer", street="石牛山路")
    report = import_network(actor=system_actor(), features=[main, well], region_code=LICANG)
    assert not report.errors
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="D7", region_code=LICANG)],
        sensors=[
            NewSensor(
                device_code="D7",
                channel="methane",
                quantity="methane",
                lon=120.4,
                lat=36.2,
                asset_code="W7",
                name=WELL,
                unit="pct_lel",
            )
        ],
    )
    return City.build()


def test_the_story_goes_on_by_itself_to_its_end(live_server: Any, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    now = BEGIN

    def put(moment: datetime) -> None:
        nonlocal now
        now = moment
        stand_at(monkeypatch, moment)

    class Watch:
        """The clock of the units: where the test has put the city's."""

        def now_ms(self) -> int:
            return ms_from_datetime(now)

        def now(self) -> datetime:
            return now

    put(BEGIN)
    people = (*settle_people(city), *settle_supplies(city.region_code, BEGIN))
    alarm = make_alarm(Sensor.objects.get(), BEGIN, level=2)
    diagnosis = diagnose(alarm, BEGIN, [("heat_main_leak_biogas", 0.97, "A14442")])
    diagnosis.result["hypotheses"][0]["owner"] = "heating_company"
    diagnosis.save()
    services.gather_alarms(now=BEGIN, machine_now=datetime.now(tz=UTC))
    script = load_script("shiniushan-road")
    assert script is not None
    said: list[str] = []
    late: set[tuple[str, str]] = set()
    units = Units(script, people, live_server.url, Watch(), said.append)  # type: ignore[arg-type]
    for act in script.act:
        put(BEGIN + timedelta(minutes=act.after_min))
        if act.when:
            fall(alarm, until=now)
            watch_mended_cases(now=now)
        while work_out_plans(now=now):
            pass
        units._do_what_is_due()
        for _person in range(5):  # of those who act, in turn
            units._attending.look()
        late |= {(one.step, one.subject[-3:]) for one in Clock.objects.filter(met_at=None, stopped_at=None, due_at__lt=now)}
    assert units.done == len(script.act), said[-3:]
    refused = [line for line in said if line.endswith(")") or "left out" in line]
    assert refused == [], refused
    assert late <= {
        ("notify_owner", ""),
        ("notify_city", ""),
    }  # no sender runs here; else nobody is late by the script's own fault
    case = Case.objects.get()
    states = dict(Order.objects.values_list("unit__code", "state"))
    assert states["gas_company"] == "returned"
    assert case.state == CaseState.CLOSED
    lines = RequestLine.objects.filter(request__subject_label=case.number, item__name_zh__in=("棉被", "电暖器"))
    assert set(lines.values_list("item__name_zh", "amount")) == {("棉被", 400_000), ("电暖器", 12_000)}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"handed_over"}
    assert case.clocks.get(step="notify_owner").met_at is not None, "people looked, and the desk called whom no machine reaches"


ANSWERS = [
    ("it has changed once", (409, 200), "takes it"),
    ("it changes always", (409,) * 9, "takes it (it has changed)"),
    ("it is refused", (403, 200), "takes it (it has changed)"),
]


@pytest.mark.parametrize(("case", "answers", "said"), ANSWERS)
def test_what_has_changed_between_reading_and_pressing_is_read_again(case: str, answers: tuple[int, ...], said: str) -> None:
    class Answers:
        """A person to whom the server answers so, one after the other."""

        left = list(answers)

        def call(self, *_call: object, **_more: object) -> Answer:
            return Answer(self.left.pop(0), {"message": "it has changed"})

    lines: list[str] = []
    act = Act(after_min=0, who="duty", call="POST cases/<case>/take", tells="takes it")
    units = Units(Script(case="", keeps="duty", act=(act,)), (), "http://127.0.0.1", time.Clock(), lines.append)
    units._sessions["duty"] = Answers()  # type: ignore[assignment]
    assert units._do(act, {"id": "1"})
    assert lines[0].split("duty: ")[1] == said


def fall(alarm: Any, *, until: datetime) -> None:
    """For three hours the well has been almost without gas."""
    count = 36
    end = ms_from_datetime(until)
    ts = np.arange(end - count * 300_000, end, 300_000, dtype=np.int64)
    sensor = np.full(count, alarm.sensor.index, dtype=np.int32)
    history().append(Readings(sensor, ts, np.ones(count), np.zeros(count, dtype=np.uint8)), version=None)
