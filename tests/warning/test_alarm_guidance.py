"""What stands on an alarm: what must not be done there, and by which version of the detection policy it was raised."""

import msgspec
import pytest
from django.utils.translation import override

from tests.people import LICANG
from tests.warning.district import NOW, detection
from tests.warning.test_feedback_pages import HTMX, signed_in
from tocsin.command.guidance.policy import shipped_guidance
from tocsin.command.guidance.shown import describe_guidance
from tocsin.jurisdiction.people.models import User
from tocsin.records.versions.models import PolicyVersion
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.detections import apply_detections

pytestmark = pytest.mark.django_db


def test_guidance_and_the_version_of_the_rule_stand_on_an_alarm(district: list[int], officer: User) -> None:
    version = PolicyVersion.objects.create(
        policy="warning.detection", version="7", region_code=LICANG, source="order 12", made_at=NOW, made_by=officer
    )
    apply_detections(detections=[msgspec.structs.replace(detection(), policy=(str(version.pk),))], now=NOW)
    client, alarm = signed_in(officer), Alarm.objects.get()
    guidance = client.get(f"/api/v1/warning/alarms/{alarm.pk}/guidance").json()
    assert guidance["must_not"]
    assert all(line["class_name"] for line in guidance["must_not"])
    rule = client.get(f"/api/v1/warning/alarms/{alarm.pk}/rule").json()
    assert (rule["rule"], [one["source"] for one in rule["versions"]]) == ("high", ["order 12"])
    page = client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    assert guidance["must_not"][0]["text"] in page
    assert "version 7" in page


@pytest.mark.parametrize(("language", "begins"), [("en", "Ministry of Emergency Management"), ("zh-hans", "应急管理部令")])
def test_a_line_names_its_source_in_the_readers_language(language: str, begins: str) -> None:
    (line,) = (one for one in shipped_guidance().lines if one.key == "no_entry")
    with override(language):
        told = describe_guidance([line])
    assert told.must_not[0].source.startswith(begins)
