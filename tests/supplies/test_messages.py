"""EDXL-RM: what is written is read again, what is wrong is refused with the reason, what came becomes a request or its answer."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.people import signed_in
from tests.supplies.requests import desk, request_for, served
from tests.supplies.stores import NOW, head, item
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.notices.face import Notice
from tocsin.supplies.requests.models import ResourceMessage as Kept
from tocsin.supplies.requests.models import SupplyRequest
from tocsin.supplies.requests.rules.edxl.message import (
    Answer,
    ContentType,
    ResourceInformation,
    ResourceMessage,
    Schedule,
)
from tocsin.supplies.requests.rules.edxl.reading import read_message
from tocsin.supplies.requests.rules.edxl.writing import write_message
from tocsin.supplies.requests.services.messages import send_message, take_message

SENT = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)


@st.composite
def messages(draw: st.DrawFn) -> ResourceMessage:
    resources = st.builds(
        ResourceInformation,
        number=WORDS,
        name=WORDS,
        code=WORDS | st.just(""),
        amount=st.none() | st.integers(0, 10**6).map(float),
        unit=WORDS,
        answer=st.none() | st.sampled_from(Answer),
        reason=st.just(""),
        status=WORDS | st.just(""),
        schedules=st.tuples(st.builds(Schedule, kind=WORDS, at=st.none() | st.just(SENT), place=WORDS)) | st.just(()),
    )
    found = draw(st.lists(resources, min_size=1, max_size=4))
    cleaned = tuple(one if one.amount is not None else ResourceInformation(number=one.number, name=one.name) for one in found)
    begun = draw(WORDS)
    return ResourceMessage(
        kind=draw(st.sampled_from(ContentType)), id=begun, sent=SENT, originating=begun, incident=draw(WORDS), resources=cleaned
    )


@given(messages())
def test_what_is_written_is_read_again(message: ResourceMessage) -> None:
    assert read_message(write_message(message)) == message


A_REQUEST = write_message(
    ResourceMessage(
        kind=ContentType.REQUEST,
        id="urn:other:1",
        sent=SENT,
        description="heating failed",
        contact="即墨区应急局",
        resources=(
            ResourceInformation(
                number="1",
                name="棉被",
                amount=40,
                unit="床",
                schedules=(Schedule(kind="RequestedArrival", at=SENT, place="石牛山路", lon=120.43, lat=36.16),),
            ),
        ),
    )
)
BAD = {
    "no XML": (b"<RequestResource", "no XML"),
    "document type": (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + A_REQUEST, "document type"),
    "another root": (A_REQUEST.replace(b"RequestResource", b"Request"), "no message of EDXL-RM"),
    "another kind": (A_REQUEST.replace(b"ContentType>RequestResource", b"ContentType>CommitResource"), "MessageContentType"),
    "no id": (A_REQUEST.replace(b"<MessageID>urn:other:1", b"<MessageID>"), "MessageID is missing"),
    "no moment": (A_REQUEST.replace(b"2026-11-28T16:00:00+08:00", b"yesterday", 1), "no moment"),
    "no offset": (A_REQUEST.replace(b"16:00:00+08:00", b"16:00:00", 1), "no moment"),
    "no quantity": (A_REQUEST.replace(b">40<", b">NaN<"), "no quantity"),
    "no place": (A_REQUEST.replace(b"36.160000 120.430000", b"99 999"), "no place"),
    "too large": (A_REQUEST + b" " * 1_000_001, "bytes"),
    "too deep": (b"<a>" * 30 + b"</a>" * 30, "deeper"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_message_is_refused_with_the_reason(name: str) -> None:
    data, why = BAD[name]
    with override("en"):
        with pytest.raises(InvalidInput) as refused:
            read_message(data)
        assert why in str(refused.value)


@pytest.mark.django_db
def test_a_request_of_another_platform_becomes_a_draft_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    item(head(), "棉被")
    by = desk()
    first = take_message(actor=by, data=A_REQUEST, now=NOW)
    assert take_message(actor=by, data=A_REQUEST, now=NOW).pk == first.pk
    made = SupplyRequest.objects.get()
    assert (made.state, made.purpose, made.lines.get().amount) == ("draft", "heating failed", 40_000)
    with pytest.raises(Conflict):
        take_message(actor=by, data=A_REQUEST.replace(b">40<", b">41<"), now=NOW)
    with pytest.raises(InvalidInput):
        take_message(actor=by, data=A_REQUEST.replace("棉被".encode(), b"gold").replace(b"other:1", b"other:2"), now=NOW)


@pytest.mark.django_db
def test_an_answer_is_a_line_of_the_request_and_its_asker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    item(head(), "棉被")
    by = desk()
    made = request_for(by)
    sent = send_message(actor=by, request_id=made.pk, kind=ContentType.REQUEST, now=NOW)
    asked = read_message(bytes(sent.data))
    answer = ResourceMessage(
        kind=ContentType.RESPONSE,
        id="urn:other:7",
        sent=SENT,
        originating=asked.id,
        resources=(
            ResourceInformation(number=asked.resources[0].number, name="棉被", amount=100, unit="床", answer=Answer.ACCEPT),
        ),
    )
    take_message(actor=by, data=write_message(answer), now=NOW)
    assert [one.kind for one in Kept.objects.filter(request=made, came=True)] == ["ResponseToRequestResource"]
    assert Notice.objects.filter(figures__kind="ResponseToRequestResource").exists()
    with pytest.raises(InvalidInput):
        stray = write_message(answer).replace(asked.id.encode(), b"urn:nobody").replace(b"other:7", b"other:8")
        take_message(actor=by, data=stray, now=NOW)


@pytest.mark.django_db
def test_programs_write_and_read_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    _by, lead, made, _deliveries = served(400)
    browser = signed_in(lead)
    path = f"/api/v1/supplies/requests/{made.pk}/messages"
    for kind in (ContentType.STATUS, ContentType.COMMIT, ContentType.RESPONSE):
        told = browser.post(path, {"kind": kind.value}, content_type="application/json").json()
        message = read_message(browser.get(f"{path}/{told['id']}").content)
        assert (message.kind, message.resources[0].amount) == (kind, 400)
    assert browser.post(path, {"kind": "RequestReturn"}, content_type="application/json").status_code == 409
    assert len(browser.get(path).json()) == 3
