"""A round over many firms comes to what each comes to when it is read alone, asks no more of many, and tells who must know."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.supervision.firms import NOW
from tocsin.hazchem.commitments.models import SafetyCommitment
from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.prevention.models import CheckTask, DynamicRisk, DynamicRiskStep, RiskEvent, RiskMeasure
from tocsin.hazchem.prevention.policy.dynamic_risk import dynamic_risk
from tocsin.hazchem.prevention.services.judging import judge_all
from tocsin.hazchem.prevention.services.turning import Telling
from tocsin.hazchem.prevention.shown.notices import page_of_risk, texts
from tocsin.notices.messages.models import Notice
from tocsin.supervision.face import SupervisedObject, supervisor_of, supervisors_of
from tocsin.warning.alarms.models import Alarm
from tocsin.workshop.bench.province import Province

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)
type Counts = dict[str, float]


def slow_counts(unit: PlantUnit, now_day: object) -> Counts:
    """What stands badly at one unit, each read by itself."""
    firm = unit.object
    found: Counts = Counter()
    for point in PlantPoint.objects.filter(equipment__unit=unit):
        found["alarms"] += Alarm.objects.filter(sensor=point.sensor, state="active_unacknowledged").count() if point.sensor else 0
        found["bypasses"] += point.interlock in ("bypassed", "failed")
    for permit in WorkPermit.objects.filter(unit=unit, state__in=["running", "paused"]):
        found["permits"] += 1.0 if permit.grade in dynamic_risk().works.high else dynamic_risk().works.other
    for measure in RiskMeasure.objects.filter(event__unit__plant_unit=unit):
        found["failed"] += measure.failed_at is not None
        found["overdue"] += CheckTask.objects.filter(measure=measure, due_on__lt=now_day).count()
    found["commitment"] += not SafetyCommitment.objects.filter(object=firm, day=now_day).exists()
    return {name: count for name, count in found.items() if count}


def slow_value(unit: PlantUnit, counts: Counts) -> float:
    """The formula of the page, in plain Python."""
    policy = dynamic_risk()
    static = policy.static.of_grade(unit.grade)
    for event in RiskEvent.objects.filter(unit__plant_unit=unit):
        static = max(static, policy.static.of_colour(event.colour))
    factors = {factor.value: row for factor, row in policy.factors.items()}
    raised = sum(factors[name].weight * min(1.0, count / factors[name].full) for name, count in counts.items())
    return 100 * (1 - (1 - static) ** (1 + raised))


def questions(now_minutes: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        judge_all(now=NOW + timedelta(minutes=now_minutes))
    return len(asked)


def test_many_firms_come_to_what_each_comes_to_when_it_is_read_alone() -> None:
    Province(40, NOW)
    judge_all(now=NOW)
    gravest: dict[object, float] = {}
    seen: Counter[str] = Counter()
    for unit in PlantUnit.objects.select_related("object"):
        counts = slow_counts(unit, TODAY)
        kept = DynamicRisk.objects.get(unit=unit)
        assert {line["factor"]: line["count"] for line in kept.lines} == counts
        assert kept.value == pytest.approx(slow_value(unit, counts), abs=0.006)
        gravest[unit.object_id] = max(gravest.get(unit.object_id, 0.0), kept.value)
        seen.update(counts)
    assert set(seen) == {"alarms", "bypasses", "permits", "failed", "overdue", "commitment"}, "the province has some of each"
    assert dict(DynamicRisk.objects.filter(unit=None).values_list("object", "value")) == gravest


def test_a_round_asks_no_more_of_many_firms_than_of_few_and_writes_only_what_moved() -> None:
    province = Province(40, NOW)
    few = SupervisedObject.objects.filter(code__lt="BENCH-00010")
    others = SupervisedObject.objects.exclude(pk__in=few)
    others.update(active=False)
    first, still = questions(0), questions(1)
    assert DynamicRisk.objects.filter(unit=None).count() == 10
    others.update(active=True)
    # one question more of each kind may come where the few had nothing to tell
    assert questions(2) <= first + 3
    assert DynamicRisk.objects.filter(unit=None).count() == 40
    assert questions(3) == still
    steps = DynamicRiskStep.objects.count()
    before = dict(DynamicRisk.objects.values_list("pk", "at"))
    province.ring([0], rule="rate_of_rise")
    judge_all(now=NOW + timedelta(minutes=4))
    moved = [one for one in DynamicRisk.objects.select_related("unit") if one.at != before[one.pk]]
    assert {one.object_id for one in moved} == {province.units[0].object_id}
    assert DynamicRiskStep.objects.count() - steps <= len(moved) <= 2


def test_supervisors_of_many_are_who_supervises_each() -> None:
    province = Province(12, NOW)
    firms = list(SupervisedObject.objects.select_related("competent").order_by("code"))
    SupervisedObject.objects.filter(pk=firms[0].pk).update(competent=province.counties[3])
    SupervisedObject.objects.filter(pk=firms[1].pk).update(trade="workshop")
    firms = list(SupervisedObject.objects.select_related("competent").order_by("code"))
    with CaptureQueriesContext(connection) as asked:
        found = supervisors_of(firms, NOW)
    assert len(asked) == 2
    assert found == {one.pk: supervisor_of(one, NOW) for one in firms}
    assert found[firms[0].pk] == province.counties[3]
    assert found[firms[2].pk] is not None


@pytest.mark.parametrize(("turned", "to_the_supervisor"), [(5, 5), (6, 1)])
def test_who_supervises_many_that_turn_at_once_hears_of_all_in_one_notice(turned: int, to_the_supervisor: int) -> None:
    province = Province(turned, NOW)
    SupervisedObject.objects.update(competent=province.counties[0])
    units = [one.pk for one in province.units[::3]]  # one a firm
    RiskEvent.objects.exclude(unit__plant_unit__in=units).update(active=False)
    PlantUnit.objects.exclude(pk__in=units).update(active=False)
    for rule in ("a", "b", "c"):
        province.ring(range(0, 3 * turned, 3), rule=rule)
    judge_all(now=NOW)
    told = Notice.objects.filter(purpose="dynamic_risk")
    above = list(told.filter(organisation=province.counties[0]))
    assert (told.count() - len(above), len(above)) == (turned, to_the_supervisor)
    if to_the_supervisor == 1:
        assert above[0].figures["number"] == turned
        assert page_of_risk(above[0]).startswith("/prevention/risk/?which=")
        assert "6" in texts(above)[above[0].pk]


def test_nobody_is_told_where_nothing_turned() -> None:
    with CaptureQueriesContext(connection) as asked:
        Telling([], dynamic_risk(), NOW).tell_of_many()
    assert len(asked) == 0
