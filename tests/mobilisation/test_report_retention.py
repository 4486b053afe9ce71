"""A report at the end of its time: nothing of what was said or of who said it is left, and it goes on counting."""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.mobilisation.answered import Office, answered, drafted
from tests.mobilisation.public import TEXT, Reporter
from tests.people import make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.services import handling, merging
from tocsin.mobilisation.rewards.services.deciding import drop
from tocsin.mobilisation.rewards.services.forgetting import REPORTS, ended_reports
from tocsin.records.face import Hold, Tombstone

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def forget() -> None:
    """All batches."""
    assert REPORTS.forget is not None
    while REPORTS.forget(LATER):
        pass


def test_nothing_is_left_but_what_counts() -> None:
    desk = make_person("report_officer", organisation="emergency_bureau")
    lead, second = Reporter(), Reporter()
    lead.sends()
    second.sends()
    handling.note(actor=desk, report_id=lead.id, words="known for this", now=NOW)
    merging.merge(actor=desk, report_id=second.id, into=lead.number, words="", now=NOW)
    assert not ended_reports(LATER).exists(), "it is open"
    handling.refuse(actor=desk, report_id=lead.id, reason="no_object", words="", now=NOW)
    assert not ended_reports(NOW).exists(), "its time is not over"
    assert REPORTS.numbers is not None and list(REPORTS.numbers(LATER)) == [lead.number]
    forget()
    rows = HazardReport.objects.order_by("number")
    assert [(one.text, one.place, one.secret_sha256, one.receipt) for one in rows] == [("", "", "", "")] * 2
    assert rows[0].state == "refused"
    assert (rows[0].kind, rows[0].region_code) == ("breach", "370213")
    assert set(ReportEntry.objects.values_list("text", "actor")) == {("", None)}
    assert ReportEntry.objects.filter(report=lead.report, act="refuse").exists(), "when it was refused goes on counting"
    assert {one.number for one in Tombstone.objects.all()} == {lead.number, second.number}
    assert lead.asks().status_code == 403
    client = signed_in(desk)
    assert client.get(f"/hazard-reports/{lead.id}/").status_code == 410
    assert TEXT not in client.get("/hazard-reports/?which=").content.decode()


def test_a_reward_that_waits_and_a_hold_keep_it() -> None:
    make_person("report_officer", organisation="emergency_bureau")
    office, reporter = Office(), Reporter()
    report = answered(reporter)
    reward = drafted(report)
    HazardReport.objects.filter(pk=report.pk).update(state="closed")
    other = Reporter()
    other.sends()
    handling.refuse(actor=office.li, report_id=other.id, reason="no_object", words="", now=NOW)
    assert [one.number for one in ended_reports(LATER)] == [other.number], "what keeps one keeps no other"
    drop(actor=office.li, reward_id=reward.pk, words="made by mistake", now=NOW)
    assert ended_reports(LATER).count() == 2
    Hold.objects.create(number=report.number, reason="a court", placed_at=NOW, placed_by=office.li)
    assert [one.number for one in ended_reports(LATER)] == [other.number]
