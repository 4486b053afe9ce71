"""The duty wall, a firm's page, the page of people on post, and the API: who sees names, who may do what."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import NOW, make_body
from tests.supervision.presence import BEGIN, make_firm, make_key_person, make_shift
from tocsin.jurisdiction.people.models import User
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.posts.models import DutyShift, DutyVerdict, RollCall, RollCallAnswer, ShiftChange
from tocsin.supervision.posts.services.calls import call_by_machine, run_calls

pytestmark = pytest.mark.django_db
NAME = "Wang Moumou"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def firm() -> SupervisedObject:
    found = make_firm()
    shift = make_shift(make_key_person(found, name=NAME))
    DutyVerdict.objects.create(
        shift=shift, state="absent", p_present=0.02, votes=[["gate", -2.5], ["company", -1.0]], since=BEGIN, judged_at=NOW
    )
    return found


@pytest.fixture
def inspector() -> User:
    return make_named_person("inspector", "inspector")


def client_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Duty on post", "suspected absent", "gate", "card travels", "Leader on shift"]),
        ("zh-hans", ["在岗监测", "疑似脱岗", "门禁", "定位卡与同事同行", "带班领导"]),
    ],
)
def test_the_wall_in_both_languages(firm: SupervisedObject, inspector: User, language: str, words: list[str]) -> None:
    page = client_of(inspector, language).get("/presence/").content.decode()
    assert [one for one in (*words, NAME, "level-shape red") if one not in page] == []


NAMES = [("inspector", False, True), ("viewer", False, False), ("firm_officer", True, True)]


@pytest.mark.parametrize(("role", "own", "named"), NAMES)
@pytest.mark.parametrize("path", ["/presence/", "/presence/?format=csv", "/presence/firms/{}/", "/api/v1/supervision/presence"])
def test_names_are_for_presence_and_the_own_firm(firm: SupervisedObject, role: str, own: bool, named: bool, path: str) -> None:
    client = client_of(make_named_person("reader", role, firm.organisation if own else None))
    reply = client.get(path.format(firm.pk))
    text = reply.content.decode()
    assert reply.status_code == 200
    assert "absent" in text
    assert (NAME in text) is named
    assert ("-2.5" in text) is (named and "csv" not in path)


@pytest.mark.parametrize("path", ["/presence/firms/{}/", "/api/v1/supervision/objects/{}/presence"])
def test_another_firm_sees_nothing(firm: SupervisedObject, path: str) -> None:
    client = client_of(make_named_person("stranger", "firm_officer", make_body("firm-b")))
    assert client.get(path.format(firm.pk)).status_code == 404
    assert firm.name not in client.get("/presence/").content.decode()


def test_the_section_on_the_objects_page(firm: SupervisedObject, inspector: User) -> None:
    page = client_of(inspector).get(f"/objects/{firm.pk}/").content.decode()
    assert "Roster and roll calls" in page
    assert NAME in page


def test_the_wall_asks_the_same_number_of_queries_for_many_firms(firm: SupervisedObject, inspector: User) -> None:
    client = client_of(inspector)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/presence/")
        return len(caught)

    queries()
    few = queries()
    for number in range(5):
        make_shift(make_key_person(make_firm(f"Works {number}", f"firm-{number}")))
    assert queries() == few


def test_a_call_from_the_page_answered_on_the_phone(firm: SupervisedObject, inspector: User) -> None:
    called = make_named_person("called", "firm_officer", firm.organisation)
    firm.people.update(user=called)
    client_of(inspector).post(f"/presence/firms/{firm.pk}/call/")
    (row,) = RollCallAnswer.objects.all()
    phone = client_of(called)
    assert "I am here" in phone.get("/presence/call/").content.decode()
    stranger = client_of(make_named_person("colleague", "firm_officer", firm.organisation))
    assert stranger.post(f"/presence/call/{row.pk}/").status_code == 404
    phone.post(f"/presence/call/{row.pk}/")
    row.refresh_from_db()
    assert (row.state, row.means) == ("answered", "phone_page")
    assert "I am here" not in phone.get("/presence/call/").content.decode()
    assert "1 of 1 answered" in client_of(inspector).get(f"/presence/firms/{firm.pk}/").content.decode()


def test_the_county_sees_to_a_post_that_answers_nothing(firm: SupervisedObject, inspector: User) -> None:
    call_by_machine(supervised_object=firm, shifts=list(DutyShift.objects.all()), now=NOW)
    for minutes in (5, 10):
        run_calls(now=NOW + timedelta(minutes=minutes))
    client = client_of(inspector)
    assert "somebody of the county looks" in client.get("/presence/").content.decode()
    (row,) = RollCallAnswer.objects.all()
    client.post(f"/presence/answers/{row.pk}/seen/", {"text": "card in the drawer"})
    assert "somebody of the county looks" not in client.get("/presence/").content.decode()
    assert "card in the drawer" in client.get(f"/presence/firms/{firm.pk}/").content.decode()


def test_a_firm_gives_its_roster_as_a_table_and_has_an_empty_one(firm: SupervisedObject) -> None:
    client = client_of(make_named_person("officer", "firm_officer", firm.organisation))
    page = client.get(f"/presence/firms/{firm.pk}/").content.decode()
    assert "/imports/to/firm-rosters/" in page and "/imports/to/person-certificates/" in page
    lines = client.get(f"/presence/firms/{firm.pk}/roster.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"{firm.code},P1,shift_leader")
    assert client.get("/imports/to/firm-rosters/").status_code == 200


def test_leave_is_asked_and_approved_on_the_page(firm: SupervisedObject) -> None:
    shift = make_shift(firm.people.get(), NOW + timedelta(hours=12))
    client_of(make_named_person("one", "firm_officer", firm.organisation)).post(
        f"/presence/shifts/{shift.pk}/change/", {"reason": "ill"}
    )
    (made,) = ShiftChange.objects.all()
    client_of(make_named_person("two", "firm_officer", firm.organisation)).post(f"/presence/changes/{made.pk}/approve/")
    shift.refresh_from_db()
    assert shift.leave


def test_certificates_and_shifts_are_entered_on_the_page(firm: SupervisedObject) -> None:
    client, person = client_of(make_named_person("officer", "firm_officer", firm.organisation)), firm.people.get()
    person.certificates.all().delete()
    path = f"/presence/firms/{firm.pk}"
    client.post(f"{path}/certificate/", {"person": str(person.pk), "name": "safety manager assessment", "expires": "2026-12-01"})
    client.post(f"{path}/shift/", {"person": str(person.pk), "start": "2026-11-26T08:00", "end": "2026-11-26T20:00"})
    assert person.shifts.count() == 2
    paper = person.certificates.get()
    assert "2026-12-01" in client.get("/presence/").content.decode()
    client.post(f"/presence/certificates/{paper.pk}/revoke/")
    paper.refresh_from_db()
    assert paper.status == "revoked"


def test_signs_rosters_and_calls_in_the_api(firm: SupervisedObject, inspector: User) -> None:
    officer, api = client_of(make_named_person("officer", "firm_officer", firm.organisation)), "/api/v1/supervision"

    def post(client: Client, path: str, body: dict[str, Any]) -> Any:
        return client.post(f"{api}{path}", body, content_type="application/json").json()

    one = {"firm": firm.code, "person": "P1", "source": "gate", "at": BEGIN.isoformat(), "value": 1}
    assert post(officer, "/presence/signs", {"signs": [one, {**one, "person": "P9"}]})["taken"] == 1
    told = post(
        officer,
        f"/objects/{firm.pk}/shifts",
        {"shifts": [{"person": "P1", "start": "2026-11-26T08:00:00+08:00", "end": "2026-11-26T20:00:00+08:00"}]},
    )
    assert told["new"] == 1
    assert len(officer.get(f"{api}/objects/{firm.pk}/shifts?first=2026-11-25&days=2").json()) == 2
    assert post(inspector_client := client_of(inspector), f"/objects/{firm.pk}/roll-calls", {})["called"] == 1
    call = RollCall.objects.get()
    assert inspector_client.get(f"{api}/roll-calls/{call.pk}").json()["running"]
    answer = call.answers.get()
    assert post(inspector_client, f"/roll-calls/answers/{answer.pk}", {"means": "telephone"})["state"] == "answered"
    assert officer.get(f"{api}/objects/{firm.pk}/certificates").json()[0]["needed"]
