"""Warnings on the console's map: areas in their level, fetched anew by the live stream, also by desks of other counties."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.languages import english
from tests.mobilisation.public_warnings.drafting import issued
from tests.people import SHINAN, make_person, signed_in
from tocsin.atlas.face import layers_for
from tocsin.bus.models import OutboxEvent
from tocsin.mobilisation.public_warnings.consumers import LIVE
from tocsin.mobilisation.public_warnings.events import WarningIssued
from tocsin.mobilisation.public_warnings.services import issuing
from tocsin.mobilisation.public_warnings.services.places import NewPlaces

__all__ = ["english"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = timezone.now().replace(microsecond=0)
MAP = "/api/v1/mobilisation/warnings.geojson"


def test_a_desk_next_door_sees_what_holds_but_no_exercise() -> None:
    leader = make_person("shift_leader", organisation="monitoring_centre")
    real = issued(leader, NOW, expires_at=NOW + timedelta(hours=2))
    drill = issued(leader, NOW, expires_at=NOW + timedelta(hours=2), exercise=True)
    own = signed_in(leader).get(MAP).json()["features"]
    told = {one["properties"]["id"]: one["properties"] for one in own}
    assert set(told) == {str(real.pk), str(drill.pk)}
    assert told[str(real.pk)]["url"] == f"/warnings/{real.pk}/"
    assert told[str(drill.pk)]["drill"] is True
    assert "yellow, level 3 · until " in told[str(real.pk)]["words"]
    [other] = signed_in(make_person("duty_officer", SHINAN)).get(MAP).json()["features"]
    assert other["properties"]["url"] == f"/w/{real.pk}/"
    assert other["geometry"]["type"] in ("Polygon", "MultiPolygon")


def test_what_is_over_is_off_the_map() -> None:
    leader = make_person("shift_leader", organisation="monitoring_centre")
    made = issued(leader, NOW, expires_at=NOW + timedelta(hours=2))
    issuing.cancel_warning(actor=leader, warning_id=made.pk, reason="It is over.", now=NOW + timedelta(minutes=1))
    assert signed_in(leader).get(MAP).json()["features"] == []


def test_the_event_names_every_county_in_which_it_holds() -> None:
    leader = make_person("shift_leader", "370200", organisation="monitoring_centre")
    issued(leader, NOW, region_code="370200", expires_at=NOW + timedelta(hours=2), places=NewPlaces(units=["370200"]))
    event = WarningIssued(**{**OutboxEvent.objects.get(name="mobilisation.WarningIssued").data})
    [entry] = LIVE
    assert {"370202", "370213"} <= set(entry.regions(event))
    assert all(code.startswith("3702") and not code.endswith("00") for code in entry.regions(event))
    assert entry.tell(event) == {"warning_id": event.warning_id}


def test_the_layers_are_areas_shown_from_the_start() -> None:
    layers = {one["name"]: one for one in layers_for(make_person("duty_officer"))}
    for name in ("public-warnings", "incoming-warnings"):
        assert (layers[name]["kind"], layers[name]["shown"]) == ("areas", True)
