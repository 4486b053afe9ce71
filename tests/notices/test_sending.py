"""The outbox under a fake clock: leases, pauses, caps, what a dead sender leaves behind, and what stops a sending."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.command.street import START
from tocsin.base.ids import new_id
from tocsin.command.routing.rules import Purpose
from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels.rules.letters import Answer, Receipt
from tocsin.notices.channels.rules.verdicts import Fate, Verdict
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending as policy
from tocsin.notices.messages.rules.fates import SUMMARY, fate_after
from tocsin.notices.messages.services import delivery, writing
from tocsin.notices.messages.services.delivery import see
from tocsin.notices.sending.services.fates import Done, look_after, take_receipt
from tocsin.notices.sending.services.outbox import Leased, exchange, seconds_until_next

pytestmark = pytest.mark.django_db

FATES = [
    (Verdict.TAKEN, True, 1, True, Fate.SENT),
    (Verdict.DELIVERED, False, 1, True, Fate.DELIVERED),
    (Verdict.LATER, False, 1, True, Fate.QUEUED),
    (Verdict.LATER, True, 8, True, Fate.FAILED),
    (Verdict.LATER, True, 1, False, Fate.FAILED),
    (Verdict.NEVER, True, 1, True, Fate.FAILED),
    (Verdict.UNKNOWN, True, 1, True, Fate.QUEUED),
    (Verdict.UNKNOWN, False, 1, True, Fate.UNCERTAIN),
    (Verdict.UNKNOWN, True, 8, True, Fate.UNCERTAIN),
    (Verdict.UNKNOWN, True, 1, False, Fate.UNCERTAIN),
]


@pytest.mark.parametrize(("verdict", "urgent", "attempts", "in_time", "fate"), FATES)
def test_fate_after_an_attempt(verdict: Verdict, urgent: bool, attempts: int, in_time: bool, fate: Fate) -> None:
    assert fate_after(verdict, urgent=urgent, attempts=attempts, most=8, in_time=in_time) is fate


class Desk:
    """A body with a text message number, a sender with room for many, and machine and judging clocks that agree."""

    def __init__(self) -> None:
        names = {"name_zh": "李沧", "name_en": "Licang", "level": "county", "kind": "district"}
        region, _is_new = Region.objects.update_or_create(code="370213", defaults=names)
        self.body = Organisation.objects.create(code="gas_company", name_zh="燃气", name_en="Gas", kind="owner", region=region)
        self.now = START
        self.room = {"sms": 100}

    def notice(self, *, urgent: bool = True, purpose: str = Purpose.TOLD, address: str = "139", **fields: Any) -> Notice:
        made = Notice.objects.create(
            organisation=self.body,
            region_code="370213",
            purpose=purpose,
            why="symptom_owner",
            urgent=urgent,
            key=str(new_id()),
            written_at=self.now,
            deadline=self.now + timedelta(minutes=30),
            **fields,
        )
        Sending.objects.create(notice=made, channel="sms", address=address, not_before=self.now)
        return made

    def after(self, seconds: float) -> "Desk":
        self.now += timedelta(seconds=seconds)
        return self

    def takes(self, *done: Done) -> list[Leased]:
        return exchange(done, room=self.room, links="", now=self.now, machine_now=self.now)

    def settles(self, leased: list[Leased], verdict: Verdict, **more: Any) -> None:
        done = [Done(one.sending_id, Answer(verdict, **more)) for one in leased]
        exchange(done, room={}, links="", now=self.now, machine_now=self.now)

    def looks_after(self) -> int:
        return look_after(now=self.now, machine_now=self.now)


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    yield Desk()


def fate(notice: Notice) -> tuple[str, str]:
    notice.refresh_from_db()
    return notice.fate, notice.sendings.get().fate


def test_one_is_held_by_one_sender_and_settled_once(desk: Desk) -> None:
    notice = desk.notice()
    leased = desk.takes()
    assert [one.letter.address for one in leased] == ["139"]
    assert desk.takes() == []
    desk.settles(leased, Verdict.TAKEN)
    assert fate(notice) == ("sent", "sent")
    desk.settles(leased, Verdict.NEVER)  # too late to say so
    assert fate(notice) == ("sent", "sent")


def test_refused_for_now_is_tried_again_after_a_growing_pause_and_not_for_ever(desk: Desk) -> None:
    notice = desk.notice()
    pauses = []
    for _attempt in range(policy().attempts - 1):
        leased = desk.takes()
        assert len(leased) == 1
        desk.settles(leased, Verdict.LATER)
        row = notice.sendings.get()
        pauses.append((row.not_before - desk.now).total_seconds())
        assert desk.takes() == []
        desk.now = row.not_before
    assert pauses[0] < 3 and pauses[-1] > 60
    desk.settles(desk.takes(), Verdict.LATER)
    assert fate(notice) == ("failed", "failed")


def test_the_sender_knows_when_the_next_may_go(desk: Desk) -> None:
    assert seconds_until_next(["sms"], machine_now=desk.now) is None
    first, second = desk.notice(), desk.after(40).notice(address="138")
    desk.now = START
    assert [one.letter.address for one in desk.takes()] == [first.sendings.get().address]
    assert seconds_until_next(["sms"], machine_now=desk.now) == 40.0
    assert seconds_until_next(["sms"], machine_now=desk.now + timedelta(seconds=41)) == -1.0
    assert seconds_until_next(["mail"], machine_now=desk.now) is None, "nobody sends by that channel"
    assert second.sendings.get().fate == Fate.QUEUED


def test_what_a_dead_sender_held_is_uncertain_and_the_urgent_goes_again_marked(desk: Desk) -> None:
    urgent, other = desk.notice(), desk.notice(urgent=False)
    before = desk.takes()
    assert len(before) == 2
    desk.after(policy().lease_s - 1).looks_after()
    assert desk.takes() == []
    desk.after(2).looks_after()
    assert fate(other) == ("uncertain", "uncertain")
    again = desk.takes()
    assert [(one.sending_id, one.letter.is_repeat) for one in again] == [(urgent.sendings.get().pk, True)]
    assert "重复" in again[0].letter.subject or "REPEAT" in again[0].letter.subject
    desk.settles(again, Verdict.TAKEN)
    assert fate(urgent) == ("sent", "sent")


def test_a_gateway_that_fell_silent_is_asked_again_only_where_it_is_urgent(desk: Desk) -> None:
    urgent, other = desk.notice(), desk.notice(urgent=False)
    desk.settles(desk.takes(), Verdict.UNKNOWN)
    assert fate(urgent)[1] == "queued" and urgent.sendings.get().is_repeat
    assert fate(other)[1] == "uncertain"


def test_a_flood_to_one_address_is_told_in_one_summary(desk: Desk) -> None:
    cap = policy().cap.sendings
    told = [desk.notice() for _ in range(cap + 30)]
    elsewhere = desk.notice(address="138")
    order = desk.notice(purpose=Purpose.ORDER)
    leased = desk.takes()
    assert len(leased) == cap + 3  # the summary, the other address, the order that no cap holds back
    summary = Notice.objects.get(purpose=SUMMARY)
    assert summary.summed.count() == 30
    desk.settles(leased, Verdict.TAKEN)
    assert {fate(one)[0] for one in [*told, elsewhere, order]} == {"sent"}
    desk.notice()
    assert desk.takes() == []  # a summary has just gone: it waits for the next one
    assert [one.letter.data["purpose"] for one in desk.after(policy().cap.summary_every_s).takes()] == ["summary"]
    desk.notice()
    assert [one.letter.data["purpose"] for one in desk.after(policy().cap.window_s + 1).takes()] == ["told"]


def test_a_signature_stops_what_is_pending_and_what_was_tried_too(desk: Desk) -> None:
    notice = desk.notice()
    desk.settles(desk.takes(), Verdict.LATER)
    delivery.supersede(Notice.objects.filter(pk=notice.pk), now=desk.now, by_signature=True)
    assert desk.after(60).takes() == []
    held = desk.notice()
    leased = desk.takes()
    delivery.supersede(Notice.objects.filter(pk=held.pk), now=desk.now)
    desk.settles(leased, Verdict.LATER)  # in flight while it was signed: no further attempt
    assert fate(held) == ("superseded", "failed")


def test_too_late_is_not_sent_and_rings_where_nobody_stands_above(desk: Desk) -> None:
    notice = desk.notice()
    desk.after(31 * 60).looks_after()
    notice.refresh_from_db()
    assert (notice.fate, notice.untold_at) == ("failed", desk.now)
    assert desk.takes() == []


def test_what_failed_goes_upward_once(desk: Desk) -> None:
    above = Organisation.objects.create(
        code="bureau", name_zh="局", name_en="Bureau", kind="department", region=desk.body.region, has_desk=True, telephone="1"
    )
    Organisation.objects.filter(pk=desk.body.pk).update(superior=above)
    notice = desk.notice()
    desk.settles(desk.takes(), Verdict.NEVER)
    for _ in range(2):
        desk.after(1).looks_after()
    assert [(one.organisation, one.why) for one in notice.upward.all()] == [(above, "upward")]
    assert notice.upward.get().sendings.get().channel == "telephone"


def test_what_is_not_urgent_goes_by_one_way_after_the_other(desk: Desk, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("messages.queries.directory", "messages.services.writing", "sending.services.next_channel"):
        monkeypatch.setattr(f"tocsin.notices.{module}.channels_set_up", lambda: frozenset({"screen", "sms", "email"}))
    points = ContactPoint.objects.bulk_create(
        ContactPoint(user=officer, kind=kind, address=kind, order=order)
        for order, kind in enumerate(("messenger", "sms", "voice", "email"))
    )
    assert len(points) == 4
    desk.room = {"sms": 1, "email": 1}
    told = writing.write(
        None, person=officer, purpose=Purpose.HANDOVER, why="on_duty", urgent=False, key="by order", figures={}, now=START
    )
    seen = []
    desk.after(1e9)  # the machine's clock of the rows
    Notice.objects.update(deadline=desk.now + timedelta(hours=1))
    for _ in range(3):
        leased = desk.takes()
        seen += [one.channel for one in leased]
        desk.settles(leased, Verdict.NEVER, words="no such number")
    assert seen == ["sms", "email"]  # a channel that is not set up is passed over
    assert set(told.sendings.values_list("channel", "fate")) == {("screen", "queued"), ("sms", "failed"), ("email", "failed")}


def test_what_is_urgent_rings_until_it_is_heard(desk: Desk, officer: User) -> None:
    urgent, other = desk.notice(), desk.notice(urgent=False, address="138")
    desk.settles(desk.takes(), Verdict.TAKEN)
    repeat = policy().repeat
    heard = desk.notice(address="137")
    desk.settles(desk.takes(), Verdict.DELIVERED)
    for _number in range(repeat.most):
        desk.after(repeat.every_min * 60 - 1).looks_after()
        assert desk.takes() == []
        desk.after(2).looks_after()
        again = desk.takes()
        assert [(one.letter.address, one.letter.is_repeat) for one in again] == [("139", True)]
        desk.settles(again, Verdict.TAKEN)
    desk.after(repeat.every_min * 60 + 1).looks_after()
    assert desk.takes() == [], "not for ever: clocks go on telling"
    assert (fate(other), fate(heard)) == (("sent", "sent"), ("delivered", "delivered"))
    third = desk.notice(address="136")
    desk.settles(desk.takes(), Verdict.TAKEN)
    see([third], by=officer, now=desk.now)
    desk.after(repeat.every_min * 60 + 1).looks_after()
    assert desk.takes() == [], "somebody has seen it"
    assert urgent.sendings.get().repeats == repeat.most


def test_an_urgent_one_that_ends_uncertain_goes_upward(desk: Desk) -> None:
    notice = desk.notice()
    notice.sendings.update(fate="uncertain")
    Notice.objects.filter(pk=notice.pk).update(fate="uncertain")
    desk.after(29 * 60).looks_after()
    assert Notice.objects.get(pk=notice.pk).untold_at is None
    desk.after(2 * 60).looks_after()
    assert Notice.objects.get(pk=notice.pk).untold_at == desk.now


def test_what_nobody_sees_on_a_screen_goes_upward_where_it_is_urgent(desk: Desk) -> None:
    urgent, other = desk.notice(), desk.notice(urgent=False)
    for one in (urgent, other):
        one.sendings.update(channel="screen")
    desk.after(31 * 60).looks_after()
    assert Notice.objects.get(pk=urgent.pk).untold_at == desk.now
    assert [one.outcome for one in Sending.objects.all()] == ["unseen", "unseen"]
    assert Notice.objects.get(pk=other.pk).untold_at is None, "it waits until somebody looks"


def test_receipts_take_nothing_back(desk: Desk) -> None:
    notice = desk.notice()
    leased = desk.takes()
    desk.settles(leased, Verdict.TAKEN, words="g-7", gives_receipt=True)
    assert take_receipt(Receipt("g-7", Fate.DELIVERED), channel="sms") is not None
    assert fate(notice) == ("delivered", "delivered")
    take_receipt(Receipt(str(leased[0].sending_id), Fate.FAILED, "late"), channel="sms")
    assert fate(notice) == ("delivered", "delivered")
    assert take_receipt(Receipt("g-8", Fate.DELIVERED), channel="sms") is None
    assert take_receipt(Receipt("g-7", Fate.DELIVERED), channel="voice") is None


def test_taken_and_never_arrived_is_asked_again_once(desk: Desk) -> None:
    notice = desk.notice()
    desk.settles(desk.takes(), Verdict.TAKEN, gives_receipt=True)
    desk.after(policy().receipt_s + 1).looks_after()
    again = desk.takes()
    assert again[0].letter.is_repeat
    desk.settles(again, Verdict.TAKEN, gives_receipt=True)
    desk.after(policy().receipt_s + 1).looks_after()
    assert fate(notice) == ("uncertain", "uncertain")
    assert desk.takes() == []


def test_a_drill_does_not_pass_the_gate_without_being_named(desk: Desk, officer: User) -> None:
    notice = desk.notice(drill=True)
    assert desk.takes() == []
    assert fate(notice)[1] == "superseded"


def test_the_text_is_the_recipients_own_and_the_redacted_one_says_nothing(desk: Desk) -> None:
    figures = {"causes": [["heat_main_leak_biogas", 30, "H1"]]}
    Organisation.objects.filter(pk=desk.body.pk).update(code="heating_company")
    desk.notice(figures=figures)
    letter = desk.takes()[0].letter
    assert "H1" in letter.text and "30" in letter.text
    assert "补水量" in letter.text
    assert "H1" not in letter.redacted and "30 %" not in letter.redacted
    assert isinstance(desk.now, datetime)
