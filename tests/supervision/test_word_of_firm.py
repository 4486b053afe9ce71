"""A firm's own word about its people: kept, shown and light. Evidence comes by tokens that the authority bound to the firm."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body, make_object
from tests.supervision.presence import BEGIN, make_firm, make_key_person, make_shift
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.records.audit.models import AuditEntry
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.platforms.services.senders import bind_token
from tocsin.supervision.posts.models import DutyShift, DutyVerdict, PresenceSign, PresenceTerminal, RollCallAnswer
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries.posts import signs_of, visible_call_answers
from tocsin.supervision.posts.rules import Means, speaks_for
from tocsin.supervision.posts.services.calls import answer_call, call_by_machine, run_calls
from tocsin.supervision.posts.services.judging import judge_duty
from tocsin.supervision.posts.services.signs import NewSign, take_signs
from tocsin.supervision.posts.services.telling import let_go_of_terminals
from tocsin.supervision.posts.services.terminals import bind_terminal

pytestmark = pytest.mark.django_db

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def firm() -> SupervisedObject:
    return make_firm()


@pytest.fixture
def script(firm: SupervisedObject) -> User:
    """A program of the firm, with the officer's own token."""
    officer = make_named_person("officer", "firm_officer", firm.organisation)
    officer.token_scopes = frozenset({"firm.work"})
    return officer


@pytest.fixture
def keeper() -> User:
    return make_named_person("keeper", "supervisor")


def called(firm: SupervisedObject) -> RollCallAnswer:
    make_shift(make_key_person(firm))
    call = call_by_machine(supervised_object=firm, shifts=list(DutyShift.objects.all()), now=NOW)
    assert call is not None
    return call.answers.get()


def told(firm: SupervisedObject, **fields: Any) -> NewSign:
    return NewSign(**{"firm": firm.code, "person": "P1", "source": "gate", "at": BEGIN, "value": 1.0, **fields})


def token_for(keeper: User, *scopes: Any) -> UUID:
    return create_token(user=keeper, name="gate", scopes=scopes or ("evidence.send",), now=timezone.now())[
        0
    ].pk  # it ends by the machine


def bound(keeper: User, firm: SupervisedObject, *sources: str) -> User:
    """A program with a token that is bound to the firm."""
    token_id = token_for(keeper)
    bind_terminal(actor=keeper, token_id=token_id, object_id=firm.pk, sources=sources, now=NOW)
    program = User.objects.get(pk=keeper.pk)
    program.token_id, program.token_scopes = token_id, frozenset({"evidence.send"})
    return program


@pytest.mark.parametrize("means", [Means.TERMINAL, Means.FIRM])
def test_a_firms_own_token_answers_no_call(firm: SupervisedObject, script: User, means: Means) -> None:
    row = called(firm)
    for seconds in (3, 6):
        answer_call(actor=script, answer_id=row.pk, means=means, now=NOW + seconds * SECOND)
    row.refresh_from_db()
    assert (row.state, row.answered_at, row.means, row.told_at) == ("waiting", None, "", NOW + 3 * SECOND)
    run_calls(now=NOW + 5 * MINUTE)
    run_calls(now=NOW + 10 * MINUTE)
    row.refresh_from_db()
    assert row.task_at == NOW + 10 * MINUTE  # the county looks all the same
    signs = PresenceSign.objects.order_by("at", "value").values_list("value", "by_firm")
    assert list(signs) == [(-1.0, False), (3.0, True), (-1.0, False)]  # the word takes the place of no outcome


def test_a_firms_own_signs_put_nobody_on_post(firm: SupervisedObject, script: User) -> None:
    shift = make_shift(make_key_person(firm))
    minutes = range(0, 120, 10)
    signs = [told(firm, source="camera_match", at=BEGIN + at * MINUTE, value=0.8) for at in minutes]
    signs += [told(firm), told(firm, source="terminal_login"), told(firm, source="roll_call", value=2.0)]
    result = take_signs(actor=script, signs=signs, now=NOW)
    assert (result.taken, PresenceSign.objects.filter(by_firm=True).count()) == (len(signs), len(signs))
    assert signs_of(firm, BEGIN, NOW) == {}
    judge_duty(firm, now=NOW)
    verdict = DutyVerdict.objects.get(shift=shift)
    assert verdict.state == "unknown"
    assert verdict.votes == [["told_by_firm", duty_policy().judging.firms_word]]


def test_the_firms_word_blocks_no_evidence_of_the_same_moment(firm: SupervisedObject, script: User, keeper: User) -> None:
    make_key_person(firm)
    take_signs(actor=script, signs=[told(firm)], now=NOW)
    result = take_signs(actor=bound(keeper, firm, "gate"), signs=[told(firm), told(firm, source="camera_match")], now=NOW)
    assert (result.taken, [position for position, _ in result.refused]) == (1, [1])  # not bound to send faces
    assert sorted(PresenceSign.objects.values_list("by_firm", flat=True)) == [False, True]


def test_a_bound_terminal_answers_for_its_firm_alone(firm: SupervisedObject, keeper: User) -> None:
    row = called(firm)
    gate, terminal = bound(keeper, firm, "gate"), bound(keeper, firm, "gate", "roll_call")
    other = make_object("Other works", organisation=make_body("firm-b"))
    elsewhere = bound(keeper, other, "roll_call")
    for refused in (gate, elsewhere, keeper):
        with pytest.raises(NotAllowed):
            answer_call(actor=refused, answer_id=row.pk, means=Means.TERMINAL, now=NOW)
    assert not visible_call_answers(elsewhere).exists()
    make_key_person(other)
    assert [position for position, _ in take_signs(actor=gate, signs=[told(other)], now=NOW).refused] == [0]
    assert visible_call_answers(terminal).get() == row
    answered = answer_call(actor=terminal, answer_id=row.pk, means=Means.TERMINAL, now=NOW + 9 * SECOND)
    assert (answered.state, answered.means) == ("answered", "terminal")


def test_who_binds_what(firm: SupervisedObject, keeper: User, script: User) -> None:
    token_id, wide = token_for(keeper), token_for(keeper, "evidence.send", "supervision.manage")
    wanted: dict[str, Any] = {"object_id": firm.pk, "now": NOW}
    script.token_scopes = None
    of_firm = make_named_person("of_firm", "supervisor", firm.organisation)
    for actor in (script, of_firm, make_named_person("inspects", "inspector")):
        with pytest.raises(NotAllowed):
            bind_terminal(actor=actor, token_id=token_id, sources=["gate"], **wanted)
    for wrong_token, sources in ((wide, ["gate"]), (token_id, ["hearsay"]), (token_id, [])):
        with pytest.raises(InvalidInput):
            bind_terminal(actor=keeper, token_id=wrong_token, sources=sources, **wanted)
    bind_terminal(actor=keeper, token_id=token_id, sources=["gate"], **wanted)
    with pytest.raises(Conflict):
        bind_terminal(actor=keeper, token_id=token_id, sources=["gate"], **wanted)
    with pytest.raises(Conflict):
        bind_token(actor=keeper, token_id=token_id, platform="x", level="city", region_code=LICANG, sources=["video"], now=NOW)


def test_pages_and_api_of_terminals(firm: SupervisedObject, keeper: User, script: User) -> None:
    row, token_id, page = called(firm), token_for(keeper), Client()
    page.force_login(keeper)
    address = f"/presence/firms/{firm.pk}/"
    assert str(token_id) in page.get(address).content.decode()
    page.post(f"{address}terminals/", {"token": str(token_id), "sources": ["gate", "roll_call"]})
    assert PresenceTerminal.objects.get().sources == ["gate", "roll_call"]
    (one,) = page.get(f"/api/v1/supervision/objects/{firm.pk}/terminals").json()
    assert (one["token_id"], one["sources"]) == (str(token_id), ["gate", "roll_call"])
    answer_call(actor=script, answer_id=row.pk, means=Means.FIRM, now=NOW)
    assert "told_at" in page.get(f"/api/v1/supervision/roll-calls/{row.call_id}").json()["people"][0]
    assert "企业称人在岗" in page.get(address).content.decode()
    own = Client()
    own.force_login(User.objects.get(pk=script.pk))
    assert 'id="terminals"' not in own.get(address).content.decode()
    assert own.get(f"/api/v1/supervision/objects/{firm.pk}/terminals").status_code == 403
    sent = own.post(f"/api/v1/supervision/roll-calls/answers/{row.pk}", {"means": "terminal"}, content_type="application/json")
    assert sent.status_code in (200, 409)
    assert RollCallAnswer.objects.get().state == "waiting"


@pytest.mark.parametrize(("source", "value", "speaks"), [("gate", 0.0, False), ("gate", 1.0, True), ("roll_call", -1.0, False)])
def test_what_of_the_firms_word_speaks_for_presence(source: str, value: float, speaks: bool) -> None:
    assert speaks_for(source, value) is speaks


def test_a_firm_hears_when_its_gate_is_no_evidence_any_more(firm: SupervisedObject, keeper: User) -> None:
    gate, call = (create_token(user=keeper, name=name, scopes=("evidence.send",), now=timezone.now())[0] for name in ("g", "c"))
    for token, source in ((gate, "gate"), (call, "roll_call")):
        bind_terminal(actor=keeper, token_id=token.pk, object_id=firm.pk, sources=(source,), now=NOW)
    assert let_go_of_terminals(now=NOW) == 0
    gate.delete()
    assert (let_go_of_terminals(now=NOW), let_go_of_terminals(now=NOW)) == (1, 0)
    assert [one.pk for one in PresenceTerminal.objects.all()] == [call.pk]
    (heard,) = Notice.objects.filter(purpose="presence")
    assert heard.organisation == firm.organisation
    with translation.override("en"):
        assert "the token of a terminal or gate has ended (gate)" in text_of(heard)
    assert AuditEntry.objects.filter(action="presence.terminal_ended").count() == 1
