"""From an answered report to the money: drafted by rows, decided by two, claimed by secret, paid once by a third."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.answered import FINED, Office, answered, drafted, half, later
from tests.mobilisation.public import Reporter
from tests.people import make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.routing import ROUTING
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of, read_secret
from tocsin.mobilisation.hazard_reports.services.following import Key
from tocsin.mobilisation.rewards.models import Reward, RewardEntry
from tocsin.mobilisation.rewards.policy import REWARDS
from tocsin.mobilisation.rewards.queries.cases import reports_of
from tocsin.mobilisation.rewards.rules.judging import Finding, Joining, RewardCase, judge
from tocsin.mobilisation.rewards.services import deciding, drafting, paying
from tocsin.mobilisation.rewards.services.deciding import FindingForm, StandingForm
from tocsin.mobilisation.rewards.services.keeping import keep_rewards
from tocsin.mobilisation.rewards.shown.notices import texts
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def office(english: None) -> Office:
    make_person("report_officer", organisation="emergency_bureau")
    return Office()


def key_of(reporter: Reporter) -> Key:
    return Key(reporter.number, reporter.secret)


def test_an_answered_report_is_drafted_once_with_its_clock(office: Office) -> None:
    report = answered(Reporter())
    reward = drafted(report)
    assert not drafting.draft_rewards(now=NOW) and Reward.objects.count() == 1
    assert (reward.number, reward.state, reward.verdict) == (f"{report.number}-J01", "draft", "cannot_tell")
    assert reward.because == [{"reason": "merit_open", "figures": {}}]
    assert reward.decide_due > NOW + 20 * DAY, "fifteen working days are three weeks"
    assert Notice.objects.filter(key__startswith=f"reward-{reward.pk}-drafted").count() == 1
    with pytest.raises(Conflict, match="have not judged the merit"):
        deciding.propose(actor=office.li, reward_id=reward.pk, now=NOW)


SUMS: dict[str, tuple[FindingForm, str, int]] = {
    "half of the fine": (FINED, "reward", 30_000),
    "held at the cap": (FindingForm(kind="major", fine_yuan=3_000_000, budget_line="1"), "reward", 500_000),
    "by merit": (half(), "reward", 2_750),
    "three deaths": (FindingForm(kind="concealed_accident", deaths=3, budget_line="1"), "reward", 120_000),
    "fine open": (FindingForm(kind="major"), "cannot_tell", 0),
    "fire": (FindingForm(kind="fire"), "none", 0),
    "known before": (FindingForm(kind="major", fine_yuan=1, known_at=NOW - DAY), "none", 0),
}


@pytest.mark.parametrize(("form", "verdict", "yuan"), SUMS.values(), ids=SUMS)
def test_rows_are_judged_as_cases_are(office: Office, form: FindingForm, verdict: str, yuan: int) -> None:
    reward = drafted(answered(Reporter()))
    done = deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=form, now=NOW)
    assert (done.verdict, done.amount_yuan) == (verdict, yuan)


def test_what_can_not_be_entered_is_told(office: Office) -> None:
    reward = drafted(answered(Reporter()))
    for form, words in (
        (FindingForm(kind="ordinary", merit=Decimal("0.3")), "in these steps"),
        (FindingForm(kind="major", fine_yuan=-1), "0 or more"),
        (FindingForm(kind="listed", situation="x"), "no situation x"),
    ):
        with pytest.raises(InvalidInput, match=words):
            deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=form, now=NOW)
    no_line = FindingForm(kind="major", fine_yuan=1)
    deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=no_line, now=NOW)
    with pytest.raises(InvalidInput, match="budget line"):
        deciding.propose(actor=office.li, reward_id=reward.pk, now=NOW)


def test_two_persons_decide_and_a_third_pays(office: Office) -> None:
    reporter = Reporter()
    reward = drafted(answered(reporter))
    assert reporter.rewards().json() == {"rewards": []}, "what is not decided is nobody's to read"
    deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=FINED, now=NOW)
    deciding.propose(actor=office.li, reward_id=reward.pk, now=NOW)
    with pytest.raises(NotAllowed, match="Another person"):
        deciding.decide(actor=office.li, reward_id=reward.pk, agreed=True, words="", now=NOW)
    with pytest.raises(InvalidInput, match="Say why"):
        deciding.decide(actor=office.wang, reward_id=reward.pk, agreed=False, words=" ", now=NOW)
    deciding.decide(actor=office.wang, reward_id=reward.pk, agreed=False, words="Too much.", now=NOW)
    deciding.propose(actor=office.li, reward_id=reward.pk, now=NOW)
    done = deciding.decide(actor=office.wang, reward_id=reward.pk, agreed=True, words="", now=NOW)
    assert (done.state, done.amount_yuan, done.rule, done.verified) == ("agreed", 30_000, "shandong_2025", False)
    heard = Notice.objects.get(key__startswith=f"reward-{reward.pk}-agreed")
    told_words = f"Reward {done.number}: the second person agreed to what you proposed."
    assert (heard.person, texts([heard])[heard.pk]) == (office.li, told_words)
    (told,) = reporter.rewards().json()["rewards"]
    assert "30,000" in told["title"] and "2027-01-24" in told["title"] and any("not verified" in one for one in told["lines"])
    hint = reporter.rewards(claim=reward.pk).json()["rewards"][0]["code_hint"]
    assert f"cashier of {reporter.report.organisation}" in hint
    first = reporter.rewards(claim=reward.pk).json()["rewards"][0]["code"]
    code = reporter.rewards(claim=reward.pk).json()["rewards"][0]["code"]
    assert first != code and reporter.rewards().json()["rewards"][0]["code"] == ""
    reward.refresh_from_db()
    assert reward.claim_sha256 == hash_of(read_secret(code) or "")
    with pytest.raises(NotAllowed, match="a newer code"):
        paying.look_up(actor=office.cashier, code=first, now=NOW)
    with pytest.raises(NotAllowed):  # who decided holds no till
        paying.pay(actor=office.wang, code=code, payment_id=new_id(), now=NOW)
    assert paying.look_up(actor=office.cashier, code=code, now=NOW).pk == reward.pk
    till = signed_in(office.cashier).post("/rewards/till/claim/", {"code": code}).content.decode()
    assert "2027-01-24" in till and "2027-01-25" not in till, "the cashier reads the reporter's last day"
    payment = new_id()
    for _twice in range(2):
        assert paying.pay(actor=office.cashier, code=code, payment_id=payment, now=NOW).state == "paid"
    assert RewardEntry.objects.filter(reward=reward, act="pay").count() == 1
    assert "was paid" in reporter.rewards().json()["rewards"][0]["title"]
    with pytest.raises(Conflict, match="paid already"):
        paying.pay(actor=office.cashier, code=code, payment_id=new_id(), now=NOW)
    assert "paid already" in reporter.rewards(claim=reward.pk).json()["message"]
    assert RewardEntry.objects.filter(reward=reward, act="second_use").count() == 2
    assert AuditEntry.objects.filter(action="reward.second_use").count() == 2
    assert Notice.objects.filter(key__contains="second_use").count() == 1


def test_an_officer_with_the_till_does_not_pay_the_own_decision(office: Office) -> None:
    reporter = Reporter()
    reward = office.decides(drafted(answered(reporter)))
    code = paying.claim(key=key_of(reporter), reward_id=reward.pk, now=NOW).code
    Reward.objects.filter(pk=reward.pk).update(proposed_by=office.cashier)
    with pytest.raises(NotAllowed, match="another person does"):
        paying.pay(actor=office.cashier, code=code, payment_id=new_id(), now=NOW)


def test_a_reward_nobody_collects_lapses(office: Office) -> None:
    reporter = Reporter()
    reward = office.decides(drafted(answered(reporter)))
    code = paying.claim(key=key_of(reporter), reward_id=reward.pk, now=NOW).code
    after = NOW + 61 * DAY
    with pytest.raises(Conflict, match="time to collect"):  # before a loop has seen it
        paying.pay(actor=office.cashier, code=code, payment_id=new_id(), now=after)
    keep_rewards(now=after)
    keep_rewards(now=after)
    reward.refresh_from_db()
    assert reward.state == "lapsed" and RewardEntry.objects.filter(reward=reward, act="lapse").count() == 1
    with pytest.raises(Conflict, match="given up"):
        paying.claim(key=key_of(reporter), reward_id=reward.pk, now=after)


def test_a_late_decision_is_told_once(office: Office) -> None:
    reward = drafted(answered(Reporter()))
    for _twice in range(2):
        keep_rewards(now=reward.decide_due)
    assert Notice.objects.filter(key__startswith=f"reward-{reward.pk}-late").count() == 1


def test_a_merge_before_the_payment_opens_the_decision_again(office: Office) -> None:
    reporter, earlier = Reporter(), Reporter()
    report = answered(reporter)
    first = later(report, earlier, -5)
    reward = office.decides(drafted(report))
    code = paying.claim(key=key_of(reporter), reward_id=reward.pk, now=NOW).code
    HazardReport.objects.filter(pk=first.pk).update(merged_into=report)
    with pytest.raises(Conflict, match="decided anew"):
        paying.pay(actor=office.cashier, code=code, payment_id=new_id(), now=NOW)
    reward.refresh_from_db()
    assert (reward.state, reward.payee_id, reward.claim_sha256, reward.agreed_by) == ("draft", first.pk, "", None)
    told = RewardEntry.objects.get(reward=reward, act="change").figures
    assert (told["before"]["report"], told["after"]["report"]) == (report.number, first.number)
    assert Notice.objects.filter(key__startswith=f"reward-{reward.pk}-changed").exists()
    deciding.propose(actor=office.li, reward_id=reward.pk, now=NOW)
    deciding.decide(actor=office.wang, reward_id=reward.pk, agreed=True, words="", now=NOW)
    assert "came first" in reporter.rewards().json()["rewards"][0]["title"]
    code = paying.claim(key=key_of(earlier), reward_id=reward.pk, now=NOW).code
    paying.pay(actor=office.cashier, code=code, payment_id=new_id(), now=NOW)
    HazardReport.objects.filter(pk=first.pk).update(merged_into=None)
    keep_rewards(now=NOW)
    reward.refresh_from_db()
    assert reward.state == "paid", "what is paid stays paid"


def test_a_loop_finds_a_changed_group_and_leaves_the_others(office: Office) -> None:
    report, earlier, second = answered(Reporter()), Reporter(), Reporter()
    reward = office.decides(drafted(report))
    HazardReport.objects.filter(pk=later(report, second, 5).pk).update(merged_into=report)
    keep_rewards(now=NOW)
    reward.refresh_from_db()
    assert reward.state == "agreed", "a later report changes nothing"
    HazardReport.objects.filter(pk=later(report, earlier, -5).pk).update(merged_into=report)
    keep_rewards(now=NOW)
    reward.refresh_from_db()
    assert (reward.state, reward.payee_id) == ("draft", earlier.id)


def test_what_officers_know_of_a_report_counts(office: Office) -> None:
    reporter, other = Reporter(), Reporter()
    report = answered(reporter)
    second = later(report, other, 5)
    HazardReport.objects.filter(pk=second.pk).update(merged_into=report)
    reward = drafted(report)
    deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=FINED, now=NOW)

    def enter(of: HazardReport, **fields: object) -> Reward:
        form = StandingForm(**fields)  # type: ignore[arg-type]
        return deciding.enter_standing(actor=office.li, reward_id=reward.pk, hazard_report_id=of.pk, form=form, now=NOW + DAY)

    assert enter(report, excluded=True).payee_id == second.pk
    assert enter(report, insider=True).amount_yuan == 36_000
    assert enter(report, complete_at=NOW + timedelta(hours=6)).payee_id == second.pk
    done = enter(report, signers="A\nB", payee="B")
    assert (done.payee_id, done.signer) == (report.pk, "B")
    with pytest.raises(InvalidInput, match="one of its signers"):
        enter(report, signers="A", payee="C")
    assert enter(report, complete_at=NOW).signer == "B", "what is not entered again stays"
    assert enter(report, signers="-").signer == ""
    assert enter(report, signers="A\nB", payee="B").signer == "B"
    deciding.propose(actor=office.li, reward_id=reward.pk, now=NOW + DAY)
    deciding.decide(actor=office.wang, reward_id=reward.pk, agreed=True, words="", now=NOW + DAY)
    assert any("paid to: B" in one for one in reporter.rewards().json()["rewards"][0]["lines"])
    page = signed_in(office.li).get(f"/rewards/{reward.pk}/").content.decode()
    assert "2 signers" in page and "paid to: B" not in page


def _lead(report: HazardReport) -> HazardReport:
    report.refresh_from_db()
    return _lead(report.merged_into) if report.merged_into is not None else report


def _put(report: HazardReport, into: HazardReport) -> None:
    """As merging does: a group goes whole; into itself: it is taken out."""
    if report == into:
        HazardReport.objects.filter(pk=report.pk).update(merged_into=None)
    elif _lead(report) != _lead(into):
        HazardReport.objects.filter(pk=_lead(report).pk).update(merged_into=into)


def test_merging_in_any_order_pays_as_the_rules_do_on_the_groups_at_the_end(office: Office) -> None:
    report = answered(Reporter())
    four = [report, *(later(report, Reporter(), hours) for hours in (-9, -3, 4))]
    reward = drafted(report)
    deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=FINED, now=NOW)
    policy = REWARDS.current()

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(four), st.sampled_from(four)), max_size=8), st.integers(0, 8))
    def holds(steps: list[tuple[HazardReport, HazardReport]], looked: int) -> None:
        for at, (one, into) in enumerate(steps):
            _put(one, into)
            if at == looked:
                keep_rewards(now=NOW)
        keep_rewards(now=NOW)
        reward.refresh_from_db()
        group = [one for one in four if _lead(one) == _lead(report)]
        joinings = tuple(Joining("merge", one.number, report.number) for one in group if one != report)
        finding = Finding("f", report.number, "major", fine_yuan=60_000)
        case = RewardCase("c", reward.region_code, tuple(reports_of(group)), (finding,), joinings)
        (award,) = judge(case, policy.rules(), ROUTING.shipped.bands, CHINA)
        assert reward.payee is not None
        assert (reward.payee.number, reward.amount_yuan) == (award.report, award.amount_yuan)

    holds()
