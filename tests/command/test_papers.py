"""Papers of a case: what stands on them in both languages, who gets them, and what a drill's say."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from tests.command.conftest import LICANG, RED, SHINAN, Timeline, case_of, make_person
from tocsin.base.errors import NotAllowed
from tocsin.command import papers
from tocsin.command.models import Case, Clock, Drill, Order
from tocsin.command.rules.orders import OrderRole
from tocsin.command.services.book import open_book
from tocsin.command.services.orders import send_order
from tocsin.jurisdiction.services import ensure_organisations, system_actor
from tocsin.records.attachments import keep_attachment
from tocsin.records.models import AuditEntry
from tocsin.records.papers import Builder, names_of_papers, print_paper


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
    bodies = ensure_organisations(LICANG)
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
    keep_attachment(
        actor=system_actor(), object_type="order", object_id=order.pk, region_code=LICANG, data=photo(), name="well", now=time.now
    )
    return Case.objects.get(pk=case.pk)


def order_of(case: Case) -> Order:
    return Order.objects.get(case=case, unit__code="gas_company")


PAPERS: dict[str, tuple[Builder, Callable[[Case], UUID]]] = {
    "case_report": (papers.case_report, lambda case: case.pk),
    "disposal_notice": (papers.disposal_notice, lambda case: order_of(case).pk),
    "supervision_order": (papers.supervision_order, lambda case: order_of(case).pk),
}
SAYS = {
    ("case_report", "en"): ["Casereport", "Gasmainleak", "72%", "Timeline", "Gascompany", "GS(2024)0650", "Photos"],
    ("case_report", "zh-hans"): ["事件报告", "燃气", "72%", "处置时间轴", "GS(2024)0650"],
    ("disposal_notice", "en"): ["Noticetoact", "Never", "Ring119first.", "Gascompany(lead)", "Possiblecause", "Crewonsite"],
    ("disposal_notice", "zh-hans"): ["处置通知单", "严禁", "主送", "可能原因"],
    ("supervision_order", "en"): ["Supervisionorder", "Notdoneintime", "Signatureoftheunit", "Reasonofthedelay"],
    ("supervision_order", "zh-hans"): ["督办单", "超时", "带班领导"],
}


@pytest.mark.parametrize(("name", "language"), SAYS)
def test_a_paper_says_what_it_is_for(leak: Case, time: Timeline, officer: Any, name: str, language: str) -> None:
    build, subject = PAPERS[name]
    told = printed(name, build, officer, subject(leak), time.at(70).now, language)
    assert [one for one in SAYS[name, language] if one not in told] == []
    assert leak.number in told
    assert "演练" not in told and "DRILL" not in told


@pytest.mark.parametrize("name", PAPERS)
def test_a_drill_s_paper_says_so(leak: Case, time: Timeline, officer: Any, name: str) -> None:
    leak.drill = Drill.objects.create(region_code=LICANG, name="night", made_by=officer, made_at=time.now)
    leak.save(update_fields=["drill"])
    build, subject = PAPERS[name]
    assert "【DRILL】" in printed(name, build, officer, subject(leak), time.now)


@pytest.mark.parametrize("name", PAPERS)
def test_nobody_else_gets_it(leak: Case, time: Timeline, name: str) -> None:
    build, subject = PAPERS[name]
    for stranger in (make_person("duty_officer", SHINAN), make_person("security_administrator")):
        with pytest.raises(NotAllowed):
            build(stranger, subject(leak), time.now)
    with pytest.raises(NotAllowed):
        build(make_person("shift_leader"), uuid4(), time.now)


def test_a_unit_gets_the_notice_of_its_own_order_without_what_only_the_centre_sees(leak: Case, time: Timeline) -> None:
    order = order_of(leak)
    desk = make_person("unit_desk")
    desk.organisation = order.unit
    desk.save()
    told = printed("disposal_notice", papers.disposal_notice, desk, order.pk, time.now)
    assert "Possiblecause" not in told and "Ring119first." in told
    other = Order.objects.get(case=leak, unit__code="heating_company")
    with pytest.raises(NotAllowed):
        papers.disposal_notice(desk, other.pk, time.now)
    with pytest.raises(NotAllowed):
        papers.case_report(desk, leak.pk, time.now)


def test_only_what_is_late_is_pressed_for(leak: Case, time: Timeline, officer: Any) -> None:
    order = order_of(leak)
    assert papers.supervision_order(officer, order.pk, time.at(3).now).values["late"]["rows"] == []
    Clock.objects.filter(case=leak, step="arrive").update(met_at=time.now)
    late = papers.supervision_order(officer, order.pk, time.at(60).now).values["late"]["rows"]
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
    client.force_login(make_person("duty_officer", SHINAN))
    assert client.get(address).status_code == 403


def test_every_template_has_its_builder(settings: Any) -> None:
    assert set(settings.PAPERS) == set(names_of_papers())
    assert set(PAPERS) <= set(settings.PAPERS)
