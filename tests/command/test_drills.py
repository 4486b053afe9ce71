"""Drills: the script as tables, a drill as a timeline, and the wall between what is practised and what is real."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of
from tests.command.test_plans import GAS
from tests.people import LICANG, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.command.casebook.models import Case, CaseChange, Clock, Drill
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.drills import queries as drill_queries
from tocsin.command.drills.models import DrillAct
from tocsin.command.drills.policy import shipped_scripts
from tocsin.command.drills.rules.evaluation import Evaluated, Stepped, StepVerdict, evaluate, share_in_time
from tocsin.command.drills.rules.script import read_script
from tocsin.command.drills.services import begin_drill, end_drill, make_drill, run_due_acts, write_remarks
from tocsin.command.escalation.services import stages as services
from tocsin.command.gathering.services import decisions as services_decisions
from tocsin.command.handling.services.handling import take_case
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import visible_orders
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.shown import headline_of, redacted_text_of, text_of

OPEN = {
    "act": "open_case",
    "after_min": 0,
    "case": "A",
    "title": "methane 62 %LEL",
    "place": "well 3",
    "level": "red",
    "kind": "gas",
}
SAY = {"act": "say", "after_min": 12, "case": "A", "who": "a passer-by", "text": "it smells"}
RETURN = {"act": "unit", "after_min": 5, "case": "A", "unit": "gas_company", "does": "return", "text": "not ours"}
WORSE = {"act": "set_level", "after_min": 20, "case": "A", "level": "orange", "text": "down to 18 %LEL"}
END = {"act": "end", "after_min": 90}

REFUSED: list[tuple[str, Any, str]] = [
    ("nothing", [], "1 to 200"),
    ("no act", [{"after_min": 0}], "act 1"),
    ("an unknown act", [{"act": "explode", "after_min": 0}], "act 1"),
    ("an unknown key", [OPEN | {"colour": "red"}], "colour"),
    ("words for a minute", [OPEN | {"after_min": "soon"}], "after_min"),
    ("before the beginning", [OPEN | {"after_min": -1}], "minute"),
    ("a level that is none", [OPEN | {"level": "purple"}], "level"),
    ("a case twice", [OPEN, OPEN | {"after_min": 3}], "twice"),
    ("a case that is not open yet", [OPEN | {"after_min": 13}, SAY], "not been opened"),
    ("no place", [OPEN | {"place": " "}], "place"),
    ("half a spot", [OPEN | {"lon": 120.4}], "latitude"),
    ("nobody says it", [OPEN, SAY | {"who": ""}], "who"),
    ("a finding is the players' own", [OPEN, RETURN | {"does": "find_cause"}], "can't find_cause"),
    ("something after the end", [OPEN, END, SAY | {"after_min": 91}], "after the end"),
]


@pytest.mark.parametrize(("name", "script", "words"), REFUSED, ids=[one[0] for one in REFUSED])
def test_a_script_that_cannot_be_played_is_refused(name: str, script: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_script(script)


def test_acts_are_put_in_the_order_of_their_time() -> None:
    assert [act.after_min for act in read_script([END, SAY, OPEN, RETURN])] == [0, 5, 12, 90]


def test_shipped_scripts_are_whole_in_both_languages() -> None:
    for script in shipped_scripts():
        assert read_script(script.told("zh")) != read_script(script.told("en"))


def minute(value: float) -> datetime:
    return START + timedelta(minutes=value)


STEPS: list[tuple[str, Stepped, StepVerdict, float]] = [
    ("before its time", Stepped(minute(0), minute(3), minute(2)), StepVerdict.IN_TIME, -1),
    ("on the minute", Stepped(minute(0), minute(3), minute(3)), StepVerdict.IN_TIME, 0),
    ("after its time", Stepped(minute(0), minute(3), minute(5)), StepVerdict.LATE, 2),
    ("not at all", Stepped(minute(0), minute(30), stopped_at=minute(90)), StepVerdict.MISSED, 60),
    ("still to come", Stepped(minute(0), minute(120)), StepVerdict.NOT_DUE, -30),
    ("no longer asked before it was due", Stepped(minute(0), minute(60), stopped_at=minute(20)), StepVerdict.NOT_DUE, -40),
]


@pytest.mark.parametrize(("name", "step", "verdict", "beyond"), STEPS, ids=[one[0] for one in STEPS])
def test_each_step_against_its_clock(name: str, step: Stepped, verdict: StepVerdict, beyond: float) -> None:
    found = evaluate(step, ended_at=minute(90))
    assert (found.verdict, found.beyond) == (verdict, timedelta(minutes=beyond))


def test_steps_that_were_not_due_are_in_no_share() -> None:
    found = [Evaluated(verdict, None, timedelta()) for verdict in (StepVerdict.IN_TIME, StepVerdict.LATE, StepVerdict.NOT_DUE)]
    assert share_in_time(found) == 0.5
    assert share_in_time(found[2:]) is None


# --- with a database ---


@pytest.fixture
def leader(street: None) -> User:
    usual_bodies(LICANG)
    return make_person("shift_leader")


def body(code: str) -> Any:
    return usual_bodies(LICANG)[code]


def running(leader: User, clock: SetClock, script: list[Any], **named: Any) -> Drill:
    clock(minute(0))
    made = make_drill(actor=leader, region_code=LICANG, name="morning", script=script, **named)
    return begin_drill(actor=leader, drill_id=made.pk)


@pytest.mark.django_db
def test_a_drill_is_played_by_its_script_and_no_act_twice(leader: User, clock: SetClock) -> None:
    drill = running(leader, clock, [OPEN, RETURN, SAY, WORSE, END])
    timeline = []
    for now in (0, 4, 5, 12, 20, 90, 95):
        clock(minute(now))
        assert run_due_acts(now=minute(now)) == (0 if now in (4, 95) else 1)
        assert run_due_acts(now=minute(now)) == 0  # a worker that comes later, or again after a crash
        case = Case.objects.get(drill=drill)
        timeline.append((now, case.state, case.level))
    assert timeline == [
        (0, "dispatched", 4),
        (4, "dispatched", 4),
        (5, "waiting", 4),
        (12, "waiting", 4),
        (20, "waiting", 3),
        (90, "closed", 3),
        (95, "closed", 3),
    ]
    assert Order.objects.get(unit=body("gas_company")).state == "returned"
    assert CaseChange.objects.get(act="drill_said").figures == {"who": "a passer-by"}
    assert case.outcomes.get().kind == "drill_over"
    assert Drill.objects.get().ended_at == minute(90)


@pytest.mark.django_db
def test_a_worker_that_was_away_does_all_that_was_due_in_order(leader: User, clock: SetClock) -> None:
    drill = running(leader, clock, [OPEN, RETURN, SAY, WORSE])
    clock(minute(60))
    assert run_due_acts(now=minute(60)) == 4
    acts = CaseChange.objects.filter(case__drill=drill).order_by("line").values_list("act", flat=True)
    wanted = ("opened_by_hand", "drill_said", "level_set")
    assert [act for act in acts if act in wanted] == list(wanted)


@pytest.mark.django_db
def test_an_act_that_the_players_made_impossible_says_so_and_the_drill_goes_on(leader: User, clock: SetClock) -> None:
    running(leader, clock, [OPEN, RETURN, RETURN | {"after_min": 6}, SAY])
    clock(minute(12))
    run_due_acts(now=minute(12))
    rows = list(DrillAct.objects.order_by("number").values_list("refused", flat=True))
    assert [bool(one) for one in rows] == [False, False, True, False]
    assert all(DrillAct.objects.values_list("done_at", flat=True))


@pytest.mark.django_db
def test_no_notice_of_a_drill_leaves_to_anybody_unnamed(leader: User, clock: SetClock) -> None:
    gas = body("gas_company")
    running(leader, clock, [OPEN, WORSE], organisation_ids=[gas.pk])
    clock(minute(30))
    run_due_acts(now=minute(30))
    services.run_clocks(now=minute(30))
    of_drills = Notice.objects.filter(subject_id__in=Case.objects.filter(drill__isnull=False).values("pk"))
    assert of_drills.exists()
    assert not of_drills.filter(drill=False).exists()
    for notice in of_drills:
        for told in (headline_of(notice), text_of(notice), redacted_text_of(notice, text_of(notice))):
            assert told.startswith("[DRILL]"), told
    reached = set(Sending.objects.values_list("notice__organisation_id", "notice__person_id"))
    assert reached <= {(gas.pk, None)}


@pytest.mark.django_db
def test_a_drill_that_names_nobody_sends_nothing_at_all(leader: User, clock: SetClock) -> None:
    running(leader, clock, [OPEN])
    clock(minute(200))
    run_due_acts(now=minute(200))
    services.run_clocks(now=minute(200))
    assert Order.objects.exists()
    assert not Sending.objects.exists()
    assert not Notice.objects.filter(untold_at__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("named", [False, True], ids=["unnamed", "named"])
def test_a_units_people_see_orders_of_a_drill_only_when_it_names_them(leader: User, clock: SetClock, named: bool) -> None:
    gas = body("gas_company")
    desk = make_person("unit_desk")
    User.objects.filter(pk=desk.pk).update(organisation=gas)
    running(leader, clock, [OPEN], organisation_ids=[gas.pk] if named else [])
    run_due_acts(now=minute(0))
    assert Order.objects.filter(unit=gas).exists()
    assert visible_orders(User.objects.get(pk=desk.pk)).exists() is named


@pytest.mark.django_db
def test_a_drill_counts_in_no_figure_and_takes_no_real_alarm(leader: User, clock: SetClock, time: Timeline) -> None:
    running(leader, clock, [OPEN])
    run_due_acts(now=minute(0))
    assert sum(queries.count_cases(leader).values()) == 0
    assert Case.objects.real().count() == 0
    alarm = time.at(1).rings(1, GAS)
    time.looks()
    real, made_up = case_of(alarm), Case.objects.get(drill__isnull=False)
    assert real.drill_id is None and real.pk != made_up.pk
    for one, other in ((real, made_up), (made_up, real)):
        with pytest.raises(Conflict):
            services_decisions.merge_cases(actor=leader, case_id=one.pk, into_id=other.pk)
    assert sum(queries.count_cases(leader).values()) == 1


@pytest.mark.django_db
def test_evaluation_tells_each_step(leader: User, clock: SetClock) -> None:
    drill = running(leader, clock, [OPEN, END])
    run_due_acts(now=minute(0))
    clock(minute(2))
    take_case(actor=leader, case_id=Case.objects.get().pk)
    with pytest.raises(Conflict):
        write_remarks(actor=leader, drill_id=drill.pk, text="too early")
    clock(minute(90))
    run_due_acts(now=minute(90))
    drill.refresh_from_db()
    told = {row.clock.step: row.evaluated.verdict for row in drill_queries.evaluation_of(drill, now=minute(500))}
    assert told["confirm"] is StepVerdict.IN_TIME
    assert told["arrive"] is StepVerdict.MISSED
    assert told["find_cause"] is StepVerdict.NOT_DUE
    assert not Clock.objects.filter(case__drill=drill, next_at__isnull=False).exists()
    assert write_remarks(actor=leader, drill_id=drill.pk, text="the crew was late").remarks == "the crew was late"


@pytest.mark.django_db
def test_who_may_run_drills_and_whom_one_may_name(leader: User, clock: SetClock) -> None:
    officer = make_person("duty_officer")
    with pytest.raises(NotAllowed):
        make_drill(actor=officer, region_code=LICANG, name="x", script=[OPEN])
    with pytest.raises(NotAllowed):
        make_drill(actor=leader, region_code="370202", name="x", script=[OPEN])
    for wrong in ({"usernames": ["nobody"]}, {"organisation_ids": [officer.pk]}):
        with pytest.raises(InvalidInput):
            make_drill(actor=leader, region_code=LICANG, name="x", script=[OPEN], **wrong)
    with pytest.raises(InvalidInput):
        make_drill(actor=leader, region_code=LICANG, name="x", script=[OPEN, RETURN | {"unit": "nobody"}])
    made = make_drill(actor=leader, region_code=LICANG, name="x", script=[OPEN])
    with pytest.raises(Conflict):
        end_drill(actor=leader, drill_id=made.pk)
    with pytest.raises(Drill.DoesNotExist):
        begin_drill(actor=make_person("shift_leader", "370202"), drill_id=made.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_a_drill_carries_its_mark(leader: User, clock: SetClock, language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    client.force_login(leader)
    assert client.get("/drills/").status_code == 200
    script = json.dumps([OPEN, SAY, END])
    answer = client.post("/drills/", {"name": "morning", "region_code": LICANG, "script": script})
    drill = Drill.objects.get()
    assert answer.headers["Location"] == f"/drills/{drill.pk}/"
    client.post(f"/drills/{drill.pk}/begin/")
    run_due_acts(now=Drill.objects.get().began_at)
    case = Case.objects.get()
    mark = {"en": "【DRILL】", "zh-hans": "【演练】"}[language]
    for path in ("/drills/", f"/drills/{drill.pk}/", "/cases/", f"/cases/{case.number}/"):
        assert mark in client.get(path).content.decode(), path
    for path in (f"/drills/{drill.pk}/", f"/cases/{case.number}/"):
        assert "drill-banner" in client.get(path).content.decode(), path
    told = client.get(f"/api/v1/command/cases/{case.pk}").json()
    assert told["title"].startswith(mark) and told["drill"] == "morning"
    client.post(f"/drills/{drill.pk}/end/")
    assert Drill.objects.get().ended_at is not None
    assert client.post("/drills/", {"name": "x", "region_code": LICANG, "script": "{"}).status_code == 200


class Killed(BaseException):
    """The worker dies."""


@pytest.mark.django_db
@pytest.mark.parametrize("dies_at", range(5))
def test_a_worker_killed_before_its_act_is_kept_leaves_nothing_half_done(
    leader: User, clock: SetClock, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    drill = running(leader, clock, [OPEN, RETURN, SAY, WORSE, END])
    clock(minute(90))
    save, saved = DrillAct.save, []

    def killed(self: DrillAct, *args: Any, **kwargs: Any) -> None:
        if len(saved) == dies_at:
            raise Killed
        saved.append(self.number)
        save(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(DrillAct, "save", killed)
        with pytest.raises(Killed):
            run_due_acts(now=minute(90))
    assert DrillAct.objects.filter(done_at__isnull=False).count() == dies_at
    assert run_due_acts(now=minute(90)) == 5 - dies_at
    lines = CaseChange.objects.filter(case__drill=drill).order_by("line").values_list("act", flat=True)
    wanted = ("opened_by_hand", "order_return", "drill_said", "level_set", "ended")
    assert [line for line in lines if line in wanted] == list(wanted)
    assert not DrillAct.objects.exclude(refused="").exists()
