"""Hot work in the tank farm of the demonstration: readings of its detector stop it; all acts of its people are taken."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.people import LICANG, make_named_person
from tests.supervision.firms import make_body, make_object
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detector import Detector
from tocsin.hazchem.commitments.models import SafetyCommitment
from tocsin.hazchem.musters.models import MusterPerson, PlantMuster
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.services.stopping import stop_beside_alarms
from tocsin.hazchem.positions.models import PresentPosition
from tocsin.hazchem.prevention.models import CheckResult, DynamicRisk, RiskEvent
from tocsin.hazchem.prevention.services.judging import judge_all
from tocsin.hazchem.risk_warnings.models import RiskWarning
from tocsin.hazchem.risk_warnings.services.pushing import push_warnings
from tocsin.hazchem.zones.services.crossing import judge_positions
from tocsin.sensing.devices.models import Sensor
from tocsin.supervision.inspections.models import Finding
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.detection.loops.detector import detection_of
from tocsin.warning.detection.queries.registry import load_registry
from tocsin.workshop.demo.plants import settle_plants
from tocsin.workshop.demo.public.timeline import Act, play
from tocsin.workshop.demo.tank_farm.hot_work import acts_of_hot_work, settle_tank_farm
from tocsin.workshop.demo.tank_farm.ledger import acts_of_ledger
from tocsin.workshop.demo.tank_farm.place import DETECTORS, LEAKING, gas_at, has_story, values_between

BEGIN = datetime(2026, 1, 14, 20, 40, tzinfo=UTC)  # 04:40 in Qingdao


class Worker:
    """What detector and worker do with what the detectors have sent since the last look."""

    def __init__(self) -> None:
        registry = load_registry()
        self._index = dict(Sensor.objects.values_list("channel", "index"))
        self._registry = registry
        self._detector = Detector(registry.profiles, registry.profile_of_sensor, registry.interval_ms)
        self._reached_ms = ms_from_datetime(BEGIN)

    def look(self, now: datetime) -> None:
        until = ms_from_datetime(now)
        for ts, values in values_between(BEGIN, self._reached_ms, until):
            sensors = [self._index[one] for one in values]
            found = self._detector.update(Readings.of(sensors, [ts] * len(sensors), list(values.values())))
            rows = [detection_of(row, latching=self._registry.latches(row["sensor"])) for row in found.rows()]
            if rows:
                apply_detections(detections=rows, now=datetime_from_ms(ts))
        self._reached_ms = until
        while judge_positions(now=now):
            pass
        stop_beside_alarms(now=now)
        push_warnings(now=now)


def settle() -> None:
    make_named_person("supervisor", "supervisor")
    bureau = make_body("bureau")
    make_object(
        "精细化工",
        trade="fine_chemical_batch",
        major_hazard=True,
        lon=120.4,
        lat=36.16,
        organisation=make_body("f"),
        competent=bureau,
    )
    assert not has_story()
    settle_plants(BEGIN)
    secrets, people = settle_tank_farm(LICANG, BEGIN)
    assert (list(secrets), len(people), has_story()) == (["GD-TANKS", "WS-TANKS"], 4, True)


@pytest.mark.django_db
def test_the_story_is_played_to_its_end() -> None:
    settle()
    refused: list[str] = []
    acts = sorted([*acts_of_ledger(BEGIN), *acts_of_hot_work(BEGIN)], key=lambda one: one.at)
    before = [one for one in acts if one.at <= BEGIN]
    assert play(before, refused.append) == len(before), refused
    assert (RiskEvent.objects.count(), SafetyCommitment.objects.count()) == (5, 3)
    assert sorted(Finding.objects.values_list("state", flat=True)) == ["closed", "open"]
    assert CheckResult.objects.filter(open_danger=True).count() == 1
    judge_all(now=BEGIN)
    assert {line["factor"] for line in DynamicRisk.objects.get(unit__isnull=False, unit__name="溶剂罐区").lines} >= {"failed"}
    worker = Worker()
    states: list[str] = []

    def watched(act: Act) -> Act:
        def do(now: datetime) -> None:
            worker.look(now)
            act.do(now)
            states.extend(WorkPermit.objects.exclude(state__in=states[-1:]).values_list("state", flat=True))

        return Act(act.at, do, act.tells, act.by_officer)

    after = [watched(one) for one in acts if one.at > BEGIN]
    assert play(after, refused.append) == len(after), refused[-5:]
    assert states == ["draft", "signing", "approved", "running", "stopped", "approved", "running", "closed"]
    permit = WorkPermit.objects.get()
    assert permit.stopping_alarm is not None and permit.round == 2
    warning = RiskWarning.objects.get()
    assert (warning.state, warning.level) == ("closed", int(AlarmLevel.YELLOW))
    muster = PlantMuster.objects.get()
    assert muster.ended_at is not None
    people = MusterPerson.objects.filter(muster=muster)
    assert sorted(people.values_list("standing", flat=True)) == ["at_point"] * 5 + ["seen"]
    assert SafetyCommitment.objects.count() == 4
    assert PresentPosition.objects.count() == 6


def test_only_one_detector_of_the_farm_smells_the_leak() -> None:
    minutes = [BEGIN + timedelta(minutes=one) for one in range(300)]
    highest = {one.tag: max(gas_at(one, BEGIN, at) for at in minutes) for one in DETECTORS}
    assert 30 < highest.pop(LEAKING.tag) < 50
    assert max(highest.values()) < 2
