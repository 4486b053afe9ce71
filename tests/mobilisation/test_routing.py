"""Who takes a report: the table, falling upwards, giving on without a clock that begins anew, and the list from a spreadsheet."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.mobilisation.public import Reporter
from tests.people import LICANG, QINGDAO, SHINAN, YANTAI, make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import ORGANISATION_KINDS, Duty, Organisation
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.policy.routing import ROUTING, routing_policy
from tocsin.mobilisation.hazard_reports.queries.reports import entries_of
from tocsin.mobilisation.hazard_reports.queries.routing import Matter, owner_of
from tocsin.mobilisation.hazard_reports.rules.routing import Because, Route, Table, choose
from tocsin.mobilisation.hazard_reports.services import handling, moving
from tocsin.mobilisation.hazard_reports.services.importing import import_situations
from tocsin.mobilisation.hazard_reports.services.telling import announce_received
from tocsin.mobilisation.hazard_reports.services.watching import watch_clocks
from tocsin.mobilisation.hazard_reports.shown.reports import describe_entries
from tocsin.notices.messages.models import Notice
from tocsin.records.face import PolicyVersion
from tocsin.records.versions.services.versions import confirm_version

TABLE = Table(
    routes=(Route("fire_rescue", kind="fire"), Route("housing", trade="construction"), Route("mines", "fire", "mine")),
    situations={"S1": "mines"},
    register={"building": "construction", "mine": "mine"},
    general="safety",
)
CHOICES = {
    "a listed situation goes before everything": (("fire", "building", "S1"), ("mines", Because.SITUATION)),
    "a kind goes before a trade": (("fire", "building", ""), ("fire_rescue", Because.KIND)),
    "a row of both goes before a kind": (("fire", "mine", ""), ("mines", Because.KIND)),
    "a trade": (("hazard", "building", ""), ("housing", Because.TRADE)),
    "the register knows the rest": (("hazard", "chemicals", ""), ("", Because.OBJECT)),
    "nothing is known": (("hazard", "", ""), ("safety", Because.GENERAL)),
    "a situation that is gone counts for nothing": (("hazard", "", "S9"), ("safety", Because.GENERAL)),
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_table_names_one_body(name: str) -> None:
    (kind, trade, situation), (body, because) = CHOICES[name]
    chosen = choose(TABLE, kind=kind, register_trade=trade, situation=situation)
    assert (chosen.body, chosen.because) == (body, because)


def test_the_shipped_table_holds_the_trades_of_the_standard() -> None:
    policy = ROUTING.shipped
    assert len(policy.trade) == policy.standard.trades == 23
    assert sum(policy.standard.bands.values()) == policy.standard.situations == 301
    assert policy.status == "unverified"


BODIES = st.lists(
    st.tuples(
        st.sampled_from(sorted(ORGANISATION_KINDS)),
        st.sampled_from([LICANG, SHINAN, QINGDAO, YANTAI, "370000"]),
        st.sampled_from(["fire_rescue", "emergency_bureau", "mine_safety", "some_office", "city_government"]),
        st.sampled_from(["", "fire", "chemicals"]),
    ),
    max_size=4,
    unique_by=lambda one: one[1:3],
)


@pytest.mark.django_db
@pytest.mark.one_database
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=BODIES, kind=st.sampled_from(["hazard", "fire", "gas"]), listed=st.booleans(), known=st.booleans())
def test_no_report_is_without_an_owner(bodies: list[tuple[str, ...]], kind: str, listed: bool, known: bool) -> None:
    """Whatever bodies there are: one of the county, else one above it, else the highest; nobody only without any public one."""
    with transaction.atomic():
        ensure_regions()
        for body, region, code, trade in bodies:
            made = Organisation.objects.create(code=code, name_zh=code, name_en=code, kind=body, region_id=region)
            if trade and body in ("department", "government"):
                Duty.objects.create(organisation=made, kind=body, trade=trade, area_code=region)
        found = make_object() if known else None
        owner = owner_of(Matter(LICANG, kind, "mine_safety_pillar" if listed else "", found), at=NOW)
        public = Organisation.objects.exclude(kind__in=("owner", "enterprise"))
        near = public.filter(region_id__in=(LICANG, QINGDAO, "370000"))
        if owner.body is None:
            assert not public.exists()
            assert owner.because is Because.NOBODY
        else:
            assert owner.fell_to == ("" if owner.body.region_id == LICANG else owner.body.region_id)
            assert owner.body.region_id in (LICANG, QINGDAO, "370000") or not near.exists()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_it_goes_up_and_says_so() -> None:
    ensure_regions()
    Organisation.objects.create(code="city_fire", name_zh="市消防", name_en="City fire", kind="department", region_id=QINGDAO)
    reporter = Reporter()
    told = reporter.sends(kind="fire").json()
    report = reporter.report
    assert (report.fell_to, report.routed_by) == (QINGDAO, "above")
    assert "City fire" in told["fell_to"]


@pytest.mark.django_db
def test_without_any_body_whoever_handles_reports_is_told() -> None:
    li = make_named_person("li", "report_officer")
    reporter = Reporter()
    reporter.sends()
    assert reporter.report.organisation is None
    announce_received(now=NOW)
    assert Notice.objects.filter(purpose="hazard_report", person=li).count() == 1


@pytest.mark.django_db
def test_giving_on_begins_no_clock_anew_and_is_taken_over_with_one_press() -> None:
    bureau, other = make_body("emergency_bureau"), make_body("housing_bureau")
    li, wang = make_named_person("li", "report_officer", bureau), make_named_person("wang", "report_officer", other)
    reporter = Reporter()
    reporter.sends()
    before = reporter.report
    assert before.organisation == bureau

    with pytest.raises(InvalidInput):
        moving.move(actor=li, report_id=before.pk, organisation_id=other.pk, words=" ", now=NOW)
    later = before.received_at + timedelta(days=1)
    moving.move(actor=li, report_id=before.pk, organisation_id=other.pk, words="a building site", now=later)
    given = reporter.report
    clocks = ("accept_due", "check_due", "answer_due", "received_at")
    assert [getattr(given, one) for one in clocks] == [getattr(before, one) for one in clocks]
    assert (given.handed_from, given.organisation) == (bureau, other)
    assert given.handed_due is not None
    assert later < given.handed_due
    assert Notice.objects.filter(key__contains="-moved-", organisation=other).exists()
    assert "take over" in signed_in(wang).get("/waiting/").content.decode()

    with pytest.raises(NotAllowed):
        moving.take_over(actor=li, report_id=before.pk, now=later)
    assert watch_clocks(now=given.handed_due + timedelta(minutes=1)) is False
    told = Notice.objects.filter(key__contains="-handed_late-")
    assert {one.organisation for one in told} == {bureau, other}
    watch_clocks(now=given.handed_due + timedelta(minutes=2))
    assert told.count() == 2  # once

    moving.take_over(actor=wang, report_id=before.pk, now=later)
    assert reporter.report.handed_due is None
    with pytest.raises(Conflict):
        moving.take_over(actor=wang, report_id=before.pk, now=later)
    assert [getattr(reporter.report, one) for one in clocks] == [getattr(before, one) for one in clocks]


@pytest.mark.django_db
def test_it_goes_back_with_a_reason_and_an_act_takes_it_over() -> None:
    bureau, other = make_body("emergency_bureau"), make_body("housing_bureau")
    li, wang = make_named_person("li", "report_officer", bureau), make_named_person("wang", "report_officer", other)
    reporter = Reporter()
    reporter.sends()
    report = reporter.report
    moving.move(actor=li, report_id=report.pk, organisation_id=other.pk, words="a building site", now=NOW)
    moving.give_back(actor=wang, report_id=report.pk, words="it is a workshop", now=NOW)
    assert (reporter.report.organisation, reporter.report.handed_due) == (bureau, None)
    moving.move(actor=li, report_id=report.pk, organisation_id=other.pk, words="no, a building site", now=NOW)
    handling.accept(actor=wang, report_id=report.pk, now=NOW)
    assert reporter.report.handed_due is None
    assert "building site" not in reporter.asks().content.decode()
    other.name_en = "Housing office"
    other.save()
    for language, name in (("en", "Housing office"), ("zh-hans", other.name_zh)):
        with translation.override(language):  # whoever acted spoke another language, and the body had another name
            details = {one.act: one.details for one in describe_entries(entries_of(report))}
            assert (details["move"], details["receive"]) == (f"{bureau} · {name}", str(bureau))


@pytest.mark.django_db
def test_the_table_names_another_body_once_the_situation_is_known() -> None:
    make_body("emergency_bureau")
    mines = Organisation.objects.create(
        code="fire_rescue", name_zh="消防", name_en="Fire service", kind="rescue", region_id=LICANG
    )
    li = make_named_person("li", "report_officer", mines)
    reporter = Reporter()
    reporter.sends(kind="fire")
    assert reporter.report.organisation == mines
    with pytest.raises(InvalidInput, match="no situation"):
        handling.set_situation(actor=li, report_id=reporter.id, situation="S9", now=NOW)
    handling.set_situation(actor=li, report_id=reporter.id, situation="mine_safety_pillar", now=NOW)
    page = signed_in(li).get(f"/hazard-reports/{reporter.id}/").content.decode()
    assert "The table names emergency_bureau" in page


HEADS = ["编号", "行业领域", "情形", "受理部门", "档次"]
GOOD = ["S001", "煤矿", "超层越界开采", "矿山安全监察机构", "第一档"]
SLIPS = {
    "a trade that is not in the standard": (["S002", "航天", "x", "", "1"], "trade", "航天"),
    "a code that stands twice": (["S001", "煤矿", "x", "", "1"], "code", "row 2"),
    "no code": (["", "煤矿", "x", "", "1"], "code", "missing"),
    "no words": (["S003", "煤矿", "", "", "1"], "zh", "missing"),
    "an unknown body": (["S004", "煤矿", "x", "外星部门", "1"], "body", "外星部门"),
    "an unknown band": (["S005", "煤矿", "x", "", "第九档"], "band", "第九档"),
}


def workbook(*rows: list[str]) -> bytes:
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


@pytest.mark.django_db
def test_every_error_is_told_by_row_and_column() -> None:
    editor = make_named_person("chen", "rule_engineer", region="000000")
    rows = [one[0] for one in SLIPS.values()]
    with translation.override("en"):
        done = import_situations(actor=editor, content=workbook(HEADS, GOOD, *rows), source="press", region_code="000000")
    assert done.version_id is None
    for at, (row, column, needle) in enumerate(SLIPS.values(), 3):
        slip = next(one for one in done.slips if one.row == at)
        assert (slip.column, needle in slip.words) == (column, True), row
    assert len(done.slips) == len(SLIPS)
    assert not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_the_whole_list_is_proposed_by_one_and_confirmed_by_another() -> None:
    editor, second = (
        make_named_person(name, role, region="000000") for name, role in (("chen", "rule_engineer"), ("sun", "rule_engineer"))
    )
    trades = [one.zh for one in ROUTING.shipped.trade]
    rows = [[f"S{at:03}", trades[at % 23], f"情形 {at}", "", str(at % 4 + 1)] for at in range(301)]
    client, reader = signed_in(editor), make_named_person("li", "report_officer")
    file = SimpleUploadedFile("list.xlsx", workbook(HEADS, *rows))
    answer = client.post("/hazard-reports/routing/propose/", {"source": "standard of 2022", "file": file})
    made = PolicyVersion.objects.get(policy="mobilisation.routing")
    assert answer.url == f"/policy/versions/{made.pk}/"
    assert made.trial["shown"]["situations"] == "301 / 301"
    assert len(routing_policy().situation) == 1
    confirm_version(actor=second, version_id=made.pk)
    assert len(routing_policy().situation) == 301
    assert routing_policy().situations["S000"].body == "mine_safety"  # that of its trade
    page = signed_in(reader).get("/hazard-reports/routing/?q=情形 300").content.decode()
    assert '<td data-label="Situation">情形 300</td>' in page
    assert "情形 299" not in page
    template = signed_in(reader).get("/hazard-reports/routing/?format=csv").content
    assert len(template.splitlines()) == 302
    again = import_situations(actor=editor, content=template, source="as taken out", region_code="000000")
    assert (again.slips, again.lacking) == ((), 0)


@pytest.mark.django_db
def test_a_report_takes_the_situation_that_its_reporter_names() -> None:
    make_body("emergency_bureau")
    reporter = Reporter()
    reporter.sends(situation="mine_safety_pillar")
    assert (reporter.report.situation, reporter.report.routed_by) == ("mine_safety_pillar", "situation")
    other = Reporter()
    other.sends(situation="no such")
    assert other.report.situation == ""
    assert HazardReport.objects.count() == 2
    assert report_policy().kinds["fire"].key == "fire"
