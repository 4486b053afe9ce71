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
    acts = sorted(unloading.acts_of_unloading(BEGIN), key=lambda one: one.at)
    refused: list[str] = []

    def until(minutes: float) -> int:
        due = [one for one in acts if one.at <= BEGIN + timedelta(minutes=minutes)]
        del acts[: len(due)]
        return play(due, refused.append) - len(due)

    assert until(25) == 0, refused
    order, source = LoadingOrder.objects.get(), CameraSource.objects.get()
    frames = sorted(folder_of(source.camera).iterdir())
    assert len(frames) == 13 and frames[0].read_bytes()[:2] == b"\xff\xd8"
    now = BEGIN + timedelta(minutes=25)  # the worker's part: it reads the plate, and sees that nobody is there
    read = NewReading(plate=unloading.PLATE, confidence=0.9, at=now, model="pp-ocrv6")
    take_plates(actor=person("supervisor"), camera=source.camera, readings=[read], now=now)
    order.refresh_from_db()
    assert order.state == "arrived"
    moments = dict.fromkeys(("began_at", "raised_at", "last_at"), now)
    facts = {"region_code": order.object.region_code, "kind": "unloading_unwatched", "asks": "case", "urgent": True}
    sighting = Sighting.objects.create(camera=source.camera, count=3, best_score=0.9, **facts, **moments)
    assert until(76) == 0, refused
    sighting.refresh_from_db()
    assert sighting.verdict == "confirmed"
    LoadingOrder.objects.update(state="stopped")
    assert until(130) == 0, refused
    order.refresh_from_db()
    assert order.state == "done" and not CameraSource.objects.exists()
