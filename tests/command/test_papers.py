"""Papers of a case: what stands on them in both languages, who gets them, and what a drill's say."""

import importlib
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from tests.command.street import RED, START, Timeline, case_of
from tests.people import LICANG, SHINAN, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import NotAllowed
from tocsin.command.case_page.papers import cases as papers_cases
from tocsin.command.case_page.papers import orders as papers
from tocsin.command.casebook.models import Case, Clock, Declaration, Drill
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.log import open_book
from tocsin.command.duty import papers as duty_papers
from tocsin.command.duty.models import Handover
from tocsin.command.duty.queries import open_matters
from tocsin.command.orders.models import Order
from tocsin.command.orders.services.sending import send_order
from tocsin.command.reports import papers as reports_papers
from tocsin.command.reports.models import Report
from tocsin.command.reports.shown.content import content_of
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.command.shifts.rules import EntryKind
from tocsin.command.urging.models import SupervisionOrder
from tocsin.command.urging.queries import late_steps
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.portal import catalogue
from tocsin.records.attachments.services.keeping import keep_prepared, prepare_attachment
from tocsin.records.audit.models import AuditEntry
from tocsin.records.papers.rules import Builder
from tocsin.records.papers.services.printing import names_of_papers, print_paper

pytestmark = pytest.mark.one_database


def text_of(document: bytes) -> str:
    """The words of all pages without blanks."""
    pages = pypdfium2.PdfDocument(document)
    return "".join("".join(page.get_textpage().get_text_range() for page in pages).split())


def printed(name: str, build: Builder, user: Any, object_id: UUID, now: datetime, language: str = "en") -> str:
    with translation.override(language):
        built = build(user, object_id, now)
        return text_of(print_paper(name, built.values, language=language, drill=built.drill))


def photo() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), "steelblue").save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture
def leak(street: None, time: Timeline) -> Case:
    """Red gas at well 2, a leak of the main likely, well 3 rings, too; two units have orders, a photo is there."""
    bodies = usual_bodies(LICANG)
    alarm = time.rings(2, [("gas_main_leak", 0.72, "G1"), ("heat_main_leak_biogas", 0.2, "W1")], level=RED)
    time.at(2).rings(3, [("gas_main_leak", 0.8, "G1")], level=3)
    time.at(3).looks()
    book = open_book(LICANG, actor=system_actor(), channel="console", now=time.now)
    case = case_of(alarm)
    for code, role in (("gas_company", OrderRole.LEAD), ("heating_company", OrderRole.ASSISTING)):
        if not Order.objects.filter(case=case, unit=bodies[code]).exists():
            send_order(book, case, unit=bodies[code], role=role)
    Order.objects.filter(case=case).update(text="Ring 119 first.")
    order = Order.objects.get(case=case, unit=bodies["gas_company"])
    prepared = prepare_attachment(actor=system_actor(), data=photo(), name="well")
    keep_prepared(prepared, actor=system_actor(), object_type="order", object_id=order.pk, region_code=LICANG, now=time.now)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def shift(leak: Case, officer: Any) -> Shift:
    """The night shift of the centre's desk with a call in its log."""
    desk = usual_bodies(LICANG)["monitoring_centre"]
    began = START - timedelta(hours=9)
    shift = Shift.objects.create(desk=desk, region_code=LICANG, leader=make_person("shift_leader"), began_at=began)
    shift.officers.add(officer)
    LogEntry.objects.create(
        shift=shift,
        line=1,
        at=START + timedelta(minutes=5),
        written_at=START + timedelta(minutes=5),
        by=officer,
        kind=EntryKind.TELEPHONE.value,
        case=leak,
        text="no leak on our side",
        figures={"said_by": "Wang of the gas company", "telephone": "0532-0000-0001"},
    )
    return shift


@pytest.fixture
def handover(shift: Shift, officer: Any, time: Timeline) -> Handover:
    """Handed over after an hour, not yet taken."""
    matters = [one.values() for one in open_matters(LICANG, now=time.at(60).now)]
    return Handover.objects.create(
        shift=shift,
        region_code=LICANG,
        words="Watch the well.",
        matters=matters,
        digest="d" * 64,
        given_by=officer,
        given_at=time.now,
    )


@pytest.fixture
def report(leak: Case, officer: Any, time: Timeline) -> Report:
    """The first report of an incident to the safety committee of the province, not yet signed."""
    declared = Declaration.objects.create(
        case=leak, kind="incident", level="ordinary", text="gas in a well", declared_by=officer, declared_at=time.now
    )
    return Report.objects.create(
        number=f"{leak.number}-R01",
        case=leak,
        declaration=declared,
        region_code=LICANG,
        duty="province_safety_committee",
        kind="first",
        cause="declared",
        sequence=1,
        begun_at=time.now,
        begun_by=officer,
        due_at=time.now + timedelta(minutes=30),
    )


def urging_of(case: Case) -> SupervisionOrder:
    """The unit was urged once, with nothing overdue on the paper."""
    order = order_of(case)
    fields = {"number": "督〔2026〕1号", "region_code": LICANG, "unit": order.unit, "text": "hurry"}
    who = {"issued_at": order.sent_at, "issued_by": order.sent_by}
    return SupervisionOrder.objects.get_or_create(order=order, defaults={**fields, **who})[0]


def order_of(case: Case) -> Order:
    return Order.objects.get(case=case, unit__code="gas_company")


PAPERS: dict[str, tuple[Builder, Callable[[Case], UUID]]] = {
    "case_report": (papers_cases.case_report, lambda case: case.pk),
    "disposal_notice": (papers.disposal_notice, lambda case: order_of(case).pk),
    "supervision_order": (papers.supervision_order, lambda case: urging_of(case).pk),
}
SAYS = {
    "case_report": {
        "en": ["Casereport", "Gasmainleak", "72%", "Timeline", "Gascompany", "Whowastold", "GS(2024)0650", "Photos"],
        "zh-hans": ["事件报告", "燃气", "72%", "处置时间轴", "GS(2024)0650"],
    },
    "disposal_notice": {
        "en": ["Noticetoact", "Never", "Ring119first.", "Gascompany(lead)", "Possiblecause", "Crewonsite"],
        "zh-hans": ["处置通知单", "严禁", "主送", "可能原因"],
    },
    "supervision_order": {
        "en": ["Supervisionorder", "Notdoneintime", "hurry", "Reasonofthedelay", "Issuedby"],
        "zh-hans": ["督办单", "督〔2026〕1号", "超时未完成", "签发"],
    },
}


def builder_of(name: str) -> Builder:
    module, function = catalogue.PAPERS[name].split(":")
    found: Builder = getattr(importlib.import_module(module), function)
    return found


def missing(name: str, officer: Any, object_id: UUID, now: datetime, says: dict[str, list[str]]) -> list[str]:
    """Words that the paper should have and has not, in either language."""
    told = {language: printed(name, builder_of(name), officer, object_id, now, language) for language in says}
    return [word for language, words in says.items() for word in words if word not in told[language]]


@pytest.mark.parametrize("name", SAYS)
def test_a_paper_says_what_it_is_for(leak: Case, time: Timeline, officer: Any, name: str) -> None:
    build, subject = PAPERS[name]
    assert missing(name, officer, subject(leak), time.at(70).now, SAYS[name]) == []
    told = printed(name, build, officer, subject(leak), time.now)
    assert leak.number in told and "DRILL" not in told
    leak.drill = Drill.objects.create(region_code=LICANG, name="night", made_by=officer, made_at=time.now)
    leak.save(update_fields=["drill"])
    assert "【DRILL】" in printed(name, build, officer, subject(leak), time.now)
    assert "【演练】" in printed(name, build, officer, subject(leak), time.now, "zh-hans")


def test_nobody_else_gets_one(leak: Case, time: Timeline) -> None:
    strangers = (make_person("duty_officer", SHINAN), make_person("security_administrator"))
    for build, subject in PAPERS.values():
        for stranger in strangers:
            with pytest.raises(NotAllowed):
                build(stranger, subject(leak), time.now)
        with pytest.raises(NotAllowed):
            build(strangers[0], uuid4(), time.now)


def test_a_unit_gets_the_notice_of_its_own_order_with_the_likeliest_cause_alone(leak: Case, time: Timeline) -> None:
    order = order_of(leak)
    desk = make_person("unit_desk")
    desk.organisation = order.unit
    desk.save()
    told = printed("disposal_notice", papers.disposal_notice, desk, order.pk, time.now)
    assert told.count("Possiblecause:") == 1 and "Ring119first." in told
    assert "Suspectedplace" in told
    other = Order.objects.get(case=leak, unit__code="heating_company")
    with pytest.raises(NotAllowed):
        papers.disposal_notice(desk, other.pk, time.now)
    with pytest.raises(NotAllowed):
        papers_cases.case_report(desk, leak.pk, time.now)


def test_only_what_is_late_is_pressed_for(leak: Case, time: Timeline, officer: Any) -> None:
    order = order_of(leak)
    assert late_steps(order, time.at(3).now) == []
    Clock.objects.filter(case=leak, step="arrive").update(met_at=time.now)
    assert [one["step"] for one in late_steps(order, time.at(60).now)][:2] == ["sign", "leave"]
    urging = urging_of(leak)
    urging.late, urging.issued_at = late_steps(order, time.at(60).now), time.at(60).now
    urging.save()
    late = papers.supervision_order(officer, urging.pk, time.at(600).now).values["late"]["rows"]
    assert [row[0] for row in late][:2] == ["Signature of the unit", "Crew leaves"]
    assert "Crew on site" not in [row[0] for row in late]


def test_the_page_prints_and_the_trail_tells_who_has_it(leak: Case, officer: Any) -> None:
    client = Client()
    address = reverse("paper", args=["case_report", leak.pk])
    assert client.get(address).status_code == 302
    client.force_login(officer)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert leak.number in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.get(action="paper.printed")
    assert (entry.object_type, entry.object_id, entry.details["paper"]) == ("case", str(leak.pk), "case_report")
    assert client.get(reverse("paper", args=["love_letter", leak.pk])).status_code == 404
    api = f"/api/v1/records/papers/disposal_notice/{order_of(leak).pk}"
    answer = client.get(api, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "Noticetoact" in text_of(answer.content)
    assert AuditEntry.objects.filter(action="paper.printed").count() == 2
    client.force_login(make_person("duty_officer", SHINAN))
    assert (client.get(address).status_code, client.get(api).status_code) == (403, 403)


HANDED = {
    "en": [
        "Handoversheet",
        "Watchthewell.",
        "overdue",
        "ordernotsignedfor",
        "Handedoverby",
        "Takenoverby",
        "duty_officer",
        "dddddd",
    ],
    "zh-hans": ["交接班单", "交班人", "接班人", "未结事项"],
}


def test_the_handover_sheet_tells_what_was_frozen(handover: Handover, officer: Any, time: Timeline) -> None:
    assert missing("handover_sheet", officer, handover.pk, time.at(90).now, HANDED) == []
    with pytest.raises(NotAllowed):
        duty_papers.handover_sheet(make_person("duty_officer", SHINAN), handover.pk, time.now)


DAY = {
    "en": ["Dailydutyreport", "Combustiblegas", "Casesopened", "2026-11-2408:30", "shift_leader(leader)"],
    "zh-hans": ["值班日报", "当日事件", "可燃气体", "带班领导"],
}


def test_the_daily_report_tells_the_duty_day(shift: Shift, officer: Any, time: Timeline) -> None:
    Shift.objects.filter(pk=shift.pk).update(began_at=START - timedelta(minutes=20))
    assert missing("daily_brief", officer, shift.pk, time.at(90).now, DAY) == []
    with pytest.raises(NotAllowed):
        duty_papers.daily_brief(make_person("viewer"), shift.pk, time.now)


def test_a_report_says_that_it_is_a_draft_until_it_is_signed(report: Report, officer: Any, time: Timeline) -> None:
    told = printed("report", reports_papers.report, officer, report.pk, time.at(10).now)
    assert "Firstreport" in told and "Draft" in told and "Briefcourse" in told and "ShiniushanRoad" in told
    signed = {"signed_by": officer, "signed_at": time.now, "state": "signed", "digest": "e" * 64}
    Report.objects.filter(pk=report.pk).update(**signed, content=content_of(report).values())
    told = printed("report", reports_papers.report, officer, report.pk, time.at(12).now)
    assert "Draft" not in told and "eeeeeeee" in told
    assert "审签" in printed("report", reports_papers.report, officer, report.pk, time.now, "zh-hans")
    with pytest.raises(NotAllowed):
        reports_papers.report(make_person("duty_officer", SHINAN), report.pk, time.now)


def test_every_template_has_its_builder(settings: Any) -> None:
    of_no_object = {"map_sheet", "password_slips"}  # of a view; of people who have no password yet
    assert set(settings.PAPERS) == set(names_of_papers()) - of_no_object
    assert set(PAPERS) <= set(settings.PAPERS)
