"""Prepared questions answer what their querysets answer, whatever the values; what they can't be asked is refused."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from tests.people import LICANG
from tests.warning.district import NOW, detection, make_district
from tocsin.bus.prepared import MOST, prepared
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.services.detections import apply_detections


def _alarms(ids: Collection[UUID], since: datetime) -> QuerySet[Alarm]:
    rows = Alarm.objects.annotate(over_at=Coalesce("closed_at", "updated_at")).select_related("sensor__device", "asset")
    return rows.filter(Q(pk__in=ids) | Q(sensor__in=ids), over_at__gte=since).order_by("raised_at", "id")


def _in_region(code: str, levels: Sequence[int], states: Sequence[str]) -> "QuerySet[Alarm, tuple[UUID, str]]":
    return Alarm.objects.filter(region_code=code, level__in=levels, state__in=states).order_by("id").values_list("pk", "rule")


def _indexes(least: int) -> "QuerySet[Sensor, int]":
    return Sensor.objects.filter(index__gte=least).order_by("index").values_list("index", flat=True)


alarms, in_region, indexes = prepared(_alarms), prepared(_in_region), prepared(_indexes)


class Answers(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        make_district()
        apply_detections(detections=[detection(sensor=k, ts=round(1000 * NOW.timestamp()) + k) for k in range(4)], now=NOW)

    @given(some.data())
    def test_as_their_querysets(self, data: some.DataObject) -> None:
        known = [*Alarm.objects.values_list("pk", flat=True), *Sensor.objects.values_list("pk", flat=True), UUID(int=7)]
        ids = data.draw(some.lists(some.sampled_from(known), max_size=MOST + 4))
        since = NOW + timedelta(milliseconds=data.draw(some.integers(-1, 5)))
        expected = list(_alarms(ids, since))
        found = alarms(ids, since)
        assert [one.__dict__.keys() for one in found] == [one.__dict__.keys() for one in expected]
        assert [(one.pk, one.raised_at, one.figures, one.over_at) for one in found] == [  # type: ignore[attr-defined]
            (one.pk, one.raised_at, one.figures, one.over_at)  # type: ignore[attr-defined]
            for one in expected
        ]
        with self.assertNumQueries(0):
            devices = [[str(one.sensor and one.sensor.device) for one in rows] for rows in (found, expected)]
        assert devices[0] == devices[1]
        code = data.draw(some.sampled_from([LICANG, "370202", "100% '%s"]))
        levels = data.draw(some.lists(some.integers(0, 4)))
        states = data.draw(some.lists(some.sampled_from(list(AlarmState))))
        assert in_region(code, levels, states) == list(_in_region(code, levels, states))
        assert indexes(data.draw(some.integers(0, 5))) in ([0, 1, 2, 3], [1, 2, 3], [2, 3], [3], [])

    def test_each_time_anew_in_one_statement(self) -> None:
        alarm = Alarm.objects.get(sensor__index=0)
        assert alarms([alarm.pk], NOW)[0].count == 1
        Alarm.objects.filter(pk=alarm.pk).update(count=5)
        with self.assertNumQueries(1):
            assert alarms([alarm.pk], NOW)[0].count == 5
        with self.assertNumQueries(0):
            assert alarms([], NOW) == []

    def test_what_it_cannot_be_asked_is_refused(self) -> None:
        with pytest.raises(TypeError, match="float is no argument"):
            prepared(lambda value: Alarm.objects.filter(value=value))(1.5)
        with pytest.raises(TypeError, match="bool is no argument"):
            prepared(lambda late: Alarm.objects.filter(late=late))(True)
        with pytest.raises(TypeError, match="no names"):
            indexes(least=1)
        with pytest.raises(ValueError, match="does not reach its statement"):
            prepared(lambda since: Alarm.objects.filter(raised_at__gt=since - timedelta(1)))(NOW)
        with pytest.raises(ValueError, match="does not reach its statement"):
            prepared(lambda word: Alarm.objects.filter(rule__contains=word))("hi")
        with pytest.raises(ValueError, match="prefetch_related"):
            prepared(lambda count: Alarm.objects.filter(count=count).prefetch_related("entries"))(1)


@pytest.mark.django_db(transaction=True)
def test_each_thread_for_itself_also_after_its_connection_was_closed() -> None:
    make_district()

    def ask(least: int) -> list[int]:
        try:
            return indexes(least)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, [k % 5 for k in range(40)]))
    assert answers == [list(range(k % 5, 4)) for k in range(40)]
