"""Reads and writes across every border: each operation of the API, tried by strangers and by people of elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.accounts import PersonMaker
from tests.api import schema
from tests.jurisdiction.district import District, build_district, people_elsewhere, people_of_another_body
from tests.jurisdiction.machines_own import MACHINES_OWN
from tests.jurisdiction.rows import walked
from tests.jurisdiction.walk import MARK, Operation, Rows, operations, signed_in, undone
from tests.people import LICANG
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.people.services import (
    start as services_start,
)
from tocsin.jurisdiction.people.services import (
    tokens as services,
)
from tocsin.mobilisation.hazard_reports.models import IdentityKey
from tocsin.portal.catalogue import API_ROUTERS

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

COMMON_KNOWLEDGE = (
    "/api/v1/sensing/",
    "/api/v1/lifelines/",
    "/api/v1/jurisdiction/organisations",
    "/api/v1/jurisdiction/phone-book",
    "/api/v1/supplies/items",
)
OPEN_TO_ALL_PEOPLE = (
    "/api/v1/jurisdiction/me",
    "/api/v1/jurisdiction/roles",
    "/api/v1/jurisdiction/regions",
    "/api/v1/jurisdiction/tokens",
    "/api/v1/atlas/views",  # one's own views; what they show is asked of the reader's rights
    "/api/v1/atlas/height",  # of the ground, and along a line: the same for everybody
    "/api/v1/atlas/map.pdf",  # a paper of what the caller sees, and the line of the audit trail that it was printed
)
"""Beginnings of addresses: what is everybody's own or nobody's secret. One's own token and settings may be changed."""

OWN_ROWS = ("POST /api/v1/mobilisation/needs", "POST /api/v1/lifelines/corrections")
"""What a body makes in its region is its own."""


def is_everybodys(operation: Operation) -> bool:
    return operation.path.startswith(OPEN_TO_ALL_PEOPLE) and "{" not in operation.path


@pytest.fixture
def district(make_person: PersonMaker) -> District:
    return build_district(make_person)


@pytest.fixture
def walk(district: District) -> list[Operation]:
    found = list(operations(schema(), district.ids))
    assert {one.path.split("/")[3] for one in found} == set(API_ROUTERS)
    return found


def test_strangers_are_asked_to_sign_in(walk: list[Operation], district: District) -> None:
    client = Client(raise_request_exception=False)
    for operation in walk:
        response = operation.call(client, district.ids)
        assert response.status_code == 401, str(operation)
        assert response.json()["code"] == "not_authenticated"


def test_a_wrong_token_is_refused_even_beside_a_good_session(walk: list[Operation], district: District) -> None:
    client = signed_in(district.operator)
    client.defaults["HTTP_AUTHORIZATION"] = "Bearer tocsin_wrong"
    for operation in walk:
        assert operation.call(client, district.ids).status_code == 401, str(operation)


def test_nobody_reads_or_writes_across_a_border(walk: list[Operation], district: District, make_person: PersonMaker) -> None:
    clients = [(user.username, signed_in(user)) for user in (*people_elsewhere(make_person).always, make_person("", LICANG))]
    before = Rows.that_stand(of_licang(district))
    secrets = [MARK, *(str(one) for one in district.ids.values())]
    for operation in walk:
        for username, client in clients:
            with undone() as written:
                response = operation.call(client, district.ids)
                told = f"{operation} by {username} answered {response.status_code}: {response.content[:300]!r}"
                assert response.status_code < 500, told
                if "{" in operation.path:
                    assert response.status_code in (403, 404), told
                elif operation.method != "get" and not is_everybodys(operation):
                    assert response.status_code in (400, 403, 404, 409, 422) or not written, told
                text = _told(response, operation).lower()
                assert not any(secret in text for secret in _secrets(operation, secrets)), told
                if not is_everybodys(operation):  # one's own token may be made
                    assert before.after(written) == before, told


def test_at_home_the_same_calls_are_answered(walk: list[Operation], district: District, make_person: PersonMaker) -> None:
    """The control: what is refused across the border is done by the people of the place."""
    apart = ("security_administrator", "audit_administrator", "shift_leader", "supervisor", "identity_keeper", "supplies_head")
    others = [make_person(role) for role in apart]
    IdentityKey.objects.update(
        holder=others[apart.index("identity_keeper")]
    )  # what stands under a key is read by its own officer alone
    own = [make_person(role, LICANG, organisation="gas_company") for role in ("unit_desk", "firm_officer")]
    named = dict.fromkeys(("applicant", "analyst", "watcher", "approver"), own[-1])
    WorkPermit.objects.update(**named)  # at a permit only who is named in it acts, and only the firm's own people are
    at_home = [district.operator, *others, *own]
    at_home.append(make_person("supervisor", EVERYWHERE))  # check lists are the whole installation's
    at_home.append(make_person("system_administrator", EVERYWHERE))  # the ground of the map, too
    clients = [signed_in(user) for user in at_home]
    for operation in walk:
        understood = (200,) if operation.method == "get" else (200, 201, 202, 204, 400, 409, 422)
        codes = list[int]()
        for client in clients:
            with undone():
                codes.append(operation.call(client, district.ids).status_code)
            assert codes[-1] < 500, f"{operation}: {codes}"
            if codes[-1] in understood:
                break
        assert codes[-1] in understood, f"{operation}: {codes}"


def test_nobody_reads_or_writes_across_the_border_of_a_body(
    walk: list[Operation], district: District, make_person: PersonMaker
) -> None:
    users = people_of_another_body(make_person)
    clients = {user: signed_in(user) for user in (*users.always, *users.in_turn)}
    before = Rows.that_stand(of_licang(district))
    secrets = [MARK, *(str(one) for one in district.ids.values())]
    for number, operation in enumerate(walk):
        for user in users.of(number):
            with undone() as written:
                response = operation.call(clients[user], district.ids)
                told = f"{operation} by {user.username} answered {response.status_code}: {response.content[:300]!r}"
                assert response.status_code < 500, told
                text = response.content.decode(errors="replace").lower()
                assert f"{MARK}." not in text, told  # the name of a person
                if not operation.path.startswith(COMMON_KNOWLEDGE):
                    assert not any(secret in text for secret in _secrets(operation, secrets)), told
                if not is_everybodys(operation) and str(operation) not in OWN_ROWS:
                    assert before.after(written) == before, told


def test_the_people_of_the_body_reach_what_is_theirs(walk: list[Operation], district: District, make_person: PersonMaker) -> None:
    """The control: the gas company's desk reads the order that was sent to it."""
    client = signed_in(make_person("unit_desk", LICANG, organisation="gas_company"))
    read = {operation.path for operation in walk if operation.method == "get" and "{order_id}" in operation.path}
    assert read
    for operation in walk:
        if operation.method == "get" and operation.path in read:
            assert operation.call(client, district.ids).status_code == 200, str(operation)


def test_a_token_of_one_body_reaches_no_other(walk: list[Operation], district: District) -> None:
    """A token of the centre's officer, narrowed to the heating company, sees nothing of the gas company's case."""
    heating = services_start.ensure_organisations(LICANG)["heating_company"]
    scopes = ("alarms.see", "alarms.handle", "cases.see", "cases.handle", "diagnosis.see", "findings.record", "duty.keep")
    _token, secret = services.create_token(
        user=district.operator, name="heating", scopes=scopes, now=timezone.now(), organisation_id=heating.pk
    )
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    for operation in walk:
        with undone():
            response = operation.call(client, district.ids)
        told = f"{operation}: {response.status_code} {response.content[:200]!r}"
        assert response.status_code < 500, told
        if not is_everybodys(operation):
            assert MARK not in _told(response, operation), told


@pytest.mark.django_db(databases=())
def test_every_model_is_walked_or_the_machines_own() -> None:
    labels = {one._meta.label for one in apps.get_models()}
    assert set(MACHINES_OWN) <= labels
    assert {one._meta.label for one in walked()}.isdisjoint(MACHINES_OWN)


def test_the_district_has_one_of_everything(district: District) -> None:
    rows = Rows.that_stand(of_licang(district)).of
    for model in walked():
        assert rows[model], f"no row of {model._meta.label} lies in the district"


def test_a_token_without_the_scope_does_not_reach(walk: list[Operation], district: District) -> None:
    _token, secret = services.create_token(user=district.operator, name="audit", scopes=("audit.see",), now=timezone.now())
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    for operation in walk:
        if is_everybodys(operation):
            continue
        with undone() as written:
            response = operation.call(client, district.ids)
        told = f"{operation}: {response.status_code} {response.content[:200]!r}"
        if "{" in operation.path or (operation.method != "get" and written):
            assert response.status_code in (403, 404, 400, 422), told
        assert MARK not in _told(response, operation), told


def _secrets(operation: Operation, secrets: list[str]) -> list[str]:
    """What must not be read; one's own body may be told by what is one's own."""
    return [MARK] if is_everybodys(operation) else secrets


def _told(response: HttpResponse, operation: Operation) -> str:
    """What an answer tells; a refusal may repeat the words that the caller sent."""
    text = response.content.decode(errors="replace")
    if 400 <= response.status_code < 500:
        for word in filter(None, _words(operation.body)):
            text = text.replace(word, "")
    return text


def _words(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body]
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return [word for one in inner for word in _words(one)]


def of_licang(district: District) -> Callable[[str], bool]:
    """Whether a row lies in the district: by its region, its mark, or what it names."""
    signs = (LICANG, MARK, *map(str, district.ids.values()))
    return lambda row: any(sign in row for sign in signs)
