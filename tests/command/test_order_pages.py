"""Orders before desks and crews: pages, the list as a table, the API and its batches."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.command.orders import bodies, case, crew_of, do, is_likely_of, now, send
from tests.command.street import START, Timeline
from tests.people import LICANG, SHINAN, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case, Drill
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.closing.queries import CalmStanding, Lack
from tocsin.command.closing.rules import ClosingNeed
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.sensing.devices.models import Sensor

__all__ = ["bodies", "case", "now"]
pytestmark = pytest.mark.django_db
API = "/api/v1/command"


def browser(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def post(client: Client, path: str, data: Any) -> Any:
    answer = client.post(f"{API}{path}", json.dumps(data), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def entry(order: Order, act: str, **more: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "order_id": str(order.pk), "act": act, "at": START.isoformat(), **more}


def test_the_case_tells_its_orders_and_the_desk_sends_and_enters(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    client, back = browser(officer), f"/cases/{case.number}/"
    unit = str(bodies["gas_company"].pk)
    told = client.post(f"/orders/send/{case.pk}/", {"unit": unit, "role": "lead", "text": "look", "next": back}, follow=True)
    page = told.content.decode()
    assert all(words in page for words in (f"{case.number}-01", "Gas company", "to be signed for", "look"))
    order = Order.objects.get()
    said = {"act": "accept", "said_by": "Zhao", "next": back, "base_version": "0"}
    page = client.post(f"/orders/{order.pk}/enter/", said, follow=True).content.decode()
    assert "told by Zhao" in page
    page = client.post(
        f"/orders/{order.pk}/enter/", {"act": "return", "said_by": "Zhao", "next": back}, follow=True
    ).content.decode()
    assert "This step needs: reason." in page
    measured = {"act": "reading", "said_by": "Zhao", "what": "ethane_ratio/ethane_in_chamber", "value": "0.02", "next": back}
    page = client.post(f"/orders/{order.pk}/enter/", measured, follow=True).content.decode()
    assert "Share of ethane 0.02 %" in page
    again = {"act": "accept", "said_by": "Zhao", "next": "https://elsewhere.example/", "base_version": "1"}
    assert client.post(f"/orders/{order.pk}/enter/", again).headers["Location"] == "/orders/"


def test_the_desk_sends_the_owners_in_one_press(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    is_likely_of(case, "heating_company")
    client, back = browser(officer), f"/cases/{case.number}/"
    proposed = client.get(f"{API}/cases/{case.pk}/proposed-orders").json()
    assert [(proposed[0]["unit"], proposed[0]["role"])] == [("Gas company", "lead")]
    units = [one["unit_id"] for one in proposed]
    page = client.get(back).content.decode()
    assert page.count(f"/orders/send-proposed/{case.pk}/") == 2  # what is next, and the orders
    assert "not sent yet" in page
    page = client.post(f"/orders/send-proposed/{case.pk}/", {"unit": units[:1], "next": back}, follow=True).content.decode()
    assert "look again, then send" in page
    page = client.post(f"/orders/send-proposed/{case.pk}/", {"unit": units, "next": back}, follow=True).content.decode()
    assert "Sent: Gas company, Heating company" in page
    assert "/orders/send-proposed/" not in page
    refused = client.post(
        f"{API}/cases/{case.pk}/proposed-orders", json.dumps({"unit_ids": units}), content_type="application/json"
    )
    assert refused.status_code == 409


def test_a_program_sends_the_owners_that_were_proposed(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    client = browser(officer)
    proposed = client.get(f"{API}/cases/{case.pk}/proposed-orders").json()
    sent = post(client, f"/cases/{case.pk}/proposed-orders", {"unit_ids": [one["unit_id"] for one in proposed]})
    assert [(one["unit_id"], one["role"]) for one in sent] == [(one["unit_id"], one["role"]) for one in proposed]


def test_the_desk_makes_a_running_unit_lead_in_one_press(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    client, back = browser(officer), f"/cases/{case.number}/"
    send(case, bodies["gas_company"])
    heating = send(case, bodies["heating_company"], OrderRole.ASSISTING)
    page = client.get(back).content.decode()
    assert page.count("Make it lead") == 1
    assert f"/orders/{heating.pk}/lead/" in page
    page = client.post(f"/orders/{heating.pk}/lead/", {"text": "", "next": back}, follow=True).content.decode()
    assert "Heating company leads from now on and has been told." in page
    told = post(client, f"/orders/{Order.objects.get(unit=bodies['gas_company']).pk}/lead", {"text": "after all"})
    assert (told["role"], told["text"]) == ("lead", "after all")


def test_an_order_says_what_where_and_why_and_is_answered_on_its_page(
    case: Case, bodies: dict[str, Organisation], now: Timeline
) -> None:
    order = send(case, bodies["heating_company"], OrderRole.ASSISTING)
    Sensor.objects.filter(pk=case.lead.sensor_id).update(last_ts=ms_from_datetime(START), last_value=31.5)
    desk = browser(crew_of(bodies["heating_company"], "unit_desk"))
    page = desk.get(f"/orders/{order.number}/").content.decode()
    for words in ("You assist: send a crew", "G1", "of where it rings", "31.5 %LEL", "Telephones", "map.svg", "Please answer"):
        assert words in page, words
    drawn = desk.get(f"/orders/{order.number}/map.svg")
    assert (drawn.status_code, drawn.headers["Content-Type"]) == (200, "image/svg+xml")
    assert b"<svg" in drawn.content
    told = desk.get(f"{API}/orders/{order.pk}/briefing").json()
    (question,) = told["questions"]
    assert told["suspicion"]["where"] == "27 m east of where it rings"
    answer = {"act": "answer", "check": question["check"], "outcome": question["answers"][0]["outcome"], "next": "/orders/"}
    desk.post(f"/orders/{order.pk}/enter/", {**answer, "next": f"/orders/{order.number}/"})
    assert OrderEntry.objects.get().act == "answer"
    assert "Please answer" not in desk.get(f"/orders/{order.number}/").content.decode()
    stranger = browser(crew_of(bodies["water_company"]))
    assert stranger.get(f"/orders/{order.number}/map.svg").status_code == 404
    assert stranger.get(f"{API}/orders/{order.pk}/briefing").status_code == 404


def test_several_readings_are_entered_at_once_and_one_is_corrected(
    case: Case, bodies: dict[str, Organisation], now: Timeline
) -> None:
    order = send(case, bodies["gas_company"])
    desk, back = browser(crew_of(bodies["gas_company"], "unit_desk")), f"/orders/{order.number}/"
    meter = {"value-methane/": "22", "value-oxygen/": "20.1", "value-carbon_monoxide/": "", "act": "reading", "next": back}
    desk.post(f"/orders/{order.pk}/enter/", meter)
    first, second = OrderEntry.objects.order_by("version")
    assert [first.data["value"], second.data["quantity"]] == [22.0, "oxygen"]
    right = {"act": "reading", "corrects": str(first.pk), "what": "methane/", "value": "2.2", "next": back}
    page = desk.post(f"/orders/{order.pk}/enter/", right, follow=True).content.decode()
    assert "taken back or corrected: it counts no more" in page
    assert "2.2 %LEL" in page


def test_who_would_be_sent_and_told_is_seen_before_the_level_is_raised(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    client = browser(officer)
    shown = client.get(f"/cases/{case.pk}/level-preview/?level=4").content.decode()
    assert "Gas company (lead)" in shown
    assert "Fire and rescue brigade" in shown
    told = client.get(f"{API}/cases/{case.pk}/level-preview?level=4").json()
    assert [one["unit"] for one in told["sent"]][:1] == ["Gas company"]
    assert client.get(f"{API}/cases/{case.pk}/level-preview?level=1").json()["sent"] == []
    assert not Order.objects.exists()
    case.refresh_from_db()
    assert case.level == 3
    assert "Nothing has been sent" not in client.get(f"/cases/{case.pk}/level-preview/?level=").content.decode()
    outside = browser(make_person("duty_officer", SHINAN))
    assert outside.get(f"/cases/{case.pk}/level-preview/?level=4").status_code == 404


def test_crews_under_order_stand_on_the_map_as_they_last_told(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    do(order, OrderAct.LEAVE, EntryData(lon=120.39, lat=36.2), minutes=6)
    do(order, OrderAct.ARRIVE, EntryData(lon=120.4, lat=36.2), minutes=20)
    client = browser(officer)
    now.at(21)
    (crew,) = client.get(f"{API}/crews.geojson").json()["features"]
    assert crew["geometry"]["coordinates"] == [120.4, 36.2]
    assert (crew["properties"]["name"], crew["properties"]["shape"]) == ("Gas company", "good")
    assert crew["properties"]["words"].startswith("on site · Wang")
    now.at(60)
    assert client.get(f"{API}/crews.geojson").json()["features"][0]["properties"]["shape"] == "red"  # silent
    unit = browser(crew_of(bodies["water_company"]))
    assert unit.get(f"{API}/crews.geojson").json()["features"] == []
    do(order, OrderAct.WITHDRAW, minutes=61)
    assert client.get(f"{API}/crews.geojson").json()["features"] == []


def test_only_those_who_can_be_sent_are_offered_and_found_by_a_part_of_the_name(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    client = browser(officer)
    every = client.get(f"/orders/units/{case.pk}/").content.decode()
    assert "Gas company" in every
    assert "onitoring centre" not in every
    found = client.get(f"/orders/units/{case.pk}/?search=heat").content.decode()
    assert "Heating company" in found
    assert "Gas company" not in found


def test_the_unit_signs_with_one_press_and_other_acts_are_fetched_when_asked_for(
    case: Case, bodies: dict[str, Organisation], now: Timeline
) -> None:
    order = send(case, bodies["gas_company"])
    desk = browser(crew_of(bodies["gas_company"], "unit_desk"))
    page = desk.get(f"/orders/{order.number}/").content.decode()
    assert 'name="act" value="accept"' in page
    assert "Reason of a return" not in page
    assert "Reason of a return" in desk.get(f"/orders/{order.pk}/form/").content.decode()
    page = desk.post(f"/orders/{order.pk}/enter/", {"act": "accept", "next": f"/orders/{order.number}/"}, follow=True)
    assert 'name="act" value="leave"' in page.content.decode()
    assert browser(crew_of(bodies["water_company"])).get(f"/orders/{order.pk}/form/").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("en", "Order"), ("zh-hans", "处置单")])
def test_a_unit_sees_its_own_orders_only(
    case: Case, bodies: dict[str, Organisation], now: Timeline, language: str, words: str
) -> None:
    send(case, bodies["gas_company"])
    send(case, bodies["water_company"], OrderRole.ASSISTING)
    desk = browser(crew_of(bodies["gas_company"], "unit_desk"), language)
    page = desk.get("/orders/").content.decode()
    assert f"{case.number}-01" in page
    assert f"{case.number}-02" not in page
    assert words in page
    assert desk.get(f"/orders/{case.number}-01/").status_code == 200
    assert desk.get(f"/orders/{case.number}-02/").status_code == 404
    rows = list(csv.reader(io.StringIO(desk.get("/orders/orders.csv").content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["number", f"{case.number}-01"]
    assert browser(make_person("audit_administrator")).get("/orders/").status_code == 403


def test_a_batch_is_taken_one_by_one_and_twice_changes_nothing(
    case: Case, bodies: dict[str, Organisation], now: Timeline
) -> None:
    mine, other = send(case, bodies["gas_company"]), send(case, bodies["water_company"], OrderRole.ASSISTING)
    client = browser(crew_of(bodies["gas_company"]))
    batch = {
        "channel": "phone",
        "entries": [
            entry(mine, "accept"),
            entry(mine, "reading", data={"quantity": "methane"}),
            entry(other, "accept"),
            entry(mine, "pass_on", data={"unit": str(new_id())}),
            entry(mine, "arrive", data={"lon": 120.4, "lat": 36.2}),
        ],
    }
    told = post(client, "/orders/entries", batch)
    assert [(one["taken"], one["verdict"]) for one in told] == [(True, "goes_on"), *[(False, "")] * 3, (True, "goes_on")]
    assert told[1]["reason"] == "This step needs: value."
    assert [one["taken"] for one in post(client, "/orders/entries", batch)] == [True, False, False, False, True]
    assert OrderEntry.objects.count() == 2
    assert set(OrderEntry.objects.values_list("channel", flat=True)) == {"phone"}
    whole = client.get(f"{API}/orders/{mine.pk}").json()
    assert (whole["state"], whole["version"], whole["case_number"]) == ("on_site", 2, case.number)
    assert client.get(f"{API}/orders/{other.pk}").status_code == 404


def test_the_crew_gets_everything_that_it_needs_without_a_network(
    case: Case, bodies: dict[str, Organisation], now: Timeline
) -> None:
    order = send(case, bodies["gas_company"])
    client = browser(crew_of(bodies["gas_company"]), "zh-hans")
    told = client.get(f"{API}/crew").json()
    (one,) = told["orders"]
    assert (one["id"], one["running"], one["steps"][0]) == (str(order.pk), True, {"act": "accept", "name": "签收", "done": False})
    assert one["must_not"]
    assert "gas_main_leak" in {cause["code"] for cause in told["causes"]}
    briefing = one["briefing"]
    assert [(each["quantity"], each["wanted"]) for each in briefing["readings"]][:4] == [
        *(("methane", True), ("oxygen", True), ("hydrogen_sulphide", True), ("carbon_monoxide", True))
    ]
    assert briefing["asked"].startswith("贵单位主办")
    assert browser(make_person("viewer")).get(f"{API}/crew").status_code == 403


def test_a_photo_is_kept_once_and_an_entry_of_its_own(case: Case, bodies: dict[str, Organisation], now: Timeline) -> None:
    order = send(case, bodies["gas_company"])
    client, identity = browser(crew_of(bodies["gas_company"])), str(new_id())
    for _twice in range(2):
        made = io.BytesIO()
        Image.new("RGB", (60, 40), "grey").save(made, "PNG")
        made.name, _start = "well.png", made.seek(0)
        fields = {"file": made, "id": identity, "at": START.isoformat(), "text": "the sewer", "channel": "phone"}
        answer = client.post(f"{API}/orders/{order.pk}/photos", fields)
        assert answer.status_code == 200, answer.content
    kept = OrderEntry.objects.get()
    assert (kept.act, kept.data["text"], kept.channel) == ("photo", "the sewer", "phone")
    assert client.get(f"/records/attachments/{kept.data['attachment']}/").status_code == 200
    other = browser(crew_of(bodies["water_company"]))
    assert other.get(f"/records/attachments/{kept.data['attachment']}/").status_code == 403


def test_the_shell_names_nobody_and_has_its_worker(case: Case, bodies: dict[str, Organisation]) -> None:
    send(case, bodies["gas_company"])
    crew = crew_of(bodies["gas_company"], name="Sun Wukong")
    client = browser(crew)
    shell = client.get("/crew/").content.decode()
    assert "Sun Wukong" not in shell
    assert case.number not in shell
    manifest = client.get("/crew/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"], len(manifest["icons"])) == ("/crew/", "standalone", 2)
    worker = Client().get("/crew/worker.js")
    assert worker.headers["Content-Type"] == "text/javascript"
    assert browser(make_person("viewer", LICANG)).get("/crew/").status_code == 403


def test_crew_and_desk_see_how_the_readings_stand_against_the_rule(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = send(case, bodies["gas_company"])
    for act in (OrderAct.ACCEPT, OrderAct.MEND):
        do(order, act)
    standing = CalmStanding((Lack(ClosingNeed.READINGS_FEW),), START + timedelta(minutes=20))
    monkeypatch.setattr("tocsin.command.closing.queries.calm_standing", lambda _case, now: standing)
    now.at(60)
    told = browser(crew_of(bodies["gas_company"])).get(f"{API}/crew").json()["orders"][0]["recheck"]
    assert (told["minutes_to_go"], told["lacks"]) == (80, ["readings have not been low for long enough"])
    page = " ".join(browser(officer).get(f"/cases/{case.number}/").content.decode().split())
    assert "Values low since 11-24 09:20. 1 h 20 min to go." in page


def test_the_list_asks_the_database_no_more_for_more_orders(case: Case, bodies: dict[str, Organisation], officer: User) -> None:
    client, counts = browser(officer), []
    for code in ("gas_company", "water_company", "heating_company"):
        send(case, bodies[code], OrderRole.LEAD if code == "gas_company" else OrderRole.ASSISTING)
        client.get("/orders/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/orders/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[-1]


def test_no_order_of_another_county_or_unit_is_reached(case: Case, bodies: dict[str, Organisation], now: Timeline) -> None:
    order = send(case, bodies["gas_company"])
    elsewhere = usual_bodies(SHINAN)["gas_company"]
    for stranger in (crew_of(elsewhere), crew_of(bodies["water_company"]), make_person("duty_officer", SHINAN)):
        client = browser(stranger)
        assert client.get(f"{API}/orders").json()["total"] == 0
        assert client.get(f"{API}/orders/{order.pk}").status_code == 404
        assert client.get(f"/orders/{order.number}/").status_code == 404
        assert client.post(f"/orders/{order.pk}/enter/", {"act": "accept", "said_by": "x"}).status_code == 404
        assert client.get(f"/records/papers/disposal_notice/{order.pk}.pdf").status_code == 403
        (told,) = post(client, "/orders/entries", {"entries": [entry(order, "accept")]})
        assert not told["taken"]
    assert not OrderEntry.objects.exists()


def test_orders_of_a_drill_reach_only_the_units_that_it_names(case: Case, bodies: dict[str, Organisation], officer: User) -> None:
    send(case, bodies["gas_company"])
    drill = Drill.objects.create(region_code=LICANG, name="autumn", made_by=officer, made_at=START, began_at=START)
    Case.objects.filter(pk=case.pk).update(drill=drill)
    client = browser(crew_of(bodies["gas_company"]))
    for named, seen in (([], 0), ([str(bodies["gas_company"].pk)], 1)):
        Drill.objects.update(recipients={"organisations": named, "people": []})
        orders = client.get(f"{API}/crew").json()["orders"]
        assert (len(orders), client.get(f"{API}/orders").json()["total"]) == (seen, seen)
    assert orders[0]["drill"] == "autumn"
