"""Two cashiers, two presses, a merge while a payment runs, a process that dies between the payment and its paper."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.clocks import stand_at
from tests.killed import die, killed_in
from tests.languages import english as english
from tests.mobilisation.answered import Office, answered, drafted, later
from tests.mobilisation.public import Reporter
from tests.people import make_named_person, make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict
from tocsin.base.ids import new_id
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.services.following import Key
from tocsin.mobilisation.hazard_reports.services.merging import merge
from tocsin.mobilisation.rewards.models import Reward, RewardEntry
from tocsin.mobilisation.rewards.services import paying
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def claimed(english: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Office, Reward, str]:
    """A decided reward, and its code."""
    stand_at(monkeypatch, NOW)
    make_person("report_officer", organisation="emergency_bureau")
    office, reporter = Office(), Reporter()
    reward = office.decides(drafted(answered(reporter)))
    return office, reward, paying.claim(key=Key(reporter.number, reporter.secret), reward_id=reward.pk, now=NOW).code


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of them answers, begun at one moment in threads of their own."""
    told: list[object] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(at: int) -> None:
        start.wait()
        try:
            told[at] = acts[at]()
        except Conflict as refusal:
            told[at] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(at,)) for at in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return told


def test_two_cashiers_pay_once(claimed: tuple[Office, Reward, str]) -> None:
    office, reward, code = claimed
    other = make_named_person("sun", "cashier")

    def payment(by: object) -> Callable[[], object]:
        return lambda: paying.pay(actor=by, code=code, payment_id=new_id(), now=NOW)  # type: ignore[arg-type]

    told = at_once(payment(office.cashier), payment(other))
    assert sum(isinstance(one, Reward) for one in told) == 1 and sum(isinstance(one, Conflict) for one in told) == 1
    assert RewardEntry.objects.filter(reward=reward, act="pay").count() == 1
    assert RewardEntry.objects.filter(reward=reward, act="second_use").count() == 1


def test_a_merge_while_a_payment_runs_comes_before_it_or_after(claimed: tuple[Office, Reward, str]) -> None:
    office, reward, code = claimed
    report = reward.report
    first = later(report, Reporter(), -5)
    told = at_once(
        lambda: paying.pay(actor=office.cashier, code=code, payment_id=new_id(), now=NOW),
        lambda: merge(actor=office.li, report_id=first.pk, into=report.number, words="", now=NOW + timedelta(seconds=1)),
    )
    reward.refresh_from_db()
    assert isinstance(told[1], HazardReport)
    if isinstance(told[0], Reward):
        assert (reward.state, reward.payee_id) == ("paid", report.pk)
    else:
        assert (reward.state, reward.payee_id, reward.claim_sha256) == ("draft", first.pk, "")


@pytest.mark.parametrize("paid", [False, True], ids=["before the commit", "between commit and answer"])
def test_a_process_killed_while_it_pays_loses_nothing_and_pays_nothing_twice(
    claimed: tuple[Office, Reward, str], monkeypatch: pytest.MonkeyPatch, paid: bool
) -> None:
    """A real process, a real kill -9: a copy of this one, which dies inside the payment."""
    office, reward, code = claimed
    payment = new_id()
    monkeypatch.setattr(paying, "in_one_transaction", _dies(paid, paying.in_one_transaction))
    killed_in(lambda: paying.pay(actor=office.cashier, code=code, payment_id=payment, now=NOW))
    monkeypatch.undo()
    stand_at(monkeypatch, NOW)
    reward.refresh_from_db()
    assert (reward.state, reward.payment_id) == (("paid", payment) if paid else ("agreed", None))
    window = signed_in(office.cashier)
    for _again in range(2):
        told = window.post("/rewards/till/pay/", {"code": code, "payment_id": str(payment)}, follow=True)
        assert "is paid: ¥30,000" in told.content.decode()
    other = window.post("/rewards/till/pay/", {"code": code, "payment_id": str(new_id())}, follow=True)
    assert "has been paid already" in other.content.decode()
    acts = list(RewardEntry.objects.filter(reward=reward, act__in=("pay", "second_use")).values_list("act", flat=True))
    assert sorted(acts) == ["pay", "second_use"]
    assert Notice.objects.filter(key__startswith=f"reward-{reward.pk}-second_use-").exists(), "and the desk hears of it"


def _dies[R](paid: bool, in_one_transaction: Callable[[Callable[[], R]], R]) -> Callable[[Callable[[], R]], R]:
    """The same, killed behind its commit or before it."""

    def killed(work: Callable[[], R]) -> R:
        def last() -> R:
            done = work()
            if not paid:
                die()
            return done

        done = in_one_transaction(last)
        die()
        return done

    return killed


def test_who_dies_between_payment_and_paper_prints_it_again(claimed: tuple[Office, Reward, str]) -> None:
    office, reward, code = claimed
    payment = new_id()
    paying.pay(actor=office.cashier, code=code, payment_id=payment, now=NOW)  # and the process is killed here
    window = signed_in(office.cashier)
    again = {"code": code, "payment_id": str(payment)}
    assert "is paid: ¥30,000" in window.post("/rewards/till/pay/", again, follow=True).content.decode()
    papers = [window.get(f"/records/papers/reward_voucher/{reward.pk}.pdf").content for _ in range(2)]
    assert papers[0] == papers[1] and papers[0].startswith(b"%PDF")
    assert RewardEntry.objects.filter(reward=reward, act="pay").count() == 1
    shown = window.post("/rewards/till/claim/", {"code": code}).content.decode()
    assert "paid already" in shown and "Paid in cash" not in shown
    desk = signed_in(office.li)
    assert desk.get(f"/records/papers/reward_decision/{reward.pk}.pdf").content.startswith(b"%PDF")
    assert "text/csv" in desk.get("/rewards/?which=paid&format=csv")["Content-Type"]
    assert desk.get(f"/rewards/{reward.pk}/").status_code == 200
