"""Input that nobody sends by mistake: every operation of the API and every page answers with a refusal, never with a failure."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.accounts import PersonMaker
from tests.api import schema
from tests.jurisdiction.district import District, build_district
from tests.jurisdiction.walk import NOWHERE, Operation, operations, pages, undone

pytestmark = pytest.mark.django_db
type Path = tuple[Any, ...]

NUL, SURROGATE, LONG = "a\0b", "\ud800", "长" * 100_000
VALUES: dict[str, Any] = {
    "long": LONG,
    "huge integer": 10**400,
    "just past int64": 2**63,
    "negative": -(2**31) - 1,
    "1e308": 1e308,
    "infinity": float("inf"),
    "not a number": float("nan"),
    "null": None,
    "list": [[]],
    "object": {"": {}},
    "year 9999": "9999-12-31T23:59:59+14:00",
    "year 1": "0001-01-01T00:00:00-14:00",
    "markup": "<script>alert(1)</script>{{7*7}}{% debug %}",
}
OF_COLUMNS = ("huge integer", "just past int64", "negative", "1e308", "year 9999", "year 1")
OF_TEXTS = {"NUL": NUL, "lone surrogate": SURROGATE}
LARGE_BODIES = {
    "deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep list": b"[" * 200_000,
    "too long": b'"' + b"x" * 2_700_000 + b'"',
}
BODIES = {
    "no JSON": b"{",
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "UTF-16": '{"text": "x"}'.encode("utf-16"),
    "a number": b"1",
    "null": b"null",
    "empty": b"",
    "many digits": b'{"days": ' + b"9" * 10_000 + b"}",
    "NUL": json.dumps({"text": NUL, "reason": NUL}).encode(),
    "lone surrogate": json.dumps({"text": SURROGATE, "reason": SURROGATE, "code": SURROGATE}).encode(),
    "same key twice": b'{"reason": "a", "reason": 1}',
}
KINDS = ("text/plain; charset=nonsense", "multipart/form-data", "application/x-www-form-urlencoded", "", "a/b; =;")
TEXTS = ("", "%00", "-1", "1e400", "9" * 400, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "nan,inf,0,0")
QUERIES = ("page=1e9&q=%ff%ED%A0%80", "page=99999999999999999999&limit=9999999999&offset=-1")


@pytest.fixture
def district(make_person: PersonMaker) -> District:
    return build_district(make_person)


@pytest.fixture
def client(district: District) -> Client:
    """The operator of the place, who may do most things there."""
    client = Client(raise_request_exception=False)
    client.force_login(district.operator)
    return client


def undone_answer(client: Client, method: str, url: str, body: bytes, content_type: str = "application/json") -> HttpResponse:
    with undone():
        return client.generic(method, url, body, content_type=content_type)  # type: ignore[return-value]


def ask(client: Client, method: str, url: str, body: bytes, content_type: str = "application/json") -> int:
    return undone_answer(client, method, url, body, content_type).status_code


def address(operation: Operation, district: District) -> str:
    """With what lies in the district in its path, and something that does not exist where the district has none."""
    return operation.path.format_map(defaultdict(lambda: NOWHERE, district.ids))


def leaves(body: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(body, dict):
        for key, value in body.items():
            yield from leaves(value, (*path, key))
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from leaves(value, (*path, index))
    else:
        yield path


def exchanged(body: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = exchanged(body[path[0]], path[1:], value)
    return copy


def test_values_that_nothing_expects(client: Client, district: District, database: str) -> None:
    """Fields of a body that would be taken hold something else; on PostgreSQL only what a column of it can refuse."""
    values = VALUES if database == "sqlite" else {name: VALUES[name] for name in OF_COLUMNS} | OF_TEXTS
    failed, asked = [], 0
    for operation in operations(schema(), district.ids):
        if operation.body is None or operation.is_form:
            continue
        for name, value in values.items():
            for fields, status in answers(client, operation, address(operation, district), value):
                asked += 1
                if status >= 500:
                    failed.append(f"{operation} {fields} {name}: {status}")
    assert failed == []
    assert asked > 800


def answers(client: Client, operation: Operation, url: str, value: Any) -> Iterator[tuple[list[Path], int]]:
    """All fields hold the value at once, then those that may hold it; each alone where not all were taken together."""

    def exchange(fields: list[Path]) -> HttpResponse:
        body = operation.body
        for path in fields:
            body = exchanged(body, path, value)
        return undone_answer(client, operation.method.upper(), url, json.dumps(body).encode())

    fields = list(leaves(operation.body))
    answer = exchange(fields)
    yield fields, answer.status_code
    if answer.status_code == 422:
        allowed = [path for path in fields if not is_refused(path, answer)]
        if not allowed:
            return
        if allowed != fields:
            fields, answer = allowed, exchange(allowed)
            yield fields, answer.status_code
    if answer.status_code >= 400 and len(fields) > 1:
        yield from (([path], exchange([path]).status_code) for path in fields)


def is_refused(path: Path, answer: HttpResponse) -> bool:
    """Whether the answer names that field, a part of it, or what it is a part of."""
    place = ".".join(map(str, path)) + "."
    for one in json.loads(answer.content)["detail"] or ():
        named = ".".join(one["where"].split(".")[2:]) + "."
        if named != "." and (named.startswith(place) or place.startswith(named)):
            return True
    return False


@pytest.mark.one_database
def test_bodies_that_are_none(client: Client, district: District) -> None:
    """Those of megabytes are read before an operation is asked, the same way for all: they go to a few."""
    failed = []
    writes = [one for one in operations(schema(), district.ids) if one.method != "get"]
    for number, operation in enumerate(writes):
        url = address(operation, district)
        for name, body in {**BODIES, **(LARGE_BODIES if number % 20 == 0 else {})}.items():
            if (status := ask(client, operation.method.upper(), url, body)) >= 500:
                failed.append(f"{operation} {name}: {status}")
        kinds = {kind: ask(client, operation.method.upper(), url, b"a=1", kind) for kind in KINDS}
        failed += [f"{operation} {kind}: {status}" for kind, status in kinds.items() if status >= 500]
    assert failed == []


def test_queries_that_nothing_expects(client: Client, district: District) -> None:
    """Every parameter that the description names, and some that it does not, with every text that a URL can carry."""
    failed = []
    described = schema()
    for operation in operations(described, district.ids):
        if operation.method != "get":
            continue
        url = address(operation, district)
        parameters = described["paths"][operation.path]["get"].get("parameters", [])
        named = [one["name"] for one in parameters if one["in"] == "query"]
        queries = [*QUERIES, *(f"{name}={text}" for name in named for text in TEXTS)]
        answers = {query: ask(client, "GET", f"{url}?{query}", b"") for query in queries}
        failed += [f"{operation} {query[:60]}: {status}" for query, status in answers.items() if status >= 500]
    assert failed == []


FIELDS = ("name", "text", "reason", "code", "days", "username", "until", "region_code", "value", "note", "page", "level")


@pytest.mark.one_database
def test_forms_that_no_page_shows(client: Client, district: District) -> None:
    """Each field of a form gets another value each time, so that a few forms hold them all."""
    texts = [str(value).encode("utf-8", "surrogatepass").decode("latin-1") for value in (*VALUES.values(), SURROGATE)]
    forms: list[Any] = [dict(zip(FIELDS, texts[start:] + texts, strict=False)) for start in range(0, len(texts), 7)]
    forms += [{"text": NUL}, {"file": SimpleUploadedFile("../../etc/passwd\0.svg", b"<svg onload=alert(1)>")}]
    failed = []
    for page in pages(district.ids):
        if page in ("/live/", "/login/", "/logout/"):
            continue
        tried: list[tuple[str, str, Any]] = [("GET", f"{page}?{query}", None) for query in QUERIES]
        tried += [("POST", page, form) for form in forms]
        for method, url, fields in tried:
            with undone():
                response = client.get(url) if method == "GET" else client.post(url, fields)
            if response.status_code >= 500:
                failed.append(f"{method} {url} {str(fields)[:60]}: {response.status_code}")
    assert failed == []
