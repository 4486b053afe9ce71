"""Whoever answers for a school near a case is told by one press; act and fate stand with the case."""

import json
from pathlib import Path

import pytest

from tests.atlas.exposure.bodies import body, keeper
from tests.command.street import Timeline, case_of
from tests.command.test_gathering import GAS
from tests.pages import words_of
from tests.people import make_named_person, signed_in
from tocsin.atlas.exposure.models import ExposedBody
from tocsin.command.casebook.models import Case, CaseChange
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(street: None, time: Timeline) -> Case:
    """One alarm of gas."""
    alarm = time.at(0).rings(0, GAS)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def bodies(case: Case) -> dict[str, ExposedBody]:
    """Near the case: one with a mobile number, one with a line, one without a number, one with words in place of a number."""
    told = describe_case(case)
    assert told.lon is not None
    assert told.lat is not None
    numbers = {"school": "139 0532 0001", "hospital": "0532-8700 0002", "nursing_home": "", "kindergarten": "ask the porter"}
    by = keeper()
    return {
        kind: body(by, f"{kind} one", kind, telephone=number, contact="Wang", lon=told.lon + 0.003, lat=told.lat)
        for kind, number in numbers.items()
    }


@pytest.fixture
def _gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tocsin.atlas.exposure.queries.telling.channels_set_up", lambda: frozenset({"sms", "telephone"}))
    monkeypatch.setattr("tocsin.notices.messages.services.writing.channels_set_up", lambda: frozenset({"sms", "telephone"}))


def ways_of(notice: Notice) -> list[str]:
    """The channels by which it goes."""
    return sorted(notice.sendings.values_list("channel", flat=True))


@pytest.mark.usefixtures("_gateway")
def test_those_who_can_be_told_are_told_once_and_the_others_come_back_with_the_reason(
    case: Case, bodies: dict[str, ExposedBody], officer: User
) -> None:
    client = signed_in(officer)
    about = f"case:{case.pk}"
    ids = [str(one.pk) for one in bodies.values()]
    page = client.get("/exposed/tell/", {"about": about, "body": ids}).content
    words = " ".join(words_of(page))
    assert "no telephone number is registered" in words
    assert "no number that can be dialled" in words
    form = {"about": about, "body": ids, "words": "Stay inside and shut the windows."}
    answer = " ".join(words_of(client.post("/exposed/tell/now/", form, follow=True).content))
    assert "2 bodies are being told" in answer
    assert "2 could not be told" in answer
    told = {one.outside: one for one in Notice.objects.filter(purpose="exposed_body")}
    assert {name: ways_of(one) for name, one in told.items()} == {
        "school one": ["sms", "telephone"],
        "hospital one": ["telephone"],
    }
    assert all(one.case_id == case.pk for one in told.values())
    client.post("/exposed/tell/now/", form)
    assert Notice.objects.filter(purpose="exposed_body").count() == 2
    line = CaseChange.objects.get(case=case, act="told", figures__bodies__0__why="exposed_body")
    assert line.text == "Stay inside and shut the windows."
    assert AuditEntry.objects.filter(action="exposed_body.told").count() == 2
    of_case = " ".join(words_of(client.get(f"/cases/{case.number}/").content))
    assert "school one answers for an exposed body" in of_case
    assert "What they were told" in " ".join(words_of(client.get(f"/exposed/{bodies['school'].pk}/").content))


def test_what_a_person_dialled_is_the_fate_and_stands_in_the_time_line(
    case: Case, bodies: dict[str, ExposedBody], officer: User
) -> None:
    client = signed_in(officer)
    answer = client.post(
        "/api/v1/atlas/tell",
        json.dumps({"bodies": [str(bodies["hospital"].pk)], "about": f"case:{case.pk}", "words": "Keep the way free."}),
        content_type="application/json",
    ).json()
    assert [one["reach"] for one in answer] == ["call"]
    notice = Notice.objects.get(outside="hospital one")
    assert "hospital one" in " ".join(words_of(client.get("/notices/").content))  # on the list of calls
    client.post(
        f"/api/v1/command/notices/{notice.pk}/call",
        json.dumps({"fate": "delivered", "said_by": "Wang"}),
        content_type="application/json",
    )
    notice.refresh_from_db()
    assert notice.fate == "delivered"
    assert CaseChange.objects.get(case=case, act="called").figures["body"]["zh"] == "hospital one"
    answer = client.get("/api/v1/atlas/tell", {"body": str(bodies["hospital"].pk), "about": f"case:{case.pk}"}).json()
    assert answer[0]["last"]["fate"] == "delivered"


def test_two_bodies_of_one_case_are_two_readers(case: Case, bodies: dict[str, ExposedBody], officer: User) -> None:
    """A call with one settles nothing that waits at the other."""
    client = signed_in(officer)
    ids = [str(bodies["school"].pk), str(bodies["hospital"].pk)]
    told = json.dumps({"bodies": ids, "about": f"case:{case.pk}", "words": "Keep the way free."})
    client.post("/api/v1/atlas/tell", told, content_type="application/json")
    first = Notice.objects.get(outside="hospital one")
    client.post(
        f"/api/v1/command/notices/{first.pk}/call",
        json.dumps({"fate": "delivered", "said_by": "Wang"}),
        content_type="application/json",
    )
    assert Notice.objects.get(outside="school one").fate == "queued"


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"words": ""}, 422, ""),
        ({"words": "x" * 301}, 422, ""),
        ({"about": "house:1"}, 400, "no such occasion"),
        ({"about": "case:00000000-0000-0000-0000-000000000000"}, 404, ""),
    ],
)
def test_what_makes_no_sense_is_refused(
    case: Case, bodies: dict[str, ExposedBody], officer: User, given: dict[str, str], status: int, reason: str
) -> None:
    told = {"bodies": [str(bodies["school"].pk)], "about": f"case:{case.pk}", "words": "Stay.", **given}
    answer = signed_in(officer).post("/api/v1/atlas/tell", json.dumps(told), content_type="application/json")
    assert answer.status_code == status
    assert reason in answer.content.decode()
    assert not Notice.objects.filter(purpose="exposed_body").exists()


def test_who_handles_no_cases_there_tells_nobody(case: Case, bodies: dict[str, ExposedBody]) -> None:
    head = make_named_person("head", "supplies_head")
    client = signed_in(head)
    told = json.dumps({"bodies": [str(bodies["school"].pk)], "words": "Stay."})
    assert client.post("/api/v1/atlas/tell", told, content_type="application/json").status_code == 403
    assert "Tell them" not in " ".join(words_of(client.get(f"/exposed/{bodies['school'].pk}/").content))


def test_nobody_outside_hears_of_a_case_that_is_over(case: Case, bodies: dict[str, ExposedBody], officer: User) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed")
    told = json.dumps({"bodies": [str(bodies["school"].pk)], "about": f"case:{case.pk}", "words": "Stay."})
    answer = signed_in(officer).post("/api/v1/atlas/tell", told, content_type="application/json")
    assert answer.status_code == 409
    assert "over" in answer.content.decode()
