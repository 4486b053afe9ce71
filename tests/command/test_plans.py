"""Guidance and plans: which lines reach a case, who is asked for what by when, and who may start and end what."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client

from tests.command.orders import crew_of, do, send
from tests.command.street import START, Timeline, case_of
from tests.people import LICANG, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, CaseChange, Clock
from tocsin.command.casebook.rules.cases import OutcomeKind
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.escalation.queries import responsible_for
from tocsin.command.guidance import queries as guidance_queries
from tocsin.command.guidance import services as guidance_services
from tocsin.command.guidance.models import GuidanceLine
from tocsin.command.guidance.policy import shipped_guidance
from tocsin.command.guidance.rules.lines import ANY, GuidanceKind, Line, Situation, classes_of, lines_in_force
from tocsin.command.guidance.rules.words import Words
from tocsin.command.handling.services.handling import close_case
from tocsin.command.orders.models import Order
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.orders import make_lead
from tocsin.command.plans.models import PlanStart, PlanTask
from tocsin.command.plans.policy import plan_of, shipped_plans
from tocsin.command.plans.queries import plans as queries
from tocsin.command.plans.rules import TaskState, Who, fitting_plans, tasks_due
from tocsin.command.plans.services import starts as services
from tocsin.command.units.shown.waiting import WAITING
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.screens.waiting import rows_of

GAS = [("gas_main_leak", 0.7, "G1"), ("sewer_biogas", 0.2, "S1")]
HOURS = timedelta(hours=1)

SITUATIONS: list[tuple[str, Situation, set[str], str]] = [
    (
        "methane in a well",
        Situation("370213", quantities=frozenset(["methane"]), asset_kinds=frozenset(["manhole"])),
        {"combustible_gas", "closed_space", "road_cover"},
        "gas_in_closed_space",
    ),
    ("a call: smell of gas", Situation("370213", kind="gas"), {"combustible_gas", "gas_main"}, "gas_main_leak"),
    (
        "an unlikely leak is no leak",
        Situation("370213", causes={"gas_main_leak": 0.19}),
        set(),
        "",
    ),
    (
        "from 20 % on it is handled as one",
        Situation("370213", causes={"gas_main_leak": 0.2}),
        {"combustible_gas", "gas_main", "digging"},
        "gas_main_leak",
    ),
    ("a heating main", Situation("370213", kind="heating"), {"hot_water"}, "heat_main_leak"),
    (
        "a pump without power",
        Situation("370213", kind="power", asset_kinds=frozenset(["pump_station"])),
        {"electricity", "pumping", "closed_space"},
        "pump_without_power",
    ),
    ("a lost gateway", Situation("370213", kind="fault"), {"lost_instrument"}, "lost_gateway"),
    ("a hole in the road", Situation("370213", kind="road"), {"road_void"}, "road_void"),
    ("something else", Situation("370213", kind="telecom"), set(), ""),
]


@pytest.mark.parametrize(("name", "seen", "classes", "plan"), SITUATIONS, ids=[one[0] for one in SITUATIONS])
def test_classes_and_the_first_plan(name: str, seen: Situation, classes: set[str], plan: str) -> None:
    guidance = shipped_guidance()
    found = classes_of(seen, guidance.classes, likely_from=guidance.likely_from)
    assert set(found) == classes | {ANY}
    assert next((one.code for one in fitting_plans(shipped_plans(), found)), "") == plan


WELL = Situation("370213", asset_codes=frozenset(["W1"]))
SHIPPED = Line("no_entry", GuidanceKind.MUST_NOT, "closed_space", "000000", Words("总", "all"), "law", "A")
CITY = replace(SHIPPED, region_code="370200", words=Words("市", "city"), effective_from=START)
COUNTY = replace(CITY, region_code="370213", words=Words("区", "county"))
OBJECT = replace(COUNTY, asset_code="W1", words=Words("井", "well"))

LINES: list[tuple[str, list[Line], list[str]]] = [
    ("the shipped line alone", [SHIPPED], ["all"]),
    ("an edit for the whole city reaches every object", [SHIPPED, CITY], ["city"]),
    ("the county's is narrower", [COUNTY, CITY, SHIPPED], ["county"]),
    ("the object's is the narrowest, however old", [replace(COUNTY, effective_from=START + HOURS / 2), OBJECT], ["well"]),
    ("another object's does not reach", [SHIPPED, replace(OBJECT, asset_code="W2")], ["all"]),
    ("another county's does not reach", [SHIPPED, replace(COUNTY, region_code="370202")], ["all"]),
    ("another class does not reach", [SHIPPED, replace(COUNTY, of_class="gas_main")], ["all"]),
    ("written everywhere it takes the shipped one's place", [SHIPPED, replace(CITY, region_code="000000")], ["city"]),
    ("the newer of two", [COUNTY, replace(COUNTY, effective_from=START + HOURS / 2, words=Words("新", "new"))], ["new"]),
    ("not before its day", [SHIPPED, replace(COUNTY, effective_from=START + 2 * HOURS)], ["all"]),
    ("not after its end", [SHIPPED, replace(COUNTY, effective_to=START + HOURS / 2)], ["all"]),
    ("withdrawn at the object", [SHIPPED, replace(OBJECT, withdrawn=True)], []),
    ("other keys add up, prohibitions first", [replace(OBJECT, key="x", kind=GuidanceKind.MIND), SHIPPED], ["all", "well"]),
]


@pytest.mark.parametrize(("name", "lines", "told"), LINES, ids=[one[0] for one in LINES])
def test_lines_are_inherited_from_class_area_and_object(name: str, lines: list[Line], told: list[str]) -> None:
    for given in (lines, lines[::-1]):
        found = lines_in_force(given, WELL, classes=["closed_space", ANY], at=START + HOURS)
        assert [line.words.en for line in found] == told


def test_every_plan_keeps_its_words_and_asks_somebody_at_the_two_upper_levels() -> None:
    for plan in shipped_plans():
        assert plan_of(json.loads(json.dumps(msgspec.to_builtins(plan)))) == plan
        for level in (AlarmLevel.RED, AlarmLevel.ORANGE):
            due = tasks_due(plan, level, started_at=START)
            assert due, plan.code
            assert [one.due_at for one in due] == sorted(one.due_at for one in due)
    red, orange = (tasks_due(shipped_plans()[0], level, started_at=START) for level in (AlarmLevel.RED, AlarmLevel.ORANGE))
    by_code = {one.task.code: one.due_at for one in orange}
    assert all(one.due_at <= by_code[one.task.code] for one in red)


# --- on a case ---


@pytest.fixture
def case(street: None, time: Timeline) -> Case:
    usual_bodies(LICANG)
    alarm = time.at(0).rings(1, GAS, level=AlarmLevel.ORANGE)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader")


@pytest.mark.django_db
def test_a_dry_run_names_body_and_time_and_writes_nothing(case: Case) -> None:
    before = (Order.objects.count(), CaseChange.objects.count())
    plan = queries.plan_of_code("gas_in_closed_space", LICANG, at=START)
    asked = {one.due.task.code: one for one in queries.dry_run(case, plan, level=AlarmLevel.ORANGE, at=START)}
    bodies = {code: one.organisation.code for code, one in asked.items() if one.organisation}
    assert bodies["ethane"] == "gas_company"
    assert bodies["vent"] == "drainage_bureau"
    assert asked["cordon"].due.due_at == START + timedelta(minutes=20)
    assert (Order.objects.count(), CaseChange.objects.count(), PlanStart.objects.count()) == (*before, 0)


@pytest.mark.django_db
def test_nobody_named_goes_to_the_keeper_and_says_so(case: Case) -> None:
    from tocsin.jurisdiction.bodies.models import Duty

    Duty.objects.filter(kind="police").delete()
    plan = queries.plan_of_code("gas_in_closed_space", LICANG, at=START)
    asked = {one.due.task.code: one for one in queries.dry_run(case, plan, level=AlarmLevel.ORANGE, at=START)}
    assert asked["traffic"].instead
    assert asked["traffic"].organisation is not None and asked["traffic"].organisation.kind == "government"


@pytest.mark.django_db
def test_the_leader_starts_it_once_and_every_task_has_a_clock_and_an_order(case: Case, leader: User, officer: User) -> None:
    with pytest.raises(NotAllowed):
        services.start_plan(actor=officer, case_id=case.pk, code="gas_in_closed_space")
    start = services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    tasks = list(start.tasks.all())
    assert {str(task.pk) for task in tasks} == set(Clock.objects.filter(case=case, step="task").values_list("subject", flat=True))
    asked = {task.organisation_id for task in tasks}
    assert asked <= set(Order.objects.filter(case=case).values_list("unit_id", flat=True))
    assert Order.objects.filter(case=case, role="lead").count() == 1
    assert CaseChange.objects.filter(case=case, act="plan_started", actor=leader).exists()
    assert AuditEntry.objects.filter(action="case.plan_started", actor_id=leader.pk).exists()
    with pytest.raises(Conflict):
        services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")


@pytest.mark.django_db
def test_an_overdue_task_reminds_its_own_body(case: Case, leader: User) -> None:
    start = services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    vent = start.tasks.get(code="vent")
    assert vent.organisation is not None and vent.organisation.code == "drainage_bureau"
    assert responsible_for(case, Step.TASK, str(vent.pk), vent.due_at) == vent.organisation


@pytest.mark.django_db
def test_a_task_is_ended_by_the_desk_or_its_own_body(case: Case, leader: User, officer: User) -> None:
    start = services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    ethane, traffic = (start.tasks.get(code=code) for code in ("ethane", "traffic"))
    unit = make_person("unit_desk")
    unit.organisation = ethane.organisation
    unit.save()
    with pytest.raises(PlanTask.DoesNotExist):
        services.end_task(actor=unit, task_id=traffic.pk, state=TaskState.DONE)
    done = services.end_task(actor=unit, task_id=ethane.pk, state=TaskState.DONE, checked=[1, 9], reason="C2/C1 = 0")
    assert (done.state, done.checked) == ("done", [1])
    assert Clock.objects.get(case=case, step="task", subject=str(ethane.pk)).met_at is not None
    with pytest.raises(InvalidInput):
        services.end_task(actor=officer, task_id=traffic.pk, state=TaskState.NOT_NEEDED)
    services.end_task(actor=officer, task_id=traffic.pk, state=TaskState.NOT_NEEDED, reason="no traffic at night")
    with pytest.raises(Conflict):
        services.end_task(actor=officer, task_id=traffic.pk, state=TaskState.DONE)


@pytest.mark.django_db
def test_a_line_written_for_the_class_reaches_the_case_until_it_is_withdrawn_at_the_object(case: Case) -> None:
    editor = make_person("rule_engineer")
    words = {"zh": "先打电话给调度", "en": "call the dispatcher first", "source": "city plan", "confidence": "B"}
    line = {"key": "call_first", "kind": GuidanceKind.MUST_NOT, "of_class": "closed_space", "region_code": LICANG, **words}

    def told(at: Any) -> set[str]:
        return {one.key for one in guidance_queries.guidance_for(case, at=at)}

    written = guidance_services.write_guidance(actor=editor, reason="exercise", **line)
    assert "call_first" in told(written.effective_from)
    assert "call_first" not in told(written.effective_from - HOURS)
    later = written.effective_from + HOURS
    guidance_services.write_guidance(
        actor=editor, reason="own rule", asset_code="W1", withdrawn=True, effective_from=later, **line
    )
    assert "call_first" in told(later - HOURS / 2)
    assert "call_first" not in told(later)
    assert AuditEntry.objects.filter(action="guidance.written", actor_id=editor.pk).count() == 2
    with pytest.raises(NotAllowed):
        guidance_services.write_guidance(actor=make_person("duty_officer"), reason="x", **line)
    with pytest.raises(NotAllowed):
        guidance_services.write_guidance(actor=editor, reason="x", **{**line, "region_code": "370200"})
    with pytest.raises(InvalidInput):
        guidance_services.write_guidance(actor=editor, reason="x", **{**line, "of_class": "nothing"})
    assert GuidanceLine.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_show_guidance_first_then_plans(case: Case, leader: User, language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    client.force_login(leader)
    page = client.get(f"/cases/{case.number}/").content.decode()
    words = {"en": ("Never", "Gas in a closed space"), "zh-hans": ("严禁", "密闭空间燃气聚集处置卡")}[language]
    assert all(word in page for word in words)
    assert page.index(words[0]) < page.index(words[1])
    dry = client.get(f"/plans/{case.number}/gas_in_closed_space/")
    assert dry.status_code == 200
    assert client.post(f"/plans/{case.number}/gas_in_closed_space/start/").status_code == 302
    task = PlanTask.objects.get(code="cordon")
    client.post(f"/plans/tasks/{task.pk}/end/", {"state": "done", "checked": ["0"]})
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "%(" not in page
    assert PlanTask.objects.get(code="cordon").state == "done"
    assert client.get("/plans/guidance/").status_code == 200


@pytest.mark.django_db
def test_a_body_ends_its_task_on_its_own_order(case: Case, leader: User) -> None:
    start = services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    task = start.tasks.get(code="ethane")
    unit = make_person("unit_desk")
    User.objects.filter(pk=unit.pk).update(organisation=task.organisation)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(unit)
    order = Order.objects.get(case=case, unit=task.organisation)
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert "ethane over methane" in page and f"/plans/tasks/{task.pk}/end/" in page
    answer = client.post(f"/plans/tasks/{task.pk}/end/", {"state": "done", "reason": "C2/C1 = 0"})
    assert answer.headers["Location"] == f"/orders/{order.number}/"
    assert PlanTask.objects.get(pk=task.pk).reason == "C2/C1 = 0"
    other = start.tasks.get(code="traffic")
    assert client.post(f"/plans/tasks/{other.pk}/end/", {"state": "done"}).status_code == 404


def test_a_task_is_ticked_by_what_it_asks_for(case: Case, leader: User) -> None:
    """The gas company measures ethane, as its task asks; what it measures else ticks nothing."""
    services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    gas = Order.objects.get(case=case, unit__code="gas_company")
    do(gas, OrderAct.ACCEPT)
    do(gas, OrderAct.READING, EntryData(quantity="methane", value=20.0))
    ethane = PlanTask.objects.get(code="ethane")
    assert ethane.state == TaskState.OPEN
    do(gas, OrderAct.READING, EntryData(check="ethane_in_chamber", value=0.02), minutes=9)
    ethane.refresh_from_db()
    assert (ethane.state, ethane.ended_at) == (TaskState.DONE, START + timedelta(minutes=9))
    assert Clock.objects.get(subject=str(ethane.pk)).met_at is not None
    valves = PlanTask.objects.get(code="valves")
    do(gas, OrderAct.TASK, EntryData(task=valves.pk, text="two people at V1"), minutes=10)
    valves.refresh_from_db()
    assert (valves.state, valves.reason) == (TaskState.DONE, "two people at V1")
    with pytest.raises(InvalidInput):
        do(gas, OrderAct.TASK, EntryData(task=PlanTask.objects.get(code="people").pk))


def test_tasks_go_on_when_their_unit_leaves_and_another_leads(case: Case, leader: User) -> None:
    services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    gas = Order.objects.get(case=case, unit__code="gas_company")
    do(gas, OrderAct.ACCEPT)
    before = PlanTask.objects.get(code="cordon").due_at
    do(gas, OrderAct.RETURN, EntryData(reason=ReturnReason.NOT_OURS), minutes=20)
    assert not PlanTask.objects.filter(organisation=gas.unit, state=TaskState.OPEN).exists()
    cordon = PlanTask.objects.get(code="cordon")
    assert (cordon.organisation.code, cordon.instead) == ("government_duty_room", True)
    heating = send(case, Organisation.objects.get(code="heating_company", region_id=LICANG), OrderRole.ASSISTING, minutes=21)
    make_lead(actor=leader, order_id=heating.pk)
    cordon.refresh_from_db()
    assert (cordon.organisation.code, cordon.instead) == ("heating_company", False)
    assert cordon.due_at > before  # its time begins when it is asked
    assert Clock.objects.get(subject=str(cordon.pk)).due_at == cordon.due_at
    moved = [describe_change(one).sentence for one in case.changes.filter(act="task_moved")]
    assert any("from Gas company to" in one for one in moved)
    assert any(one.endswith("to Heating company)") for one in moved)


def test_tasks_end_with_their_case_and_wait_for_their_body_until_then(case: Case, leader: User) -> None:
    services.start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    crew = crew_of(Organisation.objects.get(code="gas_company", region_id=LICANG))
    kinds = {kind.code: rows_of(kind, crew, START) for kind in WAITING}
    assert [row.address for row in kinds["order"]] == [f"/orders/{Order.objects.get(unit=crew.organisation).number}/"]
    assert len(kinds["plan_task"]) == PlanTask.objects.filter(organisation=crew.organisation).count() > 0
    close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.SETTLED, text="seen", despite=True)
    assert not PlanTask.objects.filter(state=TaskState.OPEN).exists()
    assert PlanTask.objects.first().reason
    assert [rows_of(kind, crew, START) for kind in WAITING] == [[], []]


def test_who_names_are_the_bodies_of_jurisdiction() -> None:
    from tocsin.jurisdiction.bodies.rules import Kind

    assert {who.value for who in Who} - {"lead_unit", "symptom_owner", "cause_owner"} <= {kind.value for kind in Kind}
