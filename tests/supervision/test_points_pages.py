"""The pages of points: what they show, to whom, and that their lists come as files."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.pages import words_of
from tests.people import SHINAN, make_named_person, signed_in
from tests.supervision.points import DAY, certify, ledger, make_object, make_tasks, score_day
from tests.supervision.test_points_services import firm_with_person, set_clock  # noqa: F401 - a fixture
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.queries import midnight
from tocsin.supervision.objects.models import PointsEvent
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.points.policy import shipped_text
from tocsin.supervision.points.services.night import assign_points
from tocsin.supervision.points.services.trial import work_on_next_trial

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("set_clock")]


@pytest.fixture
def city() -> dict[str, Any]:
    """A firm that falls from green to red, another of the district, one elsewhere."""
    firm, worker = firm_with_person("Bright")
    other, elsewhere = make_object("Calm"), make_object("Elsewhere", region=SHINAN)
    for one in (firm, other, elsewhere):
        certify(one)
        make_tasks(one, DAY, "d" * 8)
    score_day(DAY - timedelta(days=1))
    note_event(supervised_object=firm, kind="refused_inspection", key="gate", began_on=DAY, now=ledger_time())
    make_tasks(firm, DAY, "mm", weight=3)
    score_day()
    return {"firm": firm, "worker": worker, "other": other, "elsewhere": elsewhere}


def ledger_time() -> Any:
    from tests.supervision.points import at

    return at(DAY)


def test_the_board_shows_colours_movement_and_lists_as_files(city: dict[str, Any]) -> None:
    client = signed_in(make_named_person("viewer", "viewer"))
    page = client.get("/points/").content.decode()
    for words in ("green code", "red code", "not enough data", "Bright", "no legal basis", "↓ 1"):
        assert words in page
    assert "Elsewhere" not in page
    moved = client.get("/points/?table=moved").content.decode()
    assert "Licang District,370213" in moved
    regions = client.get("/points/?table=regions").content.decode().splitlines()
    assert len(regions) == 2
    assert "Calm" not in words_of(client.get("/points/?trade=chemicals").content)
    found = client.get("/api/v1/supervision/points").json()
    assert (found["all"], found["down"], found["up"]) == (2, 1, 0)
    assert [one["name"] for one in client.get("/api/v1/supervision/points/moved").json()] == ["Bright"]


def test_an_object_leads_down_to_the_line_with_its_evidence(city: dict[str, Any]) -> None:
    client, firm = signed_in(make_named_person("viewer", "viewer")), city["firm"]
    page = client.get(f"/points/objects/{firm.pk}/").content.decode()
    for words in ("refused inspection", "red line", "What lifts by one band", "shipped-", "check within 24 hours"):
        assert words in page
    assert "Enter a fact" not in page  # a viewer enters nothing
    day = client.get(f"/points/objects/{firm.pk}/days/{DAY}/").content.decode()
    for words in ("were due (by weight)", "red until", "the same", "Score: the sum of the lines"):
        assert words in day
    detail = client.get(f"/api/v1/supervision/objects/{firm.pk}/points/{DAY}").json()
    assert detail["reckoned_again_same"] is True
    assert round(sum(line["points"] for line in detail["lines"]), 2) == detail["score"]
    assert client.get(f"/points/objects/{firm.pk}/days/2020-01-01/").status_code == 404
    assert client.get(f"/points/objects/{firm.pk}/days/2020-13-01/").status_code == 404
    assert client.get(f"/points/objects/{city['elsewhere'].pk}/").status_code == 404
    assert "refused_inspection" not in client.get(f"/points/objects/{firm.pk}/?format=csv").content.decode()
    assert client.get(f"/api/v1/supervision/objects/{firm.pk}/lift").json()["target"] == "yellow"
    assert "Points" in client.get(f"/objects/{firm.pk}/").content.decode()


def test_the_firm_sees_its_own_and_appeals_and_the_authority_answers(city: dict[str, Any]) -> None:
    firm, own = city["firm"], signed_in(city["worker"])
    assert own.get("/points/").headers["location"] == f"/points/objects/{firm.pk}/"
    assert "Send the appeal" in own.get(f"/points/objects/{firm.pk}/").content.decode()
    assert own.get(f"/points/objects/{city['other'].pk}/").status_code == 404
    form = {"day": str(DAY), "reason_code": "refused_inspection", "line_key": "gate", "text": "nobody rang"}
    assert own.post(f"/points/objects/{firm.pk}/appeal/", form).status_code == 302
    appeal = Appeal.objects.get()
    lead = signed_in(make_named_person("lead", "supervisor"))
    assert "nobody rang" in lead.get("/points/appeals/").content.decode()
    assert "nobody rang" in lead.get("/points/appeals/?format=csv").content.decode()
    lead.post(f"/points/appeals/{appeal.pk}/answer/", {"won": "yes", "answer": "the gate's log agrees"})
    assert ledger(firm).revision == 1
    page = own.get(f"/points/objects/{firm.pk}/days/{DAY}/").content.decode()
    for words in ("given back by a won appeal", "Writing 0, corrected since"):
        assert words in page
    elsewhere = signed_in(make_named_person("other", "supervisor", region=SHINAN))
    assert "nobody rang" not in elsewhere.get("/points/appeals/").content.decode()
    assert elsewhere.post(f"/points/appeals/{appeal.pk}/answer/", {"won": "no", "answer": "x"}).status_code == 404


def test_consequences_and_facts_are_worked_on_the_pages(city: dict[str, Any]) -> None:
    firm = city["firm"]
    inspector = signed_in(make_named_person("inspector", "inspector"))
    page = inspector.get("/points/consequences/").content.decode()
    assert "check within 24 hours" in page
    assert "Elsewhere" not in page
    check = Consequence.objects.get(object=firm, kind="urgent_check")
    inspector.post(f"/points/consequences/{check.pk}/close/", {"words": "been there", "next": "//evil.example/"})
    assert Consequence.objects.get(pk=check.pk).words == "been there"
    assert "been there" in inspector.get("/points/consequences/?state=done").content.decode()
    assert "check within 24 hours" in inspector.get("/points/consequences/?state=done&format=csv").content.decode()
    fact = {"kind": "accident", "began_on": str(DAY), "text": "a fall"}
    inspector.post(f"/points/objects/{firm.pk}/facts/", fact)
    event = PointsEvent.objects.get(kind="accident")
    inspector.post(f"/points/facts/{event.pk}/end/", {"ended_on": str(DAY), "text": "over"})
    assert PointsEvent.objects.get(pk=event.pk).ended_on is None  # only who leads
    refused = inspector.post(f"/points/objects/{firm.pk}/facts/", {**fact, "began_on": "soon"}, follow=True)
    assert "“soon” is no day." in refused.content.decode()


def test_a_version_of_the_policy_is_drafted_tried_and_switched_on_on_the_pages(city: dict[str, Any]) -> None:
    author, lead = signed_in(make_named_person("author", "rule_engineer")), signed_in(make_named_person("lead", "supervisor"))
    assert "shipped-" in author.get("/points/policy/").content.decode()
    text = shipped_text().replace("green = 90.0", "green = 99.0")
    bad = author.post("/points/policy/", {"region_code": "370213", "version": "v-1", "text": text.replace("0.40", "0.50")})
    assert "sum to 1" in bad.content.decode()
    author.post("/points/policy/", {"region_code": "370213", "version": "v-1", "text": text, "reason": "stricter"})
    policy = PolicyVersion.objects.get(version="v-1")
    author.post(f"/points/policy/{policy.pk}/simulate/")
    waiting = author.get(f"/points/policy/{policy.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "0 of 2 objects looked at, 2 days each" in waiting
    assert "<html" not in waiting
    api = f"/api/v1/supervision/points-policies/{policy.pk}"
    assert author.get(api).json()["trial"]["state"] == "waiting"
    assert author.post(f"{api}/simulate").json()["trial"]["state"] == "waiting"  # the same one
    while work_on_next_trial():
        pass
    assert author.get(api).json()["trial"]["state"] == "done"
    page = lead.get(f"/points/policy/{policy.pk}/").content.decode()
    for words in ("is / would be", "Calm", "Switch on"):
        assert words in page
    assert "Calm" in lead.get(f"/points/policy/{policy.pk}/?format=csv").content.decode()
    assert "Switch on" not in author.get(f"/points/policy/{policy.pk}/").content.decode()
    lead.post(f"/points/policy/{policy.pk}/switch-on/", {"effective_from": str(DAY + timedelta(days=1))})
    assert PolicyVersion.objects.get(pk=policy.pk).effective_from == midnight(DAY + timedelta(days=1))
    stored = lead.get(f"/api/v1/supervision/points-policies/{policy.pk}").json()
    assert stored["content"]["bands"]["green"] == 99.0
    assert json.dumps(stored["simulated"]["matrix"])


def test_before_the_first_night_the_pages_say_so() -> None:
    client = signed_in(make_named_person("viewer", "viewer"))
    found = make_object("New")
    for path in ("/points/", f"/points/objects/{found.pk}/"):
        assert "No day has been scored yet" in client.get(path).content.decode()
    assert client.get("/api/v1/supervision/points").json()["day"] is None
    assert client.get(f"/api/v1/supervision/objects/{found.pk}/lift").json()["target"] is None


def test_the_pages_ask_a_fixed_number_of_questions_whatever_the_number_of_objects(
    city: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    client = signed_in(make_named_person("viewer", "viewer"))
    client.get("/points/")
    for number in range(30):
        make_object(f"More{number}", created=DAY)
    assign_points(day=DAY + timedelta(days=1), now=ledger_time() + timedelta(days=2))
    with django_assert_max_num_queries(40):
        client.get("/points/")
    with django_assert_max_num_queries(25):
        client.get("/points/consequences/")


def test_every_number_of_a_line_leads_to_the_records_that_it_counted(city: dict[str, Any]) -> None:
    client, firm = signed_in(make_named_person("viewer", "viewer")), city["firm"]
    address = f"/points/objects/{firm.pk}/days/{DAY}/tasks/"
    assert address in client.get(f"/points/objects/{firm.pk}/").content.decode()
    page = client.get(address).content.decode()
    assert "late, counts half" in page or "missing" in page or "in order" in page
    told = client.get(f"/api/v1/supervision/objects/{firm.pk}/points/{DAY}/tasks").json()
    assert told and {one["kind"] for one in told} == {"task"}
    for one in told[:3]:
        assert client.get(one["address"]).status_code == 200
    assert client.get(f"/points/objects/{city['elsewhere'].pk}/days/{DAY}/tasks/").status_code == 404
    assert client.get(f"/points/objects/{firm.pk}/days/{DAY}/nonsense/").status_code == 404


def test_the_board_leads_to_the_firms_of_a_colour_the_worst_first(city: dict[str, Any]) -> None:
    client = signed_in(make_named_person("viewer", "viewer"))
    assert "/objects/?colour=red&amp;region=&amp;trade=&amp;sort=score" in client.get("/points/").content.decode()
    page = client.get("/objects/?colour=red&sort=score").content.decode()
    assert "Bright" in client.get("/supervision/").content.decode()
    assert "Bright" in page and f"/points/objects/{city['firm'].pk}/days/{DAY}/" in page
    assert "Licang" in page and ">370213<" not in page


def test_a_firm_asks_to_end_a_red_line_and_hears_of_it(city: dict[str, Any]) -> None:
    firm, own = city["firm"], signed_in(city["worker"])
    event = firm.points_events.get()
    lead = signed_in(make_named_person("lead", "supervisor"))
    assert own.post(f"/points/facts/{event.pk}/ask-end/", {"text": "the gate is open"}).status_code == 302
    (row,) = lead.get("/api/v1/command/waiting?kind=fact_end").json()
    assert row["address"] == f"/points/objects/{firm.pk}/#fact-{event.pk}"
    assert "the gate is open" in lead.get(row["address"]).content.decode()
    lead.post(f"/points/facts/{event.pk}/end/", {"ended_on": str(event.began_on), "text": "inspected"})
    assert lead.get("/api/v1/command/waiting?kind=fact_end").json() == []
    assert "has ended" in own.get("/notices/").content.decode()


def test_the_page_of_a_firm_begins_with_its_colour(city: dict[str, Any]) -> None:
    (standing,) = signed_in(city["worker"]).get("/api/v1/supervision/firm").json()["standings"]
    assert (standing["colour"], standing["day"]) == ("red", str(DAY))
    assert standing["why"][0]["lost"] > 0 and standing["lift"]["acts"][0]["kind"] == "red_line"
    for page in standing["pages"]:
        assert signed_in(city["worker"]).get(page["address"]).status_code == 200
