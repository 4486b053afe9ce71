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
from tests.jurisdiction.walk import NOWHERE, Operation, operations, pages, signed_in, undone

pytestmark = pytest.mark.django_db
type Path = tuple[Any, ...]
JSON = "application/json"

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
UNREADABLE = {
    "no JSON": b"{",
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "UTF-16": '{"text": "x"}'.encode("utf-16"),
    "many digits": b'{"days": ' + b"9" * 10_000 + b"}",
}
BODIES = {
    "a number": b"1",
    "null": b"null",
    "empty": b"",
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
    return signed_in(district.operator)


def undone_answer(client: Client, method: str, url: str, body: bytes, content_type: str = JSON) -> HttpResponse:
    with undone():
        return client.generic(method, url, body, content_type=content_type)  # type: ignore[return-value]


def ask(client: Client, method: str, url: str, body: bytes, content_type: str = JSON) -> int:
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
    """Fields of a body that would be taken hold something else; on PostgreSQL only what a column of it can refuse.

    All of them together hold every third value, the next ones at the next operation and all at every twentieth; each alone holds
    one. `make fuzz` asks with any value.
    """
    values = VALUES if database == "sqlite" else {name: VALUES[name] for name in OF_COLUMNS} | OF_TEXTS
    failed, asked = [], 0
    for number, operation in enumerate(operations(schema(), district.ids)):
        if operation.body is None or operation.is_form:
            continue
        alone = dict(in_turn(values, number))
        for place, (name, value) in enumerate(values.items()):
            if number % 20 and (place + number) % 3:
                continue
            for fields, status in answers(client, operation, address(operation, district), value, each=name in alone):
                asked += 1
                if status >= 500:
                    failed.append(f"{operation} {fields} {name}: {status}")
    assert failed == []
    assert asked > 800


def answers(client: Client, operation: Operation, url: str, value: Any, *, each: bool) -> Iterator[tuple[list[Path], int]]:
    """All fields hold the value at once, then those that may hold it; `each` alone where not all were taken together."""

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
    if each and answer.status_code >= 400 and len(fields) > 1:
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
    """An operation that takes a body gets all of them. What is no JSON, or megabytes, is refused by the one reader of all bodies
    before an operation is asked: one of these goes to each, in turn, and all to a few. An operation that takes no body, and is
    seen to read none, gets one.
    """
    failed = []
    writes = [one for one in operations(schema(), district.ids) if one.method != "get"]
    for number, operation in enumerate(writes):
        for name, body, kind in bodies_for(client, operation, address(operation, district), number):
            if (status := ask(client, operation.method.upper(), address(operation, district), body, kind)) >= 500:
                failed.append(f"{operation} {name}: {status}")
    assert failed == []


def bodies_for(client: Client, operation: Operation, url: str, number: int) -> Iterator[tuple[str, bytes, str]]:
    """Each with its name and its kind. `number` is the operation's own."""
    yield "no JSON", b"{", JSON
    if operation.body is None and not is_read(client, operation, url):
        return
    for name, body in (
        in_turn(UNREADABLE, number) + list(BODIES.items()) + (list(LARGE_BODIES.items()) if number % 20 == 0 else [])
    ):
        yield name, body, JSON
    for _number, kind in in_turn(dict(enumerate(KINDS)), number):
        yield kind, b"a=1", kind


def is_read(client: Client, operation: Operation, url: str) -> bool:
    """Whether anybody on the server looks at a body that is sent to this operation."""
    sent = ((b"{", JSON), (b"a=1", "application/x-www-form-urlencoded"))
    return any(undone_answer(client, operation.method.upper(), url, *one).wsgi_request._read_started for one in sent)  # type: ignore[attr-defined]


def in_turn[K, V](table: dict[K, V], number: int) -> list[tuple[K, V]]:
    """One line of a table, the next one for the next number; for every twentieth number the whole table."""
    lines = list(table.items())
    return lines if number % 20 == 0 else [lines[number % len(lines)]]


def test_queries_that_nothing_expects(client: Client, district: District) -> None:
    """Every parameter that the description names, and some that it does not, with texts that a URL can carry, three in turn,
    and every one at each twentieth operation: all parameters at once, as the fields of a body are, and each alone with one.
    """
    failed = []
    described = schema()
    for number, operation in enumerate(operations(described, district.ids)):
        if operation.method != "get":
            continue
        url = address(operation, district)
        parameters = described["paths"][operation.path]["get"].get("parameters", [])
        texts = [TEXTS[(number + more) % len(TEXTS)] for more in range(3)] if number % 20 else TEXTS
        named = [one["name"] for one in parameters if one["in"] == "query"]
        alone = [f"{name}={TEXTS[place % len(TEXTS)]}" for place, name in enumerate(named) if len(named) > 1]
        asked = [(query, ask(client, "GET", f"{url}?{query}", b"")) for query in (*QUERIES, *alone)]
        asked += [one for text in texts if named for one in answers_to_queries(client, url, named, text)]
        failed += [f"{operation} {query[:60]}: {status}" for query, status in asked if status >= 500]
    assert failed == []


def answers_to_queries(client: Client, url: str, names: list[str], text: str) -> Iterator[tuple[str, int]]:
    """All parameters hold the text, then those that may hold it; each alone where not all were taken together."""
    query = "&".join(f"{name}={text}" for name in names)
    answer = undone_answer(client, "GET", f"{url}?{query}", b"")
    yield query, answer.status_code
    if answer.status_code < 400 or len(names) == 1:
        return
    refused = (
        {one["where"].rsplit(".", 1)[-1] for one in json.loads(answer.content)["detail"] or ()}
        if answer.status_code == 422
        else {}
    )
    allowed = [name for name in names if name not in refused]
    for inner in [allowed] if 0 < len(allowed) < len(names) else [[name] for name in allowed]:
        yield from answers_to_queries(client, url, inner, text)


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
        unknown = set[str]()
        for method, url, fields in tried:
            if method in unknown:
                continue
            with undone():
                response = client.get(url) if method == "GET" else client.post(url, fields)
            if response.status_code == 405:
                unknown.add(method)  # whatever is sent this way, no view looks at it
            if response.status_code >= 500:
                failed.append(f"{method} {url} {str(fields)[:60]}: {response.status_code}")
    assert failed == []
