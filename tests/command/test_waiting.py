"""What waits for the people of a desk."""

import pytest

from tests.clocks import SetClock
from tests.command.street import START, Timeline
from tests.command.test_gathering import GAS
from tests.people import LICANG, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services import handling
from tocsin.command.reports.services import first_reports
from tocsin.command.shifts.services import begin_shift
from tocsin.jurisdiction.people.models import User
from tocsin.screens.waiting import rows_of, waiting_kinds

pytestmark = pytest.mark.django_db


def waits_for(user: User) -> set[str]:
    return {kind.code for kind in waiting_kinds() if rows_of(kind, user, START)}


def test_what_waits_at_a_desk_goes_when_it_is_done(street: None, time: Timeline, clock: SetClock, officer: User) -> None:
    desk = usual_bodies(LICANG)["monitoring_centre"]
    officer.organisation = desk
    officer.save()
    leader = make_person("shift_leader")
    time.at(0).rings(2, GAS, level=4)
    time.looks()
    case = Case.objects.get()
    assert waits_for(officer) >= {"desk", "case"}
    assert "Nobody keeps the desk" in " ".join(signed_in(officer).get("/cases/").content.decode().split())
    begin_shift(actor=officer, desk_id=desk.pk)
    handling.take_case(actor=officer, case_id=case.pk)
    report = first_reports.begin_first_report(actor=officer, case_id=case.pk)
    assert not waits_for(officer) & {"desk", "case"}
    assert "report_sign" in waits_for(leader)
    assert report.number in signed_in(leader).get("/waiting/").content.decode()
