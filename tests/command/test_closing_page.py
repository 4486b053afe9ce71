"""Before somebody signs a case closed, its page says what is missing and leads to where that is seen to."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.command.orders import bodies as bodies
from tests.command.orders import case as case
from tests.command.orders import do, send
from tests.command.orders import now as now
from tests.command.street import START, Timeline
from tests.people import LICANG, make_named_person, make_person, signed_in
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import DeclarationKind
from tocsin.command.casebook.rules.declarations import Terms
from tocsin.command.handling.services.declaring import declare
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.volunteers.services.needs import NewNeed, open_need
from tocsin.notices.messages.rules.subjects import CASE

pytestmark = pytest.mark.django_db
PROOF, FINDING = "no photo or document", "no finding: what was it really?"
DESPITE = 'name="despite"'


def lacks(client: Client, case: Case) -> str:
    answer = client.get(f"/cases/{case.pk}/lacks/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_it_is_mended_the_fold_tells_what_is_missing_and_where(case: Case, officer: User) -> None:
    told = lacks(signed_in(officer), case)
    assert f'{PROOF} <a href="#papers">' in told and f'{FINDING} <a href="#orders">' in told and "#alarms" in told
    page = signed_in(officer).get(f"/cases/{case.number}/").content.decode()
    assert f'hx-get="/cases/{case.pk}/lacks/"' in page and DESPITE not in page
    assert DESPITE in signed_in(make_person("shift_leader")).get(f"/cases/{case.number}/").content.decode()


def test_what_is_declared_is_told_first(case: Case, now: Timeline, officer: User) -> None:
    terms = Terms(area="the road", begins_at=None, ends_at=START + timedelta(days=1), cautions="no flame", measures="cordon")
    leader = make_person("shift_leader")
    declare(actor=leader, case_id=case.pk, kind=DeclarationKind.WARNING, level="red", text="gas", terms=terms)
    assert "warning red (I): this stands; a leader ends it first." in lacks(signed_in(officer), case)


def test_volunteers_that_are_asked_for_hide_nothing_that_a_mended_case_lacks(
    case: Case, bodies: dict[str, Organisation], officer: User
) -> None:
    order = send(case, bodies["gas_company"])
    for act in (OrderAct.ACCEPT, OrderAct.MEND):
        do(order, act)
    new = NewNeed("sandbags", 1, 120.43, 36.16, "the road", LICANG, subject_kind=CASE, subject_label=case.number)
    open_need(actor=make_named_person("centre", "duty_officer", bodies["monitoring_centre"]), new=new, now=START)
    page = signed_in(officer).get(f"/cases/{case.number}/")
    assert page.status_code == 200
    decide = page.content.decode().split('data-part="lacks"')[1].split("</section>")[0]
    assert PROOF in decide and FINDING in decide and "the duty officer may sign" not in decide
