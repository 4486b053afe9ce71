"""Duty by the API: what the pages do, for programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.accounts import PersonMaker
from tests.jurisdiction.test_pages import signed_in
from tests.people import LICANG
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint, Post

pytestmark = pytest.mark.django_db

BASE = "/api/v1/jurisdiction"


def call(client: Client, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
    answer = client.generic(method, f"{BASE}{path}", _json(body), content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def _json(body: Any) -> str:
    from django.core.serializers.json import DjangoJSONEncoder

    return DjangoJSONEncoder().encode(body) if body is not None else ""


def test_a_roster_from_its_making_to_a_swap(make_person: PersonMaker) -> None:
    desk, li, wang = (
        signed_in(make_person(role, username=name, organisation="gas_company"))
        for role, name in (("unit_desk", "desk"), ("utility_crew", "li"), ("utility_crew", "wang"))
    )
    gas = Organisation.objects.get(code="gas_company", region_id=LICANG)
    me = {name: call(client, "GET", "/me")["person"]["id"] for name, client in (("li", li), ("wang", wang))}
    today, now = timezone.localtime().date(), timezone.now()
    made = call(desk, "POST", "/rosters", {"organisation_id": gas.pk, "name_zh": "调度", "name_en": "Desk"}, status=201)
    roster = f"/rosters/{made['id']}"
    crew = call(desk, "POST", f"/organisations/{gas.pk}/posts", {"name_zh": "抢修", "name_en": "Crew"}, status=201)
    teams = [[{"person_id": me["li"]}], [{"person_id": me["wang"]}, {"post_id": crew["id"]}]]
    call(desk, "POST", f"{roster}/layers", {"teams": teams, "starts_on": today, "handovers": "00:00"}, status=201)
    days = call(li, "GET", f"{roster}/days?days=2")
    assert [{one["name"] for one in day["parts"][0]["on"]} for day in days] == [{"li"}, {"wang", "Crew"}]
    tomorrow = {"starts_at": days[1]["parts"][0]["starts_at"], "ends_at": days[1]["parts"][0]["ends_at"]}
    swap = call(wang, "POST", f"{roster}/swaps", {"asked_of": me["li"], "given": tomorrow}, status=201)
    call(wang, "POST", f"/swaps/{swap['id']}/answer", {"answer": "agree"}, status=403)
    assert call(li, "POST", f"/swaps/{swap['id']}/answer", {"answer": "agree"})["state"] == "agreed"
    at = days[1]["parts"][0]["starts_at"].replace("+", "%2B")
    assert {one["name"] for one in call(li, "GET", f"/organisations/{gas.pk}/on-call?at={at}")} == {"li", "Crew"}
    stranger = signed_in(make_person("viewer"))
    assert {one["name"] for one in call(stranger, "GET", f"/organisations/{gas.pk}/on-call?at={at}")} == {"Desk"}
    call(stranger, "GET", f"{roster}/days", status=404)
    stand_in = {"post_id": crew["id"], "starts_at": now, "ends_at": now + timedelta(hours=1)}
    put = call(desk, "POST", f"{roster}/stand-ins", stand_in, status=201)
    call(desk, "DELETE", f"{roster}/stand-ins/{put['id']}", status=204)
    leave = call(li, "POST", "/leaves", {"starts_at": now, "ends_at": now + timedelta(hours=1)}, status=201)
    call(wang, "DELETE", f"/leaves/{leave['id']}", status=404)
    call(desk, "DELETE", f"/leaves/{leave['id']}", status=204)
    for wrong in ("?days=0", "?days=93", "?first=0001-01-01", "?first=9999-12-31"):
        call(li, "GET", f"{roster}/days{wrong}", status=400)
    call(desk, "DELETE", roster, status=204)


def test_contact_points_and_the_book(make_person: PersonMaker) -> None:
    planner = make_person("unit_desk", username="desk", organisation="gas_company")
    desk = signed_in(planner)
    gas = Organisation.objects.get(code="gas_company", region_id=LICANG)
    point = {"organisation_id": gas.pk, "kind": "webhook", "address": "https://example.com/secret"}
    made = call(desk, "POST", "/contact-points", point, status=201)
    call(desk, "POST", "/contact-points", point | {"address": "file:///etc/passwd"}, status=400)
    stranger = signed_in(make_person("viewer"))
    assert call(stranger, "GET", f"/organisations/{gas.pk}/contact-points")[0]["address"] == ""
    assert call(desk, "GET", f"/organisations/{gas.pk}/contact-points")[0]["address"] == point["address"]
    call(stranger, "DELETE", f"/contact-points/{made['id']}", status=403)
    call(desk, "DELETE", f"/contact-points/{made['id']}", status=204)
    call(desk, "POST", "/contact-points", {"kind": "sms", "address": "139 0000 0000", "user_id": str(planner.pk)}, status=201)
    ContactPoint.objects.filter(user=planner).update(confirmed_at=timezone.now())  # its code came back
    call(desk, "PUT", "/me/contact-preference", {"kinds": {"yellow": ["email"]}, "quiet_hours": "22:00-07:00"})
    preference = call(desk, "GET", "/me/contact-preference")
    assert preference["kinds"] == {"yellow": ["email"]}
    waits = {one["level"]: one["waits"] for one in preference["foreseen"]}
    assert waits == {"red": False, "orange": False, "yellow": True, "blue": True}
    assert [one["kind"] for one in call(desk, "GET", "/me/contact-points")] == ["sms"]
    call(desk, "PUT", "/me/contact-preference", {"kinds": {"yellow": ["owl"]}}, status=400)
    book = call(stranger, "GET", "/phone-book?search=119")
    assert [line["numbers"] for line in book["items"]] == [["119"]]
    post = Post.objects.create(organisation=gas, name_zh="岗", name_en="Post")
    call(desk, "DELETE", f"/posts/{post.pk}", status=204)


def test_duties_of_an_organisation(make_person: PersonMaker) -> None:
    administrator = signed_in(make_person("system_administrator"))
    gas = Organisation.objects.get(code="gas_company", region_id=LICANG)
    duties = [{"kind": "owner", "lifeline": "gas", "hours": "08:00-20:00"}]
    told = call(administrator, "PUT", f"/organisations/{gas.pk}/duties", duties)
    assert told["duties"][0]["area_code"] == LICANG
    call(administrator, "PUT", f"/organisations/{gas.pk}/duties", [{"kind": "king"}], status=400)
    call(administrator, "PUT", f"/organisations/{gas.pk}/superior", {"superior_id": None})
    call(administrator, "PUT", f"/organisations/{gas.pk}/superior", {"superior_id": gas.pk}, status=400)
