"""The drawer's forms, the page of hit rates and the API about answers, findings and priors."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.people import LICANG, make_person
from tests.warning.ranked import RANKING, ranked_alarm
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.diagnosis.models import Answer, Finding
from tocsin.warning.diagnosis.services import findings as services

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def alarm(district: list[int]) -> Alarm:
    return ranked_alarm()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_drawer_proposes_the_check_and_takes_its_answer(alarm: Alarm, officer: User) -> None:
    client = signed_in(officer)
    page = text_of(client.get(f"/alarms/{alarm.pk}/", headers=HTMX))
    assert "What would decide Has make-up water risen since yesterday?" in page
    assert "Call Heating company (heating control room)" in page
    form = {"check": "makeup_water", "outcome": "yes", "said_by": "Heating control room", "said_through": "telephone"}
    answered = client.post(f"/alarms/{alarm.pk}/answer/", form, headers=HTMX)
    assert answered.status_code == 200
    page = text_of(answered)
    assert "Has make-up water risen since yesterday: yes" in page
    assert "Heating main leak that drives biogas 90 %" in page
    withdrawn = client.post(
        f"/alarms/{alarm.pk}/withdraw-answer/", {"answer": str(Answer.objects.get().pk), "reason": "misheard"}, headers=HTMX
    )
    assert "withdrawn: misheard" in text_of(withdrawn)
    assert "Gas main leak 50 %" in text_of(withdrawn)


def test_a_measured_value_needs_a_number_or_a_word(alarm: Alarm, officer: User) -> None:
    client = signed_in(officer)
    form = {
        "check": "methane_by_hand",
        "asset_code": "W1",
        "value": "",
        "unit": "pct_lel",
        "said_by": "crew",
        "said_through": "on_site",
    }
    empty = client.post(f"/alarms/{alarm.pk}/answer/", form, headers=HTMX)
    assert (empty.status_code, "Enter the value" in text_of(empty)) == (400, True)
    assert client.post(f"/alarms/{alarm.pk}/answer/", {**form, "no_answer": "1"}, headers=HTMX).status_code == 200
    assert client.post(f"/alarms/{alarm.pk}/answer/", {**form, "value": "27"}, headers=HTMX).status_code == 200
    assert [one.outcome for one in Answer.objects.order_by("entered_at")] == ["", "much"]


def test_a_finding_is_entered_and_corrected_in_the_drawer(alarm: Alarm, officer: User) -> None:
    client = signed_in(officer)
    form = {"cause": "gas_main_leak", "found_by": "Gas crew 2", "found_at": "2026-01-03T13:00", "text": "cracked joint"}
    page = text_of(client.post(f"/alarms/{alarm.pk}/finding/", form, headers=HTMX))
    assert "Gas main leak" in page
    assert "Shown first before: Gas main leak, 50 %" in page
    assert "What would decide" not in page  # nothing is left to decide
    page = text_of(client.post(f"/alarms/{alarm.pk}/finding/", {**form, "cause": "sewer_biogas"}, headers=HTMX))
    assert "corrected since" in page
    assert Finding.objects.count() == 2


def test_who_only_looks_sees_no_forms(alarm: Alarm, viewer: User) -> None:
    client = signed_in(viewer)
    page = client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    assert "What would decide" in page
    assert "Enter and rank anew" not in page
    assert "finding-form" not in page
    assert client.post(f"/alarms/{alarm.pk}/finding/", {"cause": "no_event", "found_by": "me"}, headers=HTMX).status_code == 403


def test_the_page_counts_hits_and_says_that_they_are_few(alarm: Alarm, officer: User) -> None:
    other = ranked_alarm((RANKING[1], RANKING[0]), sensor=1)
    for one, cause in ((alarm, "gas_main_leak"), (other, "gas_main_leak")):
        services.record_finding(actor=officer, alarm_id=one.pk, cause=cause, found_by="Gas crew 2")
    page = text_of(signed_in(officer).get("/hit-rates/"))
    assert "2 findings; 0 without a cause" in page
    assert "50 % 1/2 (9.5 %–91 %) too few" in page
    assert "2 events count here." in page
    assert "Reset the priors" not in page
    assert signed_in(make_person("audit_administrator")).get("/hit-rates/").status_code == 403


def test_an_engineer_resets_the_priors_on_the_page(alarm: Alarm, officer: User) -> None:
    services.record_finding(actor=officer, alarm_id=alarm.pk, cause="gas_main_leak", found_by="Gas crew 2")
    client = signed_in(make_person("rule_engineer"))
    assert "1 event counts here." in text_of(client.get("/hit-rates/"))
    page = text_of(client.post("/hit-rates/reset/", {"region": LICANG, "reason": "sensors exchanged"}, follow=True))
    assert "0 events count here." in page
    assert "sensors exchanged" in page
    refused = client.post("/hit-rates/reset/", {"region": "370600", "reason": "not mine"}, follow=True)
    assert "needs the permission policy.edit" in text_of(refused)


def test_the_same_by_api(alarm: Alarm, officer: User) -> None:
    client = signed_in(officer)
    base = f"/api/v1/warning/alarms/{alarm.pk}"
    proposed = client.get(f"{base}/deciding").json()
    first = proposed["checks"][0]
    assert (first["check"], first["who"]["code"], first["by_telephone"]) == ("makeup_water", "heating_company", True)
    assert sum(one["probability"] for one in first["outcomes"]) == pytest.approx(0.85, abs=0.01)  # 15 % do not know
    body = {"check": "makeup_water", "outcome": "no", "said_by": "Heating control room"}
    answer = client.post(f"{base}/answers", body, content_type="application/json").json()
    assert answer["sentence"] == "Has make-up water risen since yesterday: no"
    ranked = client.get(f"{base}/diagnosis").json()["hypotheses"]
    assert ranked[0]["cause"] == "gas_main_leak"
    assert ranked[0]["probability"] > 0.7
    taken = client.post(f"{base}/answers/{answer['id']}/withdraw", {"reason": "misheard"}, content_type="application/json")
    assert taken.json()["withdrawn_reason"] == "misheard"
    wrong = client.post(f"{base}/answers", {**body, "outcome": "maybe"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_input")
    found = client.post(
        f"{base}/findings", {"cause": "gas_main_leak", "found_by": "crew"}, content_type="application/json"
    ).json()
    assert (found["shown_last"]["cause"], found["shown_last"]["probability"]) == ("gas_main_leak", pytest.approx(0.5))
    rates = client.get("/api/v1/warning/hit-rates", {"region_code": LICANG}).json()
    assert (rates["last"]["first"]["hits"], rates["last"]["first"]["too_few"]) == (1, True)
    assert client.get("/api/v1/warning/hit-rates", {"region_code": "370202"}).status_code == 403
    assert client.get("/api/v1/warning/priors", {"region_code": LICANG}).json()["findings"] == 1
    reset = client.post("/api/v1/warning/priors/reset", {"region_code": LICANG, "reason": "x"}, content_type="application/json")
    assert reset.status_code == 403
