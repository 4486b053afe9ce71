"""A list as a page, as its part for htmx, and as a file."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from tocsin.screens.lists.page import PAGE_SIZE, list_file, list_page

TEMPLATE = """{% partialdef rows inline %}{% for row in rows %}{{ row.name }},{% endfor %}{% endpartialdef %}\
of {{ page.paginator.count }} {{ extra }}"""


@pytest.fixture(autouse=True)
def _template() -> Iterator[None]:
    loaders = [("django.template.loaders.locmem.Loader", {"list.html": TEMPLATE})]
    engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}
    with override_settings(TEMPLATES=[engine]):
        yield


def get(query: str = "", *, htmx: bool = False) -> HttpRequest:
    request = RequestFactory().get(f"/?{query}")
    request.htmx = htmx  # type: ignore[attr-defined]
    return request


def describe(number: int) -> dict[str, object]:
    return {"name": f"n{number}", "number": number, "even": number % 2 == 0}


def test_a_page_and_its_part() -> None:
    rows = list(range(5))
    page = list_page(get("page=2"), rows, "list.html", describe=describe, context={"extra": "more"}, per_page=2)
    assert page.content == b"n2,n3,of 5 more"
    part = list_page(get("page=3", htmx=True), rows, "list.html", describe=describe, per_page=2)
    assert part.content == b"n4,"
    whole = list_page(
        get("page=none"), rows, "list.html", describe_page=lambda page: [{"name": len(page)}], per_page=2, status=400
    )
    assert (whole.content, whole.status_code) == (b"2,of 5 ", 400)


def test_a_file_of_all_rows() -> None:
    rows = range(3)
    assert list_file(get(), rows, "numbers", ("name", "even"), describe) is None
    file = list_file(get("format=csv"), rows, "numbers", ("name", "even"), describe)
    assert file is not None
    assert file.content.decode("utf-8-sig").split() == ["name,even", "n0,1", "n1,0", "n2,1"]
    assert 'filename="numbers.csv"' in file.headers["Content-Disposition"]


def test_pages_hold_fifty_rows_where_nothing_else_is_said() -> None:
    assert PAGE_SIZE == 50
