"""Policy on pages and for programs: the same list, the same acts."""

import json

import pytest
from django.test import Client

from tests.accounts import PersonMaker
from tests.people import LICANG
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.records.audit.policy import AUDIT
from tocsin.records.versions.models import PolicyVersion

pytestmark = pytest.mark.django_db
API = "/api/v1/records/policy"


def signed_in(make_person: PersonMaker, role: str, region: str = EVERYWHERE) -> Client:
    client = Client()
    client.force_login(make_person(role, region))
    return client


def test_from_draft_to_force_on_pages(make_person: PersonMaker) -> None:
    author, second = signed_in(make_person, "rule_engineer"), signed_in(make_person, "supervisor")
    shipped = AUDIT.shipped.keep_days
    form = {
        "text": f"keep_days = {shipped + 1}",
        "region_code": EVERYWHERE,
        "source": "a law",
        "confidence": "A",
        "reason": "why",
    }
    made = author.post("/policy/records.audit/", form, follow=True)
    row = PolicyVersion.objects.get()
    page = f"/policy/versions/{row.pk}/"
    assert made.redirect_chain[-1][0] == page
    author.post(f"{page}try/")
    assert str(shipped + 1) in author.get(page).content.decode()
    assert "confirm/" not in author.get(page).content.decode()  # another person does
    assert "confirm/" in second.get(page).content.decode()
    second.post(f"{page}confirm/", {"effective_from": ""})
    assert AUDIT.current().keep_days == shipped + 1
    listed = second.get("/policy/").content.decode()
    assert "keep_days" in listed
    assert "keep_days" in second.get("/policy/records.audit/").content.decode()
    assert b"keep_days" in second.get("/policy/?format=toml").content


def test_what_does_not_fit_is_told_on_the_page(make_person: PersonMaker) -> None:
    author = signed_in(make_person, "rule_engineer")
    answer = author.post("/policy/records.audit/", {"text": "keep_days = 3", "region_code": EVERYWHERE})
    assert "six months" in answer.content.decode()
    assert author.get("/policy/records.moon/").status_code == 404
    assert not PolicyVersion.objects.exists()


def test_programs_do_the_same(make_person: PersonMaker) -> None:
    author, second = signed_in(make_person, "rule_engineer"), signed_in(make_person, "supervisor")
    shipped = AUDIT.shipped.keep_days
    body = {"policy": "records.audit", "text": f"keep_days = {shipped + 1}", "source": "a law", "confidence": "A"}
    body["region_code"] = EVERYWHERE
    drafted = author.post(f"{API}/versions", json.dumps(body), content_type="application/json").json()
    assert (drafted["state"], drafted["version"]) == ("draft", "2")
    tried = author.post(f"{API}/versions/{drafted['id']}/try").json()
    assert tried["trial"]["keys"] == [[["keep_days"], shipped, shipped + 1]]
    on = second.post(f"{API}/versions/{drafted['id']}/confirm", "{}", content_type="application/json").json()
    assert on["state"] == "on"
    (file,) = second.get(f"{API}?name=records.audit").json()
    assert file["values"] == [{"key": "keep_days", "shipped": str(shipped), "own": str(shipped + 1), "differs": True}]
    assert file["versions"][0]["id"] == drafted["id"]
    assert f"keep_days = {shipped + 1}" in second.get(f"{API}/export").content.decode()
    assert [one["name"] for one in second.get(f"{API}?key=calendar.warn").json()] == ["records.calendar"]


def test_who_holds_no_right_sees_no_policy(make_person: PersonMaker) -> None:
    desk = signed_in(make_person, "unit_desk", LICANG)
    assert desk.get("/policy/").status_code == 403
    assert desk.get(API).status_code == 403
