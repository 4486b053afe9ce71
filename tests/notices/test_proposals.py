"""A draft of policy that was tried is told to whoever may confirm it, once, and to nobody once it is decided."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.people import LICANG, SHINAN, make_named_person, make_person
from tests.supervision.firms import NOW
from tocsin.bus.services import waiting_events
from tocsin.command.quality.services import quieter
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import acted_on, text_of
from tocsin.notices.proposals.services import tell_second_persons, told_position
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.services import versions
from tocsin.records.versions.services.versions import NewVersion

pytestmark = pytest.mark.django_db


def heard() -> list[Notice]:
    """What was told of drafts so far; every event is read twice."""
    for _twice in range(2):
        events = [event for _row, event in waiting_events(1000)]
        tell_second_persons(events=events, position=told_position() + 1, now=NOW + timedelta(minutes=1))
    return list(Notice.objects.filter(purpose="policy_proposal").order_by("key"))


def tried_by(author: User) -> PolicyVersion:
    new = NewVersion(text="beyond_level = true\n", region_code=LICANG, reason="order 12")
    draft = versions.draft_version(actor=author, policy="command.escalation", new=new)
    return versions.try_version(actor=author, version_id=draft.pk)


def test_each_second_person_hears_of_it_once(db: None) -> None:
    author, second = make_person("rule_engineer"), make_person("shift_leader")
    make_named_person("elsewhere", "shift_leader", None, SHINAN)
    row = tried_by(author)
    (told,) = heard()
    assert told.person == second
    assert acted_on(told) == f"/policy/versions/{row.pk}/"
    with translation.override("en"):
        assert text_of(told).endswith("has drafted and tried a version. A second person confirms or declines it.")
    versions.confirm_version(actor=second, version_id=row.pk)
    assert [one.pk for one in heard()] == [told.pk]


def test_what_was_decided_before_is_told_to_nobody(db: None) -> None:
    author = make_person("rule_engineer")
    make_person("shift_leader")
    row = tried_by(author)
    versions.decline_version(actor=author, version_id=row.pk, words="a slip")
    assert heard() == []


def test_a_quieter_rule_is_not_told_twice(db: None) -> None:
    """It has words of its own; both use one key for each draft and person."""
    assert quieter.key_of("v", "p") == "policy-v-p"
