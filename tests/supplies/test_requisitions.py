"""Another's property: drafted, signed by a second person, answered, handed over, used, given back, paid for, closed."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.people import LICANG, make_person
from tests.pictures import photo
from tests.supplies.requests import desk
from tests.supplies.requisitions import (
    END,
    drafted,
    given_back,
    handed_over,
    machine,
    own_lot,
    owner_person,
    signed,
    wanting,
)
from tests.supplies.stores import NOW, head
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.requests.services.plans import work_out_plans
from tocsin.supplies.requisitions.models import Requisition, RequisitionLine
from tocsin.supplies.requisitions.queries.requisitions import account_of, to_answer, to_sign, visible_requisitions
from tocsin.supplies.requisitions.rules.states import ENDED, STEPS, Damage, ListKind, RequisitionState
from tocsin.supplies.requisitions.services import answering, claims, drafting, lists
from tocsin.supplies.requisitions.services.claims import NewSum
from tocsin.supplies.requisitions.services.clocks import run_requisition_clocks
from tocsin.supplies.requisitions.services.keeping import KEPT
from tocsin.supplies.requisitions.services.lists import NewRow
from tocsin.supplies.stock.models import Holding, Line
from tocsin.supplies.stock.rules.ledger import Kind, State
from tocsin.supplies.stock.rules.lots import Reserve
from tocsin.supplies.stock.services.handling import adjust, handle
from tocsin.supplies.stock.services.issuing import Wanted, issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def test_every_state_is_reached_and_every_running_one_goes_on() -> None:
    reached = {RequisitionState.DRAFT, *STEPS.values()}
    assert reached == set(RequisitionState)
    assert {state for state, _ in STEPS} == set(RequisitionState) - set(ENDED)


def test_a_machine_from_draft_to_paid_compensation() -> None:
    by, lead, owner = desk(), head(), owner_person()
    one = drafted(by)
    line = machine(by, one)
    signed(by, lead, one)
    assert list(to_answer(owner)) == [one]
    answering.answer_requisition(actor=owner, requisition_id=one.pk, will=True, now=NOW)
    line = handed_over(by, owner, one, 1000)
    assert (line.taken, line.holding) == (1000, None), "what no catalogue has makes no stock"
    given_back(by, owner, line, damaged=1000)
    one.refresh_from_db()
    assert one.state == RequisitionState.RETURNED
    sums = [
        NewSum(kind=Damage.DAMAGED, yuan=Decimal("1200.50"), line_id=line.pk),
        NewSum(kind=Damage.USE, yuan=Decimal(800), line_id=line.pk),
    ]
    claim = claims.claim_compensation(actor=owner, requisition_id=one.pk, sums=sums, now=NOW)
    values = {row.pk: Decimal(1000) for row in claim.rows.all()}
    claims.value_claim(actor=by, requisition_id=one.pk, values=values, method="市场价", now=NOW)
    assert list(to_sign(lead)) == [one]
    claims.award_compensation(actor=lead, requisition_id=one.pk, approved=True, now=NOW)
    claims.pay_compensation(actor=by, requisition_id=one.pk, voucher="PZ-1", now=NOW)
    claims.close_requisition(actor=owner, requisition_id=one.pk, now=NOW)
    one.refresh_from_db()
    assert (one.state, one.ended_at, one.due_at) == (RequisitionState.CLOSED, NOW, None)
    acts = list(one.steps.values_list("act", flat=True))
    assert acts[-6:] == ["accounted", "claimed", "valued", "awarded", "paid", "closed"]
    assert AuditEntry.objects.filter(object_type="requisition", object_id=str(one.pk)).count() == len(acts)
    told = Notice.objects.filter(purpose="supply_requisitions", organisation=one.owner)
    assert {one.figures["what"] for one in told} == {"decision", "list", "returned", "awarded", "paid", "closed"}


def test_the_second_person_is_another_one() -> None:
    lead = head(LICANG)
    lead.organisation = usual_bodies(LICANG)["emergency_bureau"]
    lead.save()
    one = drafted(lead)
    machine(lead, one)
    drafting.ask_for_signature(actor=lead, requisition_id=one.pk, now=NOW)
    assert not to_sign(lead)
    with pytest.raises(Conflict):
        drafting.decide_requisition(actor=lead, requisition_id=one.pk, approved=True, now=NOW)
    with pytest.raises(NotAllowed):
        drafting.decide_requisition(actor=desk(), requisition_id=one.pk, approved=True, now=NOW)
    other = make_person("shift_leader", LICANG)
    with pytest.raises(InvalidInput):
        drafting.decide_requisition(actor=other, requisition_id=one.pk, approved=False, now=NOW)
    drafting.decide_requisition(actor=other, requisition_id=one.pk, approved=False, reason="不需要", now=NOW)
    one.refresh_from_db()
    assert (one.state, one.due_at) == (RequisitionState.REFUSED, None)


def test_a_firm_requisitions_nothing_and_an_owner_sees_nothing_before_it_is_signed() -> None:
    keeper = make_person("store_keeper", LICANG, organisation="gas_company")
    with pytest.raises(NotAllowed):
        drafted(keeper)
    by, lead, owner = desk(), head(), owner_person()
    one = drafted(by)
    machine(by, one)
    assert not visible_requisitions(owner)
    with pytest.raises(Requisition.DoesNotExist):
        answering.answer_requisition(actor=owner, requisition_id=one.pk, will=True, now=NOW)
    signed(by, lead, one)
    assert list(visible_requisitions(owner)) == [one]
    stranger = make_person("unit_desk", LICANG, organisation="heating_company")
    assert not visible_requisitions(stranger)


def test_the_law_stays_as_it_was_signed() -> None:
    by, lead = desk(), head()
    with pytest.raises(InvalidInput):
        drafted(by, basis="none")
    one = drafted(by)
    machine(by, one)
    one = signed(by, lead, one)
    assert "第七十六条" in one.basis_words["zh"]
    assert one.basis_words["confidence"] == "B"


def test_what_began_before_now_says_why() -> None:
    by = desk()
    before = NOW - timedelta(hours=2)
    with pytest.raises(InvalidInput):
        drafted(by, starts_at=before)
    assert drafted(by, starts_at=before, taken_first="管道正在泄漏").taken_first
    with pytest.raises(InvalidInput):
        drafted(by, ends_at=NOW - timedelta(days=1))


def test_goods_of_a_firm_come_in_as_the_firms_and_count_once() -> None:
    by, lead, made, quilt = wanting()
    own, owner = own_lot(lead, quilt, 300), owner_person()
    one = drafted(by, made)
    line = one.lines.get()
    assert (line.item, line.amount) == (quilt, 300_000), "400 people, of whom 100 have theirs from the county"
    line.source = own
    line.save()
    one = signed(by, lead, one)
    line = handed_over(by, owner, one, 300_000, own.store)
    assert line.holding is not None
    lot = line.holding.lot
    assert (lot.owner, lot.reserve, lot.kept_for) == (one.owner, Reserve.REQUISITIONED, made.pk)
    own.refresh_from_db()
    assert (own.free, line.holding.free) == (0, 300_000)
    while work_out_plans(now=NOW):
        pass
    plan = Plan.objects.get(request_id=made.pk, kind="soonest", state="ready")
    assert sum(given.amount for given in plan.lines.filter(holding=line.holding)) == 300_000, "nothing of it has to stay"
    with pytest.raises(Conflict):
        issue(actor=lead, store_id=own.store_id, lines=[Wanted(item_id=quilt.pk, amount=1000)], partner="x", now=NOW)
    wanted = [Wanted(item_id=quilt.pk, amount=1000, lot_id=lot.pk)]
    with pytest.raises(Conflict):
        issue(actor=lead, store_id=own.store_id, lines=wanted, partner="x", now=NOW)
    given_back(by, owner, line, whole=299_000, damaged=1000)
    own.refresh_from_db()
    line.holding.refresh_from_db()
    assert (own.free, own.returned, line.holding.free) == (0, 300_000, 0)


def test_the_owners_lot_gives_no_more_than_it_has() -> None:
    by, lead, made, quilt = wanting(planned=False)
    own, owner = own_lot(lead, quilt, 200), owner_person()
    one = drafted(by, made)
    one.lines.update(source=own)
    signed(by, lead, one)
    with pytest.raises(Conflict):
        handed_over(by, owner, one, 300_000, own.store)
    assert not Holding.objects.filter(reserve=Reserve.REQUISITIONED).exists()
    assert one.lines.get().taken == 0


def test_requisitioned_goods_never_grow_by_hand() -> None:
    by, lead, made, quilt = wanting(planned=False)
    own, owner = own_lot(lead, quilt), owner_person()
    one = signed(by, lead, drafted(by, made))
    line = handed_over(by, owner, one, 100_000, own.store)
    assert line.holding is not None
    where = {"actor": lead, "store_id": own.store_id, "lot_id": line.holding.lot_id, "now": NOW}
    with pytest.raises(Conflict):
        adjust(**where, counted=101_000, reason="数过")  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        handle(**where, kind=Kind.RETURN, amount=1000)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        given_back(by, owner, line, lost=1000)
    adjust(**where, counted=99_000, reason="丢失")  # type: ignore[arg-type]
    given_back(by, owner, line, lost=1000)
    with pytest.raises(InvalidInput):
        given_back(by, owner, line, whole=100_000)


def test_a_list_counts_once_the_other_side_has_signed() -> None:
    by, lead, owner = desk(), head(), owner_person()
    one = drafted(by)
    line = machine(by, one)
    signed(by, lead, one)
    row = [NewRow(line_id=line.pk, whole=1000, condition="完好")]
    facts = {"requisition_id": one.pk, "kind": ListKind.HAND_OVER, "rows": row, "now": NOW}
    made = lists.write_list(actor=by, **facts)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        lists.write_list(actor=by, **facts)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        lists.sign_list(actor=by, list_id=made.pk, said_by="王经理", now=NOW)
    with pytest.raises(InvalidInput):
        lists.sign_list(actor=lead, list_id=made.pk, now=NOW)
    line.refresh_from_db()
    assert line.taken == 0
    lists.drop_list(actor=by, list_id=made.pk, reason="写错", now=NOW)
    made = lists.write_list(actor=by, **facts)  # type: ignore[arg-type]
    kept = lists.sign_list(actor=lead, list_id=made.pk, said_by="王经理，电话", now=NOW)
    assert (kept.signed_by, kept.signed_for) == (lead, "王经理，电话")
    with pytest.raises(Conflict):
        lists.sign_list(actor=owner, list_id=made.pk, now=NOW)


def test_a_person_without_an_account_is_entered_by_word() -> None:
    by, lead = desk(), head()
    one = drafted(by, owner_id=None, owner_name="李四", owner_telephone="13800000000")
    line = machine(by, one, "皮卡 鲁B-5678")
    signed(by, lead, one)
    with pytest.raises(InvalidInput):
        answering.answer_requisition(actor=by, requisition_id=one.pk, will=True, now=NOW)
    answering.answer_requisition(actor=by, requisition_id=one.pk, will=False, text="要用车", said_by="李四，电话", now=NOW)
    one.refresh_from_db()
    assert (one.state, one.answer) == (RequisitionState.SIGNED, "objects"), "an objection stops nothing by itself"
    drafting.withdraw_requisition(actor=lead, requisition_id=one.pk, reason="另有车辆", now=NOW)
    assert KEPT.count is not None
    assert KEPT.forget is not None
    later = NOW + timedelta(seconds=1)
    assert (KEPT.count(NOW), KEPT.count(later)) == (0, 1)
    assert KEPT.forget(later) == 1
    one.refresh_from_db()
    assert (one.owner_name, one.owner_telephone) == ("", "")
    assert not [step for step in one.steps.all() if step.said_by or "李四" in str(step.figures)]
    assert line.words


def test_clocks_ring_once_a_step() -> None:
    by, lead, owner = desk(), head(), owner_person()
    one = drafted(by)
    machine(by, one)
    drafting.ask_for_signature(actor=by, requisition_id=one.pk, now=NOW)
    late = NOW + timedelta(minutes=31)
    assert (run_requisition_clocks(now=late), run_requisition_clocks(now=late)) == (1, 0)
    drafting.decide_requisition(actor=lead, requisition_id=one.pk, approved=True, now=late)
    unanswered = late + timedelta(minutes=61)
    assert (run_requisition_clocks(now=unanswered), run_requisition_clocks(now=unanswered)) == (1, 0)
    one.refresh_from_db()
    assert one.due_at == late + timedelta(hours=12), "then it is to be handed over"
    handed_over(by, owner, one, 1000)
    over = END + timedelta(days=3, minutes=1)
    assert run_requisition_clocks(now=over) == 1
    told = Notice.objects.filter(purpose="supply_requisitions", person=by, figures__what="late_return")
    assert told.count() == 1


def test_what_is_claimed_is_what_the_lists_say() -> None:
    by, lead, owner = desk(), head(), owner_person()
    one = drafted(by)
    line = machine(by, one)
    signed(by, lead, one)
    line = handed_over(by, owner, one, 1000)
    given_back(by, owner, line, whole=1000)
    with override("en"), pytest.raises(InvalidInput, match="return lists say nothing"):
        sums = [NewSum(kind=Damage.DAMAGED, yuan=Decimal(1), line_id=line.pk)]
        claims.claim_compensation(actor=owner, requisition_id=one.pk, sums=sums, now=NOW)
    sums = [NewSum(kind=Damage.OTHER, yuan=Decimal(500), words="运费")]
    claims.claim_compensation(actor=owner, requisition_id=one.pk, sums=sums, now=NOW)
    row = Requisition.objects.get(pk=one.pk).claim.rows.get()
    claims.value_claim(actor=by, requisition_id=one.pk, values={row.pk: Decimal(400)}, method="发票", now=NOW)
    claims.award_compensation(actor=lead, requisition_id=one.pk, approved=False, reason="再核", now=NOW)
    claims.value_claim(actor=by, requisition_id=one.pk, values={row.pk: Decimal(450)}, method="发票", now=NOW)
    claims.award_compensation(actor=lead, requisition_id=one.pk, approved=True, now=NOW)
    with pytest.raises(Conflict):
        claims.pay_compensation(actor=lead, requisition_id=one.pk, voucher="1", now=NOW)
    claims.pay_compensation(actor=by, requisition_id=one.pk, voucher="1", now=NOW)
    with pytest.raises(InvalidInput):
        claims.close_requisition(actor=by, requisition_id=one.pk, text="没有回音", now=NOW)
    claims.close_requisition(actor=by, requisition_id=one.pk, text="没有回音", now=NOW + timedelta(days=16))


HELD = st.lists(st.tuples(st.sampled_from(("take", "issue", "return", "scrap", "lose", "back")), st.integers(1, 8)), max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=HELD)
def test_nothing_of_anothers_goods_is_left_over_or_counted_twice(acts: list[tuple[str, int]]) -> None:
    """However goods come in, go out by hand of the ledger, come back, are scrapped, lost and given back: at the end each unit
    is back with its owner, consumed, or lost, and the owner's own lot has what came back.
    """
    with transaction.atomic():
        _play(acts)
        transaction.set_rollback(True)


def _play(acts: list[tuple[str, int]]) -> None:
    by, lead, made, quilt = wanting(planned=False)
    own, owner = own_lot(lead, quilt, 300), owner_person()
    one = drafted(by, made)
    one.lines.update(source=own, amount=20_000)
    signed(by, lead, one)
    line = handed_over(by, owner, one, 6000, own.store)
    for what, units in acts:
        _act(what, units * 1000, by, lead, owner, line, own)
        line.refresh_from_db()
        _look(line, own)
    account = account_of(RequisitionLine.objects.select_related("holding").get(pk=line.pk))
    if account.at_hand or account.away:
        given_back(by, owner, line, whole=account.at_hand, consumed=account.away)
    line.refresh_from_db()
    _look(line, own)
    one.refresh_from_db()
    assert one.state == RequisitionState.RETURNED
    own.refresh_from_db()
    assert line.taken == line.whole + line.damaged + line.consumed + line.lost
    assert own.free + own.returned == 300_000 - line.consumed - line.lost


def _act(what: str, amount: int, by: User, lead: User, owner: User, line: RequisitionLine, own: Holding) -> None:
    """One act; what does not fit is refused and changes nothing."""
    held = line.holding
    assert held is not None
    where = {"actor": lead, "store_id": held.store_id, "lot_id": held.lot_id, "now": NOW}
    half = amount // 2000 * 1000
    with suppress(Conflict, InvalidInput), transaction.atomic():
        match what:
            case "take":
                handed_over(by, owner, line.requisition, amount, own.store)
            case "issue":
                held.refresh_from_db()
                adjust(**where, counted=max(0, held.free - amount), reason="用完")  # type: ignore[arg-type]
            case "return":
                handle(**where, kind=Kind.RETURN, amount=amount)  # type: ignore[arg-type]
            case "scrap":
                handle(**where, kind=Kind.SCRAP, amount=amount, source=State.FREE, reason="损坏")  # type: ignore[arg-type]
            case "lose":
                given_back(by, owner, line, lost=amount)
            case "back":
                given_back(by, owner, line, whole=amount - half, damaged=half)


def _look(line: RequisitionLine, own: Holding) -> None:
    """At every instant the owner's lot and the account together are what the owner had."""
    own.refresh_from_db()
    account = account_of(RequisitionLine.objects.select_related("holding").get(pk=line.pk))
    assert own.free + own.returned == 300_000 - account.taken + account.back
    assert account.open == account.inside + account.out + account.away
    assert line.holding is not None
    assert sum(one.amount for one in Line.objects.filter(holding=own, kind=Kind.TAKE_OVER)) == account.taken
    received = Line.objects.filter(holding=line.holding, kind=Kind.RECEIPT)
    assert sum(one.amount for one in received) == account.taken


def test_pages_of_officer_and_owner(client: Client) -> None:
    """Each sees what they can do next, and the papers print."""
    by, lead, owner = desk(), head(), owner_person()
    one = drafted(by)
    machine(by, one)
    signed(by, lead, one)
    line = handed_over(by, owner, one, 1000)
    given_back(by, owner, line, damaged=1000)
    page = reverse("requisition", args=[one.pk])
    for person, part in ((by, "sum-use"), (owner, "sum-damaged")):
        client.force_login(person)
        assert part in client.get(page).content.decode()
        assert one.number in client.get(reverse("requisitions")).content.decode()
    form = {f"sum-damaged-{line.pk}": "1,200.50", "other1": "80", "words1": "运费"}
    client.post(reverse("claim_requisition", args=[one.pk]), form)
    claim = Requisition.objects.get(pk=one.pk).claim
    assert [row.claimed_fen for row in claim.rows.all()] == [120_050, 8000]
    client.force_login(by)
    values = {f"value-{row.pk}": "500" for row in claim.rows.all()}
    client.post(reverse("value_requisition", args=[one.pk]), {**values, "method": "发票"})
    client.force_login(lead)
    client.post(reverse("act_on_requisition", args=[one.pk, "award"]), {"approved": "true", "reason": ""})
    client.force_login(owner)
    for paper in ("decision", "handover", "return", "compensation"):
        printed = client.get(reverse("paper", args=[f"requisition_{paper}", one.pk]))
        assert printed["Content-Type"] == "application/pdf"
        assert printed.content.startswith(b"%PDF")


def test_a_hand_over_with_a_photo(client: Client) -> None:
    by, lead, owner = desk(), head(), owner_person()
    one = drafted(by)
    line = machine(by, one)
    signed(by, lead, one)
    client.force_login(by)
    picture = SimpleUploadedFile("a.jpg", photo(), "image/jpeg")
    form = {"kind": "hand_over", f"whole-{line.pk}": "1", f"condition-{line.pk}": "完好", f"photo-{line.pk}": picture}
    client.post(reverse("write_requisition_list", args=[one.pk]), form)
    made = one.lists.get()
    row = made.rows.get()
    assert row.photo is not None
    client.force_login(owner)
    assert client.get(reverse("attachment", args=[row.photo])).status_code == 200
    client.post(reverse("act_on_requisition", args=[one.pk, "sign-list"]), {"list_id": str(made.pk)})
    line.refresh_from_db()
    assert line.taken == 1000
