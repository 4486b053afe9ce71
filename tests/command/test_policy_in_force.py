"""Cases by policy that an installation has changed: what a case began with stays with it, and it names it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from tests.command.street import START
from tests.people import LICANG, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.policy import policy, policy_of
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules.cases import DeclarationKind
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.escalation.policy import ESCALATION, escalation
from tocsin.command.escalation.services.next_level import hand_upward
from tocsin.command.escalation.services.stages import run_clocks
from tocsin.command.handling.services.declaring import declare
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.shown import text_of
from tocsin.records.versions.services import versions
from tocsin.records.versions.services.city_file import Imported, import_policy
from tocsin.records.versions.services.versions import NewVersion

pytestmark = pytest.mark.django_db
SHINAN = "370202"


def put_in(text: str) -> None:
    import_policy(
        actor=make_person("rule_engineer", EVERYWHERE),
        second=make_person("supervisor", EVERYWHERE),
        text=text,
        about=Imported(source="order 12 of the bureau", confidence="B", reason="the dry run of May"),
    )


def smell_of_gas(officer: User, *, kind: str = "gas") -> Case:
    return open_case_by_hand(
        actor=officer, region_code=LICANG, title="smell of gas", place="Shiniushan Road", level=AlarmLevel.RED, kind=kind
    )


@pytest.fixture
def leader(db: None) -> User:
    usual_bodies(LICANG)
    return make_person("shift_leader")


def test_a_switch_reaches_cases_that_begin_behind_it(leader: User, officer: User, clock: Callable[[datetime], None]) -> None:
    clock(START)
    before = smell_of_gas(officer)
    clock(START + timedelta(minutes=1))
    put_in("[command.escalation]\nbeyond_level = true\n[command.cases.limits_min.red]\nnotify_owner = 3.0\n")
    clock(START + timedelta(minutes=2))
    after = smell_of_gas(officer)
    with pytest.raises(Conflict, match="switched off"):
        hand_upward(actor=leader, case_id=before.pk, text="beyond our means")
    with pytest.raises(Conflict, match="unverified"):  # the switch is on: the next question is asked
        hand_upward(actor=leader, case_id=after.pk, text="beyond our means")
    declare(actor=leader, case_id=after.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="two hurt")
    late = START + timedelta(hours=3)
    while run_clocks(now=late):
        pass
    asked = notices_of(after).filter(person=leader, figures__beyond=True).first()
    with override("en"):
        assert asked is not None and "level above" in text_of(asked)
    client = signed_in(leader)
    answer = client.post(
        f"/api/v1/command/cases/{after.pk}/upward", {"text": "beyond our means"}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert notices_of(after).get(why="level_above").organisation.region_id == "370200"  # type: ignore[union-attr]
    assert "versions" in before.policy and not before.policy["versions"]
    assert set(after.policy["versions"]) == {"command.escalation", "command.cases"}
    assert after.policy["versions"]["command.escalation"] == list(ESCALATION.in_force().versions)
    minutes = [policy_of(one.policy).limits_of(AlarmLevel.RED)[Step.NOTIFY_OWNER] for one in (before, after)]
    assert minutes == [5.0, 3.0]


def test_a_region_has_its_own(db: None) -> None:
    usual_bodies(LICANG)
    put_in(
        '[command.gathering.gathering]\nopens_from = "red"\n'
        f'[[scoped]]\npolicy = "command.escalation"\nregion = "{LICANG}"\n[scoped.values]\nbeyond_level = true\n'
    )
    assert [escalation(code).beyond_level for code in (LICANG, SHINAN)] == [True, False]
    assert policy(LICANG).gathering.opening_level is AlarmLevel.RED


def test_a_draft_of_routing_shows_of_how_many_cases_others_would_be_told(
    officer: User, clock: Callable[[datetime], None]
) -> None:
    clock(START)
    usual_bodies(LICANG)
    smell_of_gas(officer)
    new = NewVersion("also = []", region_code=LICANG, source="a test")
    author = make_person("rule_engineer")
    row = versions.draft_version(actor=author, policy="command.routing", new=new)
    shown = versions.try_version(actor=author, version_id=row.pk).trial["shown"]
    assert (shown["cases"], shown["cases_that_change"]) == (1, 1)
    assert shown["bodies_told_after"] < shown["bodies_told_before"]
