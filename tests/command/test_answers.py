"""How recipients answer: on screen, by a one-time link, by a key of the telephone, by a call that somebody enters."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation

from tests.command.street import START, Timeline, case_of
from tests.command.test_notices import bodies  # noqa: F401
from tests.people import LICANG, make_person, signed_in
from tocsin.base import keys
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.routing.rules import Purpose
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels import queries as channel_settings
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.inbox.views import links
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.rules.fates import REACHABILITY
from tocsin.notices.messages.rules.links import link_path, read_token, token_of
from tocsin.notices.messages.services import writing
from tocsin.notices.messages.shown import text_of
from tocsin.notices.reachability.services import begin_when_due
from tocsin.warning.diagnosis.models import Answer

pytestmark = pytest.mark.django_db

GAS = [("gas_main_leak", 0.8, "G1"), ("unknown", 0.2, "")]


@pytest.fixture
def case(bodies: dict[str, Organisation], time: Timeline, monkeypatch: pytest.MonkeyPatch) -> Case:  # noqa: F811
    """A red case: everybody is told, the gas company has its order."""
    alarm = time.at(0).rings(0, GAS, level=4)
    time.looks()
    Notice.objects.update(written_at=django_settings.CONFIGURATION.clock.now())
    return case_of(alarm)


def order_notice(case: Case) -> Notice:
    return notices_of(case).get(purpose=Purpose.ORDER, organisation__code="gas_company", why="unit")


def path_of(notice: Notice) -> str:
    return link_path(notice.pk, keys.key_for(keys.Purpose.LINKS))


def test_a_token_is_of_one_notice_and_of_this_installation(case: Case) -> None:
    notice = order_notice(case)
    assert read_token(token_of(notice.pk, b"a"), [b"b", b"a"]) == (notice.pk, False)
    assert read_token(token_of(notice.pk, b"a", public=True), [b"b", b"a"]) == (notice.pk, True)
    assert read_token(token_of(notice.pk, b"a"), [b"b"]) is None
    for wrong in ("", "x", "../..", token_of(notice.pk, b"a")[:-2] + "AA", "ä" * 43):
        assert read_token(wrong, [b"a"]) is None


def test_a_desk_that_never_signs_in_signs_by_its_link_once(case: Case) -> None:
    notice, client = order_notice(case), Client(headers={"Accept-Language": "en"})
    page = client.get(path_of(notice)).content.decode()
    assert notice.act_label in page and "Sign for the order" in page
    assert client.post(path_of(notice), {"act": "sign", "name": " "}).content.decode().count("Enter your name")
    answer = client.post(path_of(notice), {"act": "sign", "name": "Wang Fang"}, follow=True)
    assert "Wang Fang" in answer.content.decode() and "Sign for the order" not in answer.content.decode()
    order = Order.objects.get(pk=notice.order_id)
    assert (order.state, order.accepted_as) == ("accepted", "Wang Fang")
    assert OrderEntry.objects.get(order=order).channel == "link"
    notice.refresh_from_db()
    assert (notice.fate, notice.signed_as) == ("signed", "Wang Fang")
    assert not Sending.objects.filter(notice__act_id=order.pk, fate=Fate.QUEUED).exists()
    assert "Wang Fang has signed already" in client.post(path_of(notice), {"act": "sign", "name": "Li"}).content.decode()


def test_by_the_link_it_goes_back_with_a_reason_and_a_report_comes_in(case: Case) -> None:
    notice, client = order_notice(case), Client(headers={"Accept-Language": "en"})
    client.post(path_of(notice), {"act": "report", "name": "Wang", "text": "no ethane in the well"})
    assert case.changes.filter(act="order_note", text="no ethane in the well").exists()
    assert client.post(path_of(notice), {"act": "return", "name": "Wang", "reason": "bored"}).status_code == 200
    client.post(path_of(notice), {"act": "return", "name": "Wang", "reason": "not_ours", "text": "biogas"})
    assert Order.objects.get(pk=notice.order_id).state == "returned"
    told = notices_of(case).filter(purpose=Purpose.TOLD, organisation__code="fire_rescue").get()
    client.post(path_of(told), {"act": "report", "name": "Sun", "text": "engine ready"})
    assert case.changes.filter(act="reported", text="engine ready").exists()
    page = client.post(path_of(told), {"act": "sign", "name": "Sun"}, follow=True).content.decode()
    assert "Sun" in page


def test_a_link_ends_and_does_not_bear_many_tries(case: Case, settings: Any) -> None:
    notice, client = order_notice(case), Client()
    Notice.objects.filter(pk=notice.pk).update(written_at=START.replace(year=2020))
    assert client.get(path_of(notice)).status_code == 404
    codes = [client.get(f"/n/guess{k}/").status_code for k in range(30)]
    assert codes[0] == 404 and codes[-1] == 429
    told = notices_of(case).get(purpose=Purpose.TOLD, organisation__code="fire_rescue")
    assert client.get(path_of(told)).status_code == 200  # a right one from the same address


def test_where_others_read_along_the_page_says_no_more_than_the_message(case: Case) -> None:
    notice, client = order_notice(case), Client(headers={"Accept-Language": "en"})
    path = link_path(notice.pk, keys.key_for(keys.Purpose.LINKS), public=True)
    whole, redacted = client.get(path_of(notice)).content.decode(), client.get(path).content.decode()
    with translation.override("en"):
        place = text_of(notice).splitlines()[0]
    for told in (place, notice.act_label, notice.organisation.name_en):
        assert told in whole and told not in redacted, told
    assert case.number in redacted
    back = {"act": "return", "name": "Wang", "reason": "not_ours", "text": "biogas"}
    assert "Others can read this link" in client.post(path, back).content.decode()
    assert Order.objects.get(pk=notice.order_id).state != "returned"


def test_a_link_that_others_can_read_says_seen_and_stops_nothing(case: Case) -> None:
    notice, client = order_notice(case), Client(headers={"Accept-Language": "en"})
    path = link_path(notice.pk, keys.key_for(keys.Purpose.LINKS), public=True)
    waiting = Sending.objects.filter(notice__act_id=notice.act_id, fate=Fate.QUEUED).count()
    changes = case.changes.count()
    for act in ("sign", "report"):
        page = client.post(path, {"act": act, "name": "Mickey Mouse", "text": "all is well"}, follow=True).content.decode()
        assert "Others can read this link" in page
    assert case.changes.count() == changes
    page = client.post(path, {"act": "seen", "name": "Mickey Mouse"}, follow=True).content.decode()
    assert "Seen." in page and "Mickey" not in page and "I have seen it" not in page
    client.post(path, {"act": "seen", "name": "Donald"})
    notice.refresh_from_db()
    assert (notice.link_seen_as, notice.delivered_at, notice.signed_at, notice.read_at) == ("Mickey Mouse", None, None, None)
    assert Order.objects.get(pk=notice.order_id).state == "sent"
    assert Sending.objects.filter(notice__act_id=notice.act_id, fate=Fate.QUEUED).count() == waiting > 0
    assert case.changes.filter(act="link_seen").count() == 1


def test_the_answer_uses_a_link_up_for_everybody_else(case: Case) -> None:
    notice, desk, other = order_notice(case), Client(headers={"Accept-Language": "en"}), Client(headers={"Accept-Language": "en"})
    with translation.override("en"):
        place = text_of(notice).splitlines()[0]
    desk.post(path_of(notice), {"act": "sign", "name": "Wang Fang"})
    assert place in desk.get(path_of(notice)).content.decode()
    receipt = other.get(path_of(notice)).content.decode()
    assert "Wang Fang" in receipt and place not in receipt and "<form" not in receipt.partition("link-page")[2]
    assert "has been answered" in other.post(path_of(notice), {"act": "report", "name": "x", "text": "y"}).content.decode()
    desk.post(path_of(notice), {"act": "report", "name": "Wang Fang", "text": "on the way"})
    assert case.changes.filter(act="order_note", text="on the way").exists()


def test_reports_of_a_link_are_bounded_and_it_ends_with_its_case(case: Case) -> None:
    notice, client = order_notice(case), Client(headers={"Accept-Language": "en"})
    report = {"act": "report", "name": "Wang", "text": "still looking"}
    client.post(path_of(notice), report)
    assert "wait some seconds" in client.post(path_of(notice), report).content.decode()
    assert case.changes.filter(act="order_note").count() == 1
    most = sending().link_reports
    Notice.objects.filter(pk=notice.pk).update(link_reports=most, link_reported_at=None)
    assert f"{most} reports have come" in client.post(path_of(notice), report).content.decode()
    now = django_settings.CONFIGURATION.clock.now()
    Case.objects.filter(pk=case.pk).update(closed_at=now - timedelta(hours=23))
    assert client.get(path_of(notice)).status_code == 200
    Case.objects.filter(pk=case.pk).update(closed_at=now - timedelta(hours=25))
    assert client.get(path_of(notice)).status_code == 404


def test_addresses_are_told_to_who_may_call(case: Case, officer: User) -> None:
    notice = order_notice(case)
    key, number = "https://robot.example.org/send?key=opensesame", "13900001234"
    for channel, address in (("webhook", key), ("sms", number)):
        Sending.objects.create(notice=notice, channel=channel, address=address, fate=Fate.SENT, not_before=START)
    for who, seen in ((officer, True), (make_person("viewer"), False), (make_person("analyst"), False)):
        browser = signed_in(who)
        for path in (
            f"/cases/{case.number}/",
            "/notices/all/",
            "/notices/notices.csv",
            f"/api/v1/command/cases/{case.pk}/notices",
        ):
            told = browser.get(path).content.decode()
            assert "opensesame" not in told and "robot.example.org" in told, path
            assert (number in told) is seen and "1234" in told, path


def test_a_key_pressed_is_a_signature(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_TEST_RECEIPT", "key")
    form = {"secret_env": "TOCSIN_TEST_RECEIPT", "id": "uid", "event": "digit", "delivered": ["up"], "signed": ["1"]}
    monkeypatch.setattr(links, "tables", lambda: {"voice": {"receipt": form}})
    notice, client = order_notice(case), Client()
    row = Sending.objects.create(notice=notice, channel="voice", address="139", fate=Fate.SENT, not_before=START)
    told = {"uid": str(row.pk), "digit": "up"}
    assert client.post("/notices/receipt/voice/", told).status_code == 404
    assert client.post("/notices/receipt/voice/?key=key", told).json() == {"taken": True}
    row.refresh_from_db()
    assert row.fate == "delivered"
    answer = client.post(
        "/notices/receipt/voice/", {**told, "digit": 1}, content_type="application/json", headers={"Authorization": "Bearer key"}
    )
    assert answer.json() == {"taken": True}
    assert Order.objects.get(pk=notice.order_id).accepted_as.endswith("…139")
    assert client.post("/notices/receipt/sms/?key=key", told).status_code == 404


def test_a_body_answers_what_its_notice_asks_from_the_notice(case: Case) -> None:
    told = notices_of(case).get(purpose=Purpose.TOLD, organisation__code="gas_company", why="symptom_owner")
    told.figures |= {"causes": [["gas_main_leak", 80, "G1"]]}  # the street's diagnoses name no owner
    told.save()
    assert "Please answer:" in text_of(told)
    desk = make_person("unit_desk")
    desk.organisation = told.organisation
    desk.save()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(desk)
    address = f"/duty/calls/asked/{told.pk}/"
    told.sendings.create(channel="screen", address="screen", fate="sent", not_before=START)
    assert address in client.get("/notices/").content.decode()
    page = client.get(address).content.decode()
    check, outcome = re.search(r'name="check" value="(\w+)".*?name="outcome"\s+value="(\w+)"', page, re.DOTALL).groups()
    page = client.post(f"{address}answer/", {"check": check, "asset_code": "", "outcome": outcome}, follow=True).content.decode()
    assert "the answer is weighed in" in page
    answer = Answer.objects.get()
    assert (answer.check_id, answer.outcome, answer.said_by) == (check, outcome, told.organisation.name_zh)
    assert f'name="check" value="{check}"' not in page
    line = describe_change(case.changes.get(act="body_answered")).sentence
    assert line.startswith("Gas company answers: ")
    stranger = Client()
    stranger.force_login(make_person("utility_crew"))
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}answer/", {"check": check, "asset_code": "", "outcome": outcome}).status_code == 404


def test_the_telephone_is_a_channel_with_its_fate_by_hand(case: Case, officer: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "to be dialled" in page and "0532-1" in page and "fire and rescue" in page
    told = notices_of(case).get(purpose=Purpose.TOLD, organisation__code="city_management_bureau")
    url = f"/notices/{told.pk}/call/"
    client.post(url, {"fate": "delivered", "said_by": "", "number": "0532-1"})
    assert told.sendings.get().fate == "queued"  # whom did you have?
    client.post(url, {"fate": "delivered", "said_by": "Zhao", "text": "will follow it", "number": "0532-1"})
    row = told.sendings.get()
    assert (row.fate, row.outcome, row.entered_by) == ("delivered", "Zhao: will follow it", officer)
    clock = case.clocks.get(step="notify_owner")
    assert clock.met_at is None  # the department knows, the owners do not
    owners = notices_of(case).filter(purpose=Purpose.TOLD, why__in=["symptom_owner", "likely_cause_owner", "industry_department"])
    for one in owners.filter(delivered_at__isnull=True):
        client.post(f"/notices/{one.pk}/call/", {"fate": "delivered", "said_by": "Qian", "number": "0532-1"})
    clock.refresh_from_db()
    assert clock.met_at is not None
    notice = order_notice(case)
    client.post(f"/notices/{notice.pk}/call/", {"fate": "signed", "said_by": "Qian", "number": "0532-77"})
    assert Order.objects.get(pk=notice.order_id).accepted_as == "Qian"
    assert OrderEntry.objects.get(order_id=notice.act_id).channel in ("telephone", "console")
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "Zhao: will follow it" in page and "· by telephone" in page


def test_what_nobody_could_be_told_rings_until_somebody_sees_to_it(case: Case, officer: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    assert client.get("/notices/waiting/").json()["untold"] == 0
    notice = order_notice(case)
    Notice.objects.filter(pk=notice.pk).update(untold_at=START, fate=Fate.FAILED)
    assert client.get("/notices/waiting/").json()["untold"] == 1
    assert "Nobody could be told" in client.get("/notices/").content.decode()
    client.post(f"/notices/{notice.pk}/see-to/", {"text": "a car is on its way"})
    assert client.get("/notices/waiting/").json()["untold"] == 0
    assert case.changes.filter(act="seen_to").exists()
    stranger = make_person("viewer")
    client.force_login(stranger)
    Notice.objects.filter(pk=notice.pk).update(seen_to_at=None)
    assert client.get("/notices/waiting/").json()["untold"] == 0
    client.post(f"/notices/{notice.pk}/see-to/", {"text": "x"})
    assert Notice.objects.get(pk=notice.pk).seen_to_at is None


def test_the_inbox_is_ones_own_desks(case: Case, bodies: dict[str, Organisation]) -> None:  # noqa: F811
    desk, other = make_person("unit_desk"), make_person("unit_desk", "370202")
    User.objects.filter(pk=desk.pk).update(organisation=bodies["gas_company"])
    told = writing.write(
        subject_of(case),
        organisation=bodies["gas_company"],
        purpose=Purpose.REMIND,
        why="unit",
        urgent=True,
        key="r-1",
        figures={},
        now=START,
    )
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=desk.pk))
    assert client.get("/notices/waiting/").json() == {"waiting": 1, "urgent": 1, "untold": 0, "to_call": 0, "urgent_calls": 0}
    assert "reminder" in client.get("/notices/").content.decode()
    assert client.get("/notices/all/").status_code == 403
    client.post(f"/notices/{told.pk}/read/")
    assert client.get("/notices/waiting/").json()["waiting"] == 0
    assert Notice.objects.get(pk=told.pk).fate == "read"
    client.force_login(other)
    assert client.post(f"/notices/{told.pk}/sign/").status_code == 404
    assert client.get("/api/v1/command/notices").json() == []


def test_api_and_file(case: Case, officer: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    listed = client.get(f"/api/v1/command/cases/{case.pk}/notices").json()
    assert {one["why"] for one in listed} >= {"symptom_owner", "local_government", "fire_and_rescue"}
    text = client.get("/notices/notices.csv").content.decode()
    assert case.number in text and text.count("\n") == Notice.objects.count() + 1
    assert client.get("/notices/all/?fate=queued&search=gas").status_code == 200
    stranger = make_person("duty_officer", "370202")
    client.force_login(stranger)
    assert client.get(f"/api/v1/command/cases/{case.pk}/notices").status_code == 404
    assert case.number not in client.get("/notices/notices.csv").content.decode()


def test_the_monthly_drill_counts_who_answered(case: Case, officer: User, bodies: dict[str, Organisation]) -> None:  # noqa: F811
    first = START.replace(day=1, hour=3)  # 11:00 in Qingdao
    assert begin_when_due(now=START) == 0
    asked = begin_when_due(now=first)
    assert asked >= 10
    assert begin_when_due(now=first) == 0
    gas = Notice.objects.get(purpose=REACHABILITY, organisation=bodies["gas_company"])
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    Sending.objects.filter(notice=gas).update(fate=Fate.DELIVERED, sent_at=first)
    page = client.get("/notices/reachability/").content.decode()
    assert "2026-11" in page and "100" in page
    assert "Gas company,1,1,100," in client.get("/notices/reachability.csv").content.decode()
    told = client.get("/api/v1/notices/reachability?month=2026-11").json()
    assert ("Gas company", 1, 1, 100) in {(one["organisation"], one["asked"], one["answered"], one["percent"]) for one in told}
    assert client.get("/api/v1/notices/reachability/months").json() == ["2026-11"]
    asked_by_hand = client.post("/api/v1/notices/reachability", {"region_code": LICANG}, content_type="application/json")
    assert asked_by_hand.status_code == 403, "who keeps the desk does not set up channels"
    assert channel_settings.channels_set_up() == {"screen", "telephone", "web_push"}
    assert gas.region_code == LICANG


def test_a_browser_subscribes_itself(officer: User) -> None:
    from tocsin.jurisdiction.contacts.models import ContactPoint

    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    told = {"endpoint": "https://push.example/1", "expirationTime": None, "keys": {"p256dh": "a", "auth": "b"}}
    for _time in range(2):
        assert client.post("/notices/push/", told, content_type="application/json").json() == {"subscribed": True}
    assert ContactPoint.objects.get(user=officer).kind == "web_push"
    for wrong in ({**told, "endpoint": "http://inside/"}, {**told, "endpoint": "https://x/" + "y" * 500}, {"keys": 1}, [1]):
        assert client.post("/notices/push/", wrong, content_type="application/json").status_code == 400
    assert ContactPoint.objects.count() == 1
