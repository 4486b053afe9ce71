"""Volunteers and machine owners are asked from a request to load and drive, and what they answer stands on it."""

import pytest
from django.utils.translation import override

from tests.clocks import stand_at
from tests.people import LICANG, make_person, signed_in
from tests.supplies.requests import HERE, approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.mobilisation.volunteers.models import Need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def test_help_is_asked_from_the_request_and_stands_on_its_page() -> None:
    lead, by = head(), desk()
    received(lead, store(), item(lead, "棉被"), 400)
    made = request_for(by)
    approved(by, lead, made)
    browser = signed_in(by)
    address = f"/volunteers/needs/?supply_request={made.number}"
    assert address in browser.get(f"/supplies/requests/{made.pk}/").content.decode()
    assert made.purpose in browser.get(address).content.decode()
    told = {"what": "装卸", "count": "3", "lon": HERE[0], "lat": HERE[1], "place": made.place, "region": LICANG}
    browser.post("/volunteers/needs/open/", {**told, "subject_kind": "supply_request", "subject_label": made.number})
    need = Need.objects.get()
    assert (need.subject_kind, need.subject_id) == ("supply_request", made.pk)
    page = browser.get(f"/supplies/requests/{made.pk}/").content.decode()
    assert need.number in page
    assert "0 / 3" in " ".join(page.split())
    assert f"/supplies/requests/{made.pk}/" in browser.get(f"/volunteers/needs/{need.number}/").content.decode()


def test_a_request_out_of_reach_is_no_subject() -> None:
    made = request_for(desk())
    elsewhere = signed_in(make_person("duty_officer", "370211"))
    with override("en"):
        assert elsewhere.get(f"/volunteers/needs/?supply_request={made.number}").status_code == 404
