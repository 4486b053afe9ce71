"""The tanker of the demonstration: its acts are taken, and its frames lie where the camera's source looks."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.demo.test_tank_farm import BEGIN, settle
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.queries import folder_of
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.vehicles.models import LoadingOrder
from tocsin.vision.vehicles.services.readings import NewReading, take_plates
from tocsin.workshop.demo.public.timeline import play
from tocsin.workshop.demo.tank_farm import unloading
from tocsin.workshop.demo.tank_farm.place import person


@pytest.mark.django_db
def test_the_tanker_is_unloaded_as_the_story_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    settle()
    refused: list[str] = []
    reached = [BEGIN]

    def until(minutes: float, *, by_hand: bool = False) -> int:
        now = BEGIN + timedelta(minutes=minutes)
        due = [one for one in unloading.acts_of_unloading(BEGIN, now) if reached[0] < one.at <= now]
        due = [one for one in due if not (by_hand and one.by_officer)]
        reached[0] = now
        return play(due, refused.append) - len(due)

    assert until(16.1) == until(17.5) == until(25) == 0, refused
    order, source = LoadingOrder.objects.get(), CameraSource.objects.get()
    frames = sorted(folder_of(source.camera).iterdir())
    assert len(frames) == 6 and frames[0].read_bytes()[:2] == b"\xff\xd8", "of what a slow player missed the newest alone"
    now = BEGIN + timedelta(minutes=190)  # the worker's part, on a slow machine: it reads the plate, sees that nobody is there
    read = NewReading(plate=unloading.PLATE, confidence=0.9, at=now, model="pp-ocrv6")
    take_plates(actor=person("supervisor"), camera=source.camera, readings=[read], now=now)
    order.refresh_from_db()
    assert order.state == "arrived"
    moments = dict.fromkeys(("began_at", "raised_at", "last_at"), now)
    facts = {"region_code": order.object.region_code, "kind": "unloading_unwatched", "asks": "case", "urgent": True}
    sighting = Sighting.objects.create(camera=source.camera, count=3, best_score=0.9, **facts, **moments)
    assert until(205) == 0 and _verdict() == "waiting", "a person has time to look at it"
    assert until(211, by_hand=True) == 0 and _verdict() == "waiting", "it is left to whoever plays"
    assert until(212) == 0, refused
    sighting.refresh_from_db()
    assert sighting.verdict == "confirmed"
    LoadingOrder.objects.update(state="stopped", state_at=now + timedelta(minutes=22), stopping=sighting)
    assert until(225) == until(233) == until(245) == 0, refused
    assert _order_state() == "arrived"
    assert until(251) == 0 and _order_state() == "done" and CameraSource.objects.exists()
    assert until(264) == 0 and not CameraSource.objects.exists()
    assert until(280) == 0 and not [one for one in refused if "left out" in one]


def _verdict() -> str:
    return Sighting.objects.get().verdict


def _order_state() -> str:
    return LoadingOrder.objects.get().state
