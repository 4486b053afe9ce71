"""The same for pages: every address of the URL map, asked and posted to from another city."""

import re
from collections.abc import Iterator

import pytest
from django.http import StreamingHttpResponse
from django.urls import get_resolver

from tests.accounts import PersonMaker
from tests.jurisdiction.district import District, build_district, people_elsewhere, people_of_another_body
from tests.jurisdiction.walk import MARK, WORDS, Askers, Rows, learnt, signed_in, undone
from tocsin.jurisdiction.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


COMMON_KNOWLEDGE = (
    *("/sensing/", "/sensorthings/", "/lifelines/", "/organisations/", "/rosters/", "/phone-book/", "/map/", "/works/"),
    "/supplies/items/",  # one catalogue for the whole installation
)
"""Networks, sensors, and bodies with who answers there: without the names of persons."""

FOR_EVERYBODY = re.compile(r"/inspections/draws/[^/]+/check/|/supplies/requisitions/$")
"""Published to be repeated by anybody: names objects, no person. Whose property may be requisitioned: the form names bodies."""

ONES_OWN = ("/login/", "/logout/", "/language/", "/account/", "/health/")


def addresses(district: District) -> Iterator[str]:
    """Every page with what lies in Licang in its path; KeyError names a parameter that the walk must learn."""
    for name, patterns in get_resolver().reverse_dict.lists():
        if isinstance(name, str):
            for possibilities, *_rest in patterns:
                path, parameters = possibilities[0]
                known = learnt(path, district.ids)
                known["name"] = WORDS["paper" if "/papers/" in path else "name"]
                yield "/" + path % {one: str(known[one]) for one in parameters}


def walk_pages(district: District, users: Askers[User], common: tuple[str, ...] = ()) -> None:
    """Asks for and posts to every page: nothing of the district is shown, but on pages of common knowledge, nothing written.

    A page that answers the first of them that it takes no such method is not asked so by the others: that is said of the address
    (`require_http_methods`), before any view looks at a person.
    """
    clients = Askers(*(tuple((one.username, signed_in(one)) for one in some) for some in (users.always, users.in_turn)))
    before = Rows.that_stand()
    pages = [one for one in addresses(district) if not one.startswith(ONES_OWN)]
    assert len(pages) > 20
    for number, page in enumerate(pages):
        untaken = set[str]()
        for username, client in clients.of(number):
            for method in ("GET", "POST"):
                if method in untaken:
                    continue
                told = f"{method} {page} by {username}"
                with undone() as written:
                    response = client.generic(method, page)
                    assert response.status_code < 500, told
                    if response.status_code == 405:
                        untaken.add(method)
                    if not isinstance(response, StreamingHttpResponse):  # live updates have tests of their own
                        text = response.content.decode(errors="replace")
                        assert f"{MARK}." not in text, told  # the name of a person
                        assert page.startswith(common) or FOR_EVERYBODY.match(page) or MARK not in text, told
                    assert before.after(written) == before, told


def test_no_page_shows_or_changes_what_lies_elsewhere(make_person: PersonMaker) -> None:
    district = build_district(make_person)
    walk_pages(district, people_elsewhere(make_person))


def test_no_page_shows_or_changes_what_is_another_bodys(make_person: PersonMaker) -> None:
    district = build_district(make_person)
    walk_pages(district, people_of_another_body(make_person), COMMON_KNOWLEDGE)
