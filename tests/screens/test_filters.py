"""Every list: what it opens with is no filter that its reader set, and without rows it says what makes some appear."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from django.test import RequestFactory
from django.urls import get_resolver

from tests.people import QINGDAO, make_named_person, signed_in
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.rules import Role
from tocsin.screens.lists.empty import EmptyState, Nothing, nothing_in

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Chosen:
    """The filters of a list that opens with what is open."""

    state: str = "open"
    search: str = ""


class Filters(HTMLParser):
    """The choices of a page's filters: for each its name, the value that is chosen, and the one with which the list opens."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.choices: list[tuple[str, str, str]] = []
        self._inside = False
        self._select: tuple[str, str | None] | None = None
        self._options: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._inside = told.get("class") == "filters" and told.get("method") == "get"
        elif tag == "select" and self._inside and told.get("name") not in ("sort", None):
            self._select, self._options = (told["name"] or "", told.get("data-opens-with")), []
        elif tag == "option" and self._select:
            self._options.append((told.get("value") or "", "selected" in told))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select and self._options:
            name, opens = self._select
            chosen = next((value for value, selected in self._options if selected), self._options[0][0])
            self.choices.append((name, chosen, self._options[0][0] if opens is None else opens))
            self._select = None
        elif tag == "form":
            self._inside = False


FIGURES = {
    *("/hazard-reports/figures/", "/hit-rates/", "/points/", "/quality/", "/quality/months/rows/", "/replay/", "/rosters/"),
    *("/inspections/gaming/", "/supplies/levels/"),
}
"""Pages of figures, a week and a form: none is one list that a reader fills."""


@pytest.fixture
def everybody() -> "Client":
    """The browser of a person with every role."""
    person = make_named_person("everybody", "duty_officer", region=QINGDAO)
    for role in Role:
        Grant.objects.get_or_create(user=person, role=role, region_code=QINGDAO)
    return signed_in(person)


def lists(client: "Client") -> Iterator[tuple[str, str]]:
    """Every page that needs nothing in its address, and shows filters."""
    for name, patterns in get_resolver().reverse_dict.lists():
        for possibilities, *_rest in patterns:
            path, parameters = possibilities[0]
            if isinstance(name, str) and not parameters:
                answer = client.get("/" + path)
                if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                    page = answer.content.decode()
                    if 'class="filters"' in page:
                        yield "/" + path, page


def test_every_list(everybody: "Client") -> None:
    """None opens with a filter counted but its region, which may be the reader's own; each says more than that it is empty, and
    how filters that hide everything are cleared.
    """
    opened = dict(lists(everybody))
    assert len(opened) > 50
    counted = {
        path: [one for one in Filters(page).choices if one[1] != one[2] and one[0] != "region"] for path, page in opened.items()
    }
    assert {path: choices for path, choices in counted.items() if choices} == {}
    empty = {path: page for path, page in opened.items() if 'class="empty"' in page and path not in FIGURES}
    assert {path for path, page in empty.items() if 'class="nothing"' not in page} == set()
    narrowed = {
        path: everybody.get(path, {"search": "nothing of this", "q": "nothing of this"}).content.decode() for path in empty
    }
    assert {path for path, page in narrowed.items() if f'href="{path}?page=1"' not in page} == set()


STATE = EmptyState("Rows are made elsewhere.", link="Make one", to="new_case", may="may_make", over="state=all")


@pytest.mark.parametrize(
    ("query", "context", "expected"),
    [
        ("", {"may_make": True}, Nothing("", STATE.words, "Make one", "/cases/new/", "/x/?state=all")),
        ("", {}, Nothing("", STATE.words, "", "", "/x/?state=all")),
        ("sort=-name&page=2&state=open", {"chosen": Chosen()}, Nothing("", STATE.words, "", "", "/x/?state=all")),
        ("state=closed", {"chosen": Chosen("closed")}, Nothing("/x/?page=1")),
        ("state=open&search=+", {"chosen": Chosen()}, Nothing("", STATE.words, "", "", "/x/?state=all")),
    ],
)
def test_what_an_empty_list_says(query: str, context: dict[str, Any], expected: Nothing) -> None:
    assert nothing_in(RequestFactory().get(f"/x/?{query}"), STATE, context) == expected
