"""The departments of the demonstration: resources with the city's own rows, new files by their cycles, and a wrong one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tests.atlas.connectors.policies import set_policy
from tocsin.atlas.connectors.models import ResourceConnector
from tocsin.atlas.connectors.policy import CONNECTORS
from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.services import child, reading
from tocsin.atlas.resources.shown.waiting import WAITING
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.simulation.city import City
from tocsin.simulation.world import World
from tocsin.workshop.demo.resources.player import BAD, ResourcePlayer
from tocsin.workshop.demo.scenarios import STORY, load_scenario
from tocsin.workshop.demo.supplies import settle_supplies
from tocsin.workshop.demo.town import settle_people

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HOUR_MS = 3_600_000


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of its own; files are read in this process: another one takes a second to begin."""
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    monkeypatch.setattr(reading, "_ask_child", child.read)
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)
    set_policy(monkeypatch)
    yield


class _Standing:
    """A clock that a test moves."""

    def __init__(self, now_ms: int) -> None:
        self.ms = now_ms

    def now_ms(self) -> int:
        return self.ms


def _all_due(player: ResourcePlayer) -> int:
    """What the departments do, and then what the worker's loop fetches from them; how often the departments did something."""
    done = 0
    while player.step():
        done += 1
    fetch_due(now=datetime_from_ms(player._clock.now_ms()))
    return done


def test_departments_deliver_and_one_file_is_wrong(client: Client) -> None:
    world = World(City.build(), load_scenario(STORY))
    settle_people(world.city)
    settle_supplies(world.city.region_code, datetime_from_ms(world.scenario.begin_ms))
    clock, said = _Standing(world.scenario.begin_ms + 5 * 60_000), []
    player = ResourcePlayer(world, clock, said.append)  # type: ignore[arg-type]
    _all_due(player)
    kinds = {one.resource.slug: one.source["kind"] for one in ResourceConnector.objects.select_related("resource")}
    assert CONNECTORS.current().networks == ("127.0.0.1/32",)
    assert kinds == {
        "weather_hourly_370213": "http",
        "fire_stations_370213": "http",
        "rain_gauges_370213": "folder",
        "high_rises_370213": "folder",
    }
    assert not ResourceConnector.objects.exclude(failures=0).exists(), list(ResourceConnector.objects.values("problem"))

    served = Resource.objects.filter(good__isnull=False)
    assert served.count() == Resource.objects.count() >= 40
    assert Delivery.objects.exclude(verdict="as_agreed").count() == 0, list(
        Delivery.objects.exclude(verdict="as_agreed").values_list("resource__slug", "verdict", "findings", "problem")
    )
    assert min(served.values_list("rows", flat=True)) >= 1
    assert served.filter(west__isnull=False).count() >= 38
    assert len(said) == 2
    assert player.step() is False

    clock.ms += HOUR_MS // 2
    _all_due(player)
    anew = Counter(Delivery.objects.values_list("resource__slug", flat=True))
    assert {slug for slug, count in anew.items() if count > 1} == {
        f"{slug}_370213" for slug in ("weather_hourly", "rain_gauges", "road_closures")
    }

    clock.ms += HOUR_MS
    _all_due(player)
    hydrants = Resource.objects.get(slug=f"{BAD}_370213")
    wrong = hydrants.deliveries.get(stage="set_aside")
    assert "scaled" in {one["code"] for one in wrong.findings}
    assert rows_of(hydrants.pk).select(pl.col("压力").max()).collect().item() < 1
    steward = User.objects.get(username="steward")
    assert Notice.objects.filter(purpose="data_resources", organisation=steward.organisation_id).exists()
    waiting = next(one for one in WAITING if one.code == "resource_delivery")
    assert [one.pk for one in waiting.found(steward, datetime_from_ms(clock.ms))] == [wrong.pk]
    client.force_login(steward)
    with translation.override("en"):
        page = client.get(f"/resources/{hydrants.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "broken" in page
    assert len(said) == 3

    deliveries = Delivery.objects.count()
    player.sources.server.close()
    anew = ResourcePlayer(world, clock, said.append)  # type: ignore[arg-type]
    anew.take_up_sources()
    assert len(anew.sources.server.files) == 2
    assert _all_due(anew) == 1  # registered
    assert Delivery.objects.count() == deliveries  # a new start: nothing twice
    anew.sources.server.close()
