"""Merging and un-merging by the desk's own acts in any order: who is together at the end settles who is paid and how much."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.answered import Office, answered, drafted, later
from tests.mobilisation.public import Reporter
from tests.people import make_person
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.services.merging import merge, unmerge
from tocsin.mobilisation.rewards.services.keeping import keep_rewards

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOURS = (-9, -3, 4)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    stand_at(monkeypatch, NOW)
    make_person("report_officer", organisation="emergency_bureau")
    return Office()


def test_the_payee_is_the_first_of_those_who_are_together_at_the_end(office: Office) -> None:
    lead = answered(Reporter())
    others = [later(lead, Reporter(), hours) for hours in HOURS]
    reward = office.decides(drafted(lead))
    orders = st.lists(st.tuples(st.sampled_from(range(3)), st.sampled_from(range(4)), st.booleans()), max_size=5)

    @settings(max_examples=4, deadline=None, derandomize=True)
    @given(orders)
    def holds(steps: list[tuple[int, int, bool]]) -> None:
        """A step puts one report into another (3: the answered one; itself: it is taken out), and the loop may look between."""
        for one, into, looked in steps:
            _step(office, others[one], [*others, lead][into])
            if looked:
                keep_rewards(now=NOW)
        keep_rewards(now=NOW)
        reward.refresh_from_db()
        together = HazardReport.objects.filter(merged_into=lead) | HazardReport.objects.filter(pk=lead.pk)
        first = together.order_by("received_at").first()
        assert first is not None and (reward.payee_id, reward.amount_yuan) == (first.pk, 30_000)
        for report in others:
            _step(office, report, report)

    holds()
    keep_rewards(now=NOW)
    reward.refresh_from_db()
    assert (reward.payee_id, reward.amount_yuan) == (lead.pk, 30_000), "all taken apart: as it was at the beginning"


def _step(office: Office, report: HazardReport, into: HazardReport) -> None:
    try:
        if report == into:
            unmerge(actor=office.li, report_id=report.pk, words="", now=NOW)
        else:
            merge(actor=office.li, report_id=report.pk, into=into.number, words="", now=NOW)
    except (Conflict, InvalidInput):
        pass  # what the desk may not do changes nothing
