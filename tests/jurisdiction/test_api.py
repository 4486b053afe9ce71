"""The API's door: sessions with CSRF, tokens, one shape of errors, the reader's language, a description that holds."""

import json
from collections import Counter
from datetime import timedelta

import pytest
import schemathesis
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ninja import NinjaAPI, Schema

from tests.accounts import PASSWORD, PersonMaker
from tests.api import schema
from tests.jurisdiction.district import build_district
from tests.jurisdiction.walk import operations
from tests.people import LICANG
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Unavailable
from tocsin.jurisdiction.people.models import ApiToken, User
from tocsin.jurisdiction.people.services import (
    accounts as services,
)
from tocsin.jurisdiction.people.services import (
    logins as services_logins,
)
from tocsin.jurisdiction.people.services import (
    system as services_system,
)
from tocsin.jurisdiction.people.services import (
    tokens as services_tokens,
)
from tocsin.portal.api import add_error_handlers

pytestmark = pytest.mark.django_db

ME = "/api/v1/jurisdiction/me"


def client_with_token(user: User, *scopes: str) -> Client:
    _token, secret = services_tokens.create_token(user=user, name="test", scopes=scopes or ("alarms.see",), now=timezone.now())  # type: ignore[arg-type]
    return Client(headers={"Authorization": f"Bearer {secret}"}, enforce_csrf_checks=True, raise_request_exception=False)


def test_a_token_speaks_for_its_person_narrower(make_person: PersonMaker) -> None:
    duty = make_person("duty_officer", LICANG)
    answer = client_with_token(duty, "alarms.see", "sensors.see").get(ME).json()
    assert answer["person"]["username"] == duty.username
    assert answer["permissions"] == {"alarms.see": [LICANG], "sensors.see": [LICANG]}


def test_an_ended_token_is_refused(make_person: PersonMaker) -> None:
    client = client_with_token(make_person("viewer"))
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_tokens_need_no_csrf_and_sessions_do(make_person: PersonMaker) -> None:
    person = make_person("system_administrator", LICANG)
    organisation = {"code": "lift-watch", "region_code": LICANG, "name_zh": "电梯", "name_en": "Lift watch"}
    address = "/api/v1/jurisdiction/organisations"
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    refused = browser.post(address, organisation, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    made = client_with_token(person, "organisations.manage").post(address, organisation, content_type="application/json")
    assert made.status_code == 201
    browser.get("/account/")
    organisation["code"] = "lift-watch-2"
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert browser.post(address, organisation, content_type="application/json", headers=headers).status_code == 201


def test_a_token_changes_no_rights(make_person: PersonMaker) -> None:
    client = client_with_token(make_person("system_administrator"), "people.manage", "people.see")
    for address, body in (("tokens", {"name": "x", "scopes": ["alarms.see"], "proof": "x"}), ("people", {"username": "friend"})):
        answer = client.post(f"/api/v1/jurisdiction/{address}", body, content_type="application/json")
        assert answer.status_code == 403, address


def test_a_one_time_password_opens_nothing(make_person: PersonMaker) -> None:
    person = make_person("viewer")
    client = Client()
    client.force_login(person)
    assert client.get(ME).status_code == 200
    services.reset_password(actor=services_system.system_actor(), user_id=person.pk)
    person.refresh_from_db()
    client.force_login(person)
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")


def test_closing_an_account_ends_session_and_tokens(make_person: PersonMaker) -> None:
    person = make_person("viewer")
    browser, program = Client(), client_with_token(person)
    browser.force_login(person)
    services.disable_person(actor=services_system.system_actor(), user_id=person.pk)
    assert [client.get(ME).status_code for client in (browser, program)] == [401, 401]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotAllowed("no"), 403, "not_allowed"),
        (InvalidInput("no"), 400, "invalid_input"),
        (Conflict("no"), 409, "conflict"),
        (services_logins.TooManyFailures("no"), 429, "too_many_failures"),
        (Unavailable("no"), 503, "unavailable"),
        (User.DoesNotExist("no"), 404, "not_found"),
        (ZeroDivisionError("secret inside"), 500, "internal"),
    ],
)
def test_every_error_has_one_shape(error: Exception, status: int, code: str) -> None:
    small = NinjaAPI(urls_namespace=f"errors-{code}")
    add_error_handlers(small)
    answer = small.on_exception(RequestFactory().get("/fail"), error)
    told = json.loads(answer.content)
    assert answer.status_code == status
    assert set(told) == {"code", "message", "detail"}
    assert told["code"] == code
    assert "secret inside" not in str(told)


def test_what_cannot_be_read_is_told_by_place(make_person: PersonMaker) -> None:
    client = Client()
    client.force_login(make_person("system_administrator"))
    answer = client.post("/api/v1/jurisdiction/organisations", {"code": "Ä"}, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert {"body.body.region_code", "body.body.code"} <= {one["where"] for one in answer.json()["detail"]}


def test_an_address_that_is_none_has_the_shape_of_every_error(make_person: PersonMaker) -> None:
    client = Client()
    client.force_login(make_person("viewer"))
    for address in ("/api/v1/nothing", "/api/v1/supervision/inspector-cards/x", "/api/"):
        answer = client.post(address, {}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), address


def test_the_language_is_the_askers_then_the_persons(make_person: PersonMaker) -> None:
    person = make_person("viewer", LICANG)
    services.set_language(user=person, language="en")
    _token, secret = services_tokens.create_token(user=person, name="x", scopes=("organisations.see",), now=timezone.now())
    address = "/api/v1/jurisdiction/organisations"

    def names(**headers: str) -> set[str]:
        answer = Client(headers={"Authorization": f"Bearer {secret}", **headers}).get(address)
        return {one["name"] for one in answer.json()}

    assert "Gas company" in names()
    assert "燃气公司" in names(**{"Accept-Language": "zh-CN"})


def test_the_description_is_behind_the_login(make_person: PersonMaker) -> None:
    assert Client().get("/api/v1/docs").status_code == 302
    client = Client()
    client.force_login(make_person("viewer"))
    page = client.get("/api/v1/docs").content.decode()
    assert "https://cdn" not in page  # works without internet
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Tocsin"


def test_every_schema_of_the_description_has_a_name_of_its_own() -> None:
    """Two of one name would be told as one: the second's."""
    described = schema()["components"]["schemas"]
    names = [one.__name__ for one in _schemas(Schema) if one.__module__.startswith("tocsin.")]
    assert [name for name, many in Counter(names).items() if many > 1 and name in described] == []


def test_every_operation_has_a_name_of_its_own_that_stays_when_code_moves() -> None:
    """`<capability>_<function>`: no folder or file is in it."""
    described = schema()["paths"]
    names = Counter(operation["operationId"] for methods in described.values() for operation in methods.values())
    assert [name for name, many in names.items() if many > 1] == []
    assert {"warning_acknowledge", "jurisdiction_me"} <= names.keys()


def _schemas(kind: type[Schema]) -> set[type[Schema]]:
    return {one for below in kind.__subclasses__() for one in (below, *_schemas(below))}


def test_guessing_at_the_login_page_is_braked(make_person: PersonMaker) -> None:
    person = make_person("viewer")
    client = Client()
    codes = [client.post("/login/", {"username": person.username, "password": "guess"}).status_code for _try in range(7)]
    assert codes == [403] * 5 + [429] * 2
    assert client.post("/login/", {"username": person.username, "password": PASSWORD}).status_code == 429


def test_no_input_that_the_description_allows_breaks_the_server(operators_client: Client) -> None:
    """Schemathesis makes calls from the OpenAPI document; none may answer 5xx or what the document does not say.

    What one call has written is there for the next.
    """
    described = schemathesis.openapi.from_dict(schema())
    operations = [one.ok() for one in described.get_all_operations()]
    cases = [one.as_strategy() for one in operations]  # made once: that takes longer than the calls

    @settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(case=st.sampled_from(cases).flatmap(lambda one: one))
    def none_breaks(case: schemathesis.Case) -> None:
        url = case.formatted_path
        body = json.dumps(case.body) if isinstance(case.body, (dict, list)) else ""
        query = case.query or {}
        response = operators_client.generic(case.method, url, body, content_type="application/json", query_params=query)
        told = f"{case.method} {url} {query} {body[:300]}: {response.status_code} {response.content[:300]!r}"
        assert response.status_code < 500, told
        if response.status_code < 400:
            assert str(response.status_code) in case.operation.definition.raw["responses"], told
        else:
            assert set(response.json()) == {"code", "message", "detail"}, told

    none_breaks()


@pytest.fixture
def operators_client(make_person: PersonMaker) -> Client:
    district = build_district(make_person)
    assert list(operations(schema(), district.ids))
    client = Client(raise_request_exception=False)
    client.force_login(district.operator)
    return client
