"""An episode becomes an inspection with names and a clock; what two inspectors sign decides it."""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tests.supervision.work import sign, signed_inspection
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.engine.work.firm import EpisodeKind
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.inspections.services.demands import plan_demanded_inspections, watch_demanded_inspections
from tocsin.supervision.inspections.shown.waiting import WAITING
from tocsin.supervision.objects.models import PointsEvent, SupervisedObject
from tocsin.supervision.work.models import Episode, WorkVerdict
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.board import EPISODE, decision_counts, work_rows
from tocsin.supervision.work.rules.episodes import FirstStep
from tocsin.supervision.work.services.episodes import act_on_episode, follow_found
from tocsin.supervision.work.services.objections import answer_objection, object_to_verdict

HOUR = timedelta(hours=1)


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    stand_at(monkeypatch, NOW)
    return make_object("甲厂", organisation=make_body("firm-a"), competent=make_body("bureau"))


@pytest.fixture
def inspectors(firm: SupervisedObject) -> tuple[User, User]:
    """Two of the bureau; a third, of another body, is only named where these are too few."""
    make_named_person("far", "inspector", make_body("elsewhere"))
    return make_named_person("wang", "inspector", firm.competent), make_named_person("zhao", "inspector", firm.competent)


def demanded(firm: SupervisedObject, kind: str = "hidden_production") -> Episode:
    episode = Episode.objects.create(
        id=new_id(),
        object=firm,
        kind=kind,
        level=work_policy().level[EpisodeKind(kind)],
        region_code=firm.region_code,
        start_at=NOW - 5 * HOUR,
        detected_at=NOW - 2 * HOUR,
        probability=0.93,
        why=[["process_share", 0.62]],
        state="found",
    )
    return follow_found(episode, first=FirstStep.INSPECT, now=NOW)


def test_a_demand_names_two_of_the_competent_body_tells_them_and_runs_its_own_clock(
    firm: SupervisedObject, inspectors: tuple[User, User]
) -> None:
    episode = demanded(firm)
    assert (plan_demanded_inspections(now=NOW), plan_demanded_inspections(now=NOW)) == (1, 0)
    planned = Inspection.objects.get()
    assert {planned.first_inspector, planned.second_inspector} == set(inspectors)
    assert (planned.state, planned.source, planned.episode, planned.due_at) == ("planned", "episode", episode, episode.due_at)
    assert planned.check_list.code == "stop_check"
    told = Notice.objects.filter(purpose="work_inspection")
    assert {one.person for one in told if one.person} == set(inspectors)
    assert [one.organisation for one in told if one.organisation] == [firm.competent]
    assert watch_demanded_inspections(now=NOW + HOUR / 2) == 0
    assert (watch_demanded_inspections(now=NOW + HOUR), watch_demanded_inspections(now=NOW + HOUR)) == (2, 0)
    assert (watch_demanded_inspections(now=NOW + 2 * HOUR), watch_demanded_inspections(now=NOW + 3 * HOUR)) == (1, 0)
    waits = next(kind for kind in WAITING if kind.code == "visit")
    waiting = [waits.tell(one) for one in waits.found(inspectors[0], NOW)]
    assert [one.due for one in waiting] == [episode.due_at], "the hour that is demanded, not the end of the day"
    assert "wang" in signed_in(inspectors[0]).get(f"/work/episodes/{episode.pk}/").content.decode()


def test_where_nobody_can_be_named_the_body_is_told_to_send_somebody(firm: SupervisedObject) -> None:
    episode = demanded(firm)
    assert plan_demanded_inspections(now=NOW) == 0
    assert Notice.objects.get(purpose="work_inspection").figures["what"] == "nobody"
    plan_demanded_inspections(now=NOW + HOUR)
    assert Notice.objects.filter(purpose="work_inspection").count() == 1
    for name in ("li", "sun"):
        make_named_person(name, "inspector", firm.competent)
    assert plan_demanded_inspections(now=NOW + HOUR) == 1 and episode.inspections.count() == 1


@pytest.mark.parametrize(("answer", "state", "events"), [("bad", "confirmed", 1), ("good", "false", 0)])
def test_what_two_inspectors_signed_decides_the_episode(
    firm: SupervisedObject, inspectors: tuple[User, User], answer: str, state: str, events: int
) -> None:
    episode = demanded(firm)
    plan_demanded_inspections(now=NOW)
    planned = episode.inspections.get()
    assert planned.second_inspector is not None
    sign(planned, planned.first_inspector, planned.second_inspector, no_production=answer)
    episode.refresh_from_db()
    assert episode.state == state and episode.kept["end"]
    assert PointsEvent.objects.filter(object=firm, kind="production_during_stop").count() == events
    acts = list(episode.entries.values_list("act", flat=True))
    assert acts[:2] == ["send", "inspected"]
    assert episode.entries.get(act="inspected").data["number"] == planned.number


def test_any_signed_inspection_of_the_firm_counts_while_one_is_demanded(
    firm: SupervisedObject, inspectors: tuple[User, User]
) -> None:
    episode = demanded(firm)
    made = signed_inspection(firm, *inspectors)
    episode.refresh_from_db()
    assert (episode.state, made.episode) == ("false", episode)


def test_a_breach_is_proposed_by_a_signed_inspection_confirmed_by_another_and_undone_with_a_reason(
    firm: SupervisedObject, inspectors: tuple[User, User]
) -> None:
    first, second = inspectors
    head = make_named_person("head", "supervisor", firm.competent)
    episode = demanded(firm)
    with pytest.raises(Conflict, match="one person proposes"):
        act_on_episode(actor=head, episode_id=episode.pk, act="confirm", text="it is", now=NOW)
    with pytest.raises(InvalidInput, match="inspection"):
        act_on_episode(actor=head, episode_id=episode.pk, act="propose", text="it is", now=NOW)
    Episode.objects.update(state="asked")  # the inspection is made for another reason and decides nothing by itself
    shown = signed_inspection(firm, first, second)
    given = {"episode_id": episode.pk, "text": "warm moulds, a full yard", "now": NOW}
    act_on_episode(actor=head, act="propose", inspection_id=shown.pk, **given)  # type: ignore[arg-type]
    assert Notice.objects.filter(purpose="work_proposal", person=head).exists()
    for person in (head, first):
        with pytest.raises(NotAllowed):
            act_on_episode(actor=person, act="confirm", **given)  # type: ignore[arg-type]
    deputy = make_named_person("deputy", "supervisor", firm.competent)
    act_on_episode(actor=deputy, act="confirm", **given)  # type: ignore[arg-type]
    assert PointsEvent.objects.filter(kind="production_during_stop").exists()
    with pytest.raises(InvalidInput):
        act_on_episode(actor=deputy, episode_id=episode.pk, act="undo", text=" ", now=NOW)
    undone = act_on_episode(actor=deputy, episode_id=episode.pk, act="undo", text="it was the neighbour's line", now=NOW)
    assert (undone.state, undone.kept, PointsEvent.objects.count()) == ("found", {}, 0)
    assert episode.entries.get(act="undo").data["kept"]["probability"] == 0.93
    page = signed_in(deputy).get(f"/work/episodes/{episode.pk}/").content.decode()
    assert "it was the neighbour" in page and shown.number in page
    assert '<option value="">choose</option>' in page  # nothing is chosen beforehand


def test_an_open_episode_outranks_the_last_verdict(firm: SupervisedObject, inspectors: tuple[User, User]) -> None:
    WorkVerdict.objects.create(object=firm, at=NOW, p_working=0.1, decision="nothing")
    reader = inspectors[0]
    assert decision_counts(reader) == {EPISODE: 0, "nothing": 1}
    demanded(firm)
    assert decision_counts(reader) == {EPISODE: 1}
    (row,) = work_rows(reader, today=NOW.date(), decision=EPISODE)
    assert row.open_kind == "hidden_production"  # type: ignore[attr-defined]
    client = signed_in(reader)
    assert "suspected production in spite of an order" in client.get("/work/").content.decode()
    assert client.get("/api/v1/supervision/summary").json()["working_against_orders"] == 1
    assert "suspected production" in client.get(f"/objects/{firm.pk}/").content.decode()


def test_evidence_that_is_no_longer_fresh_says_so(firm: SupervisedObject, inspectors: tuple[User, User]) -> None:
    fields = {"object": firm, "level": "county", "platform": "gate", "received_at": NOW, "value": 3.0}
    EvidenceRecord.objects.create(source="video", stamped_at=NOW - HOUR, **fields)
    page = signed_in(inspectors[0])
    assert ">stale<" not in page.get(f"/work/firms/{firm.pk}/").content.decode()
    EvidenceRecord.objects.create(source="gas_use", stamped_at=NOW - 30 * HOUR, **fields)
    assert page.get(f"/work/firms/{firm.pk}/").content.decode().count(">stale<") == 1


def test_a_firm_objects_and_is_answered_in_time(firm: SupervisedObject, inspectors: tuple[User, User]) -> None:
    officer = make_named_person("officer", "firm_officer", firm.organisation)
    head = make_named_person("head", "supervisor", firm.competent)
    episode = demanded(firm)
    plan_demanded_inspections(now=NOW)
    planned = episode.inspections.get()
    assert planned.second_inspector is not None
    sign(planned, planned.first_inspector, planned.second_inspector, no_production="bad")
    with pytest.raises(InvalidInput):
        object_to_verdict(actor=officer, object_id=firm.pk, text="no", now=NOW)
    made = object_to_verdict(actor=officer, object_id=firm.pk, episode_id=episode.pk, text="the neighbour's line", now=NOW)
    with pytest.raises(Conflict):
        object_to_verdict(actor=officer, object_id=firm.pk, episode_id=episode.pk, text="again", now=NOW)
    assert made.due_at > NOW + 5 * 24 * HOUR
    with pytest.raises(NotAllowed):
        answer_objection(actor=inspectors[0], objection_id=made.pk, upheld=True, answer="right", now=NOW)
    assert "the neighbour" in signed_in(head).get(f"/work/firms/{firm.pk}/").content.decode()
    answer_objection(actor=head, objection_id=made.pk, upheld=True, answer="the meter says so", now=NOW)
    episode.refresh_from_db()
    assert (episode.state, PointsEvent.objects.count()) == ("false", 0)
    assert Notice.objects.filter(purpose="work_objection", organisation=firm.organisation).exists()
    day = NOW.date() - timedelta(days=1)
    about = object_to_verdict(actor=officer, object_id=firm.pk, day=day, text="we stood still", now=NOW)
    answer_objection(actor=head, objection_id=about.pk, upheld=True, answer="so it was", state="stopped", now=NOW)
    assert firm.work_days.get(day=day).settled
