"""What every page says to the browser: nothing inline, nothing from elsewhere, nothing kept, nothing framed."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, override_settings

from tests.accounts import PASSWORD, PersonMaker
from tests.jurisdiction.district import District, build_district
from tests.jurisdiction.walk import pages

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FORBIDDEN = {
    "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "inline style": r"<style|\sstyle=",
    "handler in an attribute": r"<[^>]+\son[a-z]+=",
    "address that is a program": r"javascript:",
    "something from elsewhere": r"(?:src|srcset|action|formaction)=[\"'](?:https?:)?//|<link[^>]+href=[\"'](?:https?:)?//",
    "a window that reaches back": r"target=[\"']_blank[\"'](?![^>]*noopener)",
}
HEADERS = {
    "Content-Security-Policy": r"default-src '(self|none)'; .*frame-ancestors 'none'",
    "X-Content-Type-Options": r"nosniff$",
    "X-Frame-Options": r"DENY$",
    "Referrer-Policy": r"(same-origin|no-referrer)$",
    "Cross-Origin-Opener-Policy": r"same-origin$",
    "Permissions-Policy": r".*microphone=\(\)",
    "Cache-Control": r".*(no-store|private|no-cache)",  # no-cache: what is the same for everybody
}

FOR_EVERYBODY = {
    "/hazard/keys.json": {
        "Access-Control-Allow-Origin"
    },  # public keys: whoever proves a receipt on a page of their own reads them
    "/hazard/figures/data.json": {"Access-Control-Allow-Origin", "Cache-Control"},  # published figures, for any page
    "/hazard/figures/feed.atom": {"Cache-Control"},
    "/w/areas.geojson": {"Cache-Control"},
    "/w/feed.atom": {"Cache-Control"},
}
"""Published, the same for all; what these answers may say that no other may."""


@pytest.fixture
def district(make_person: PersonMaker) -> District:
    return build_district(make_person)


def answers(district: District) -> Iterator[tuple[str, HttpResponse]]:
    """Every page as a stranger and as somebody of the place gets it; refusals and errors among them."""
    stranger, operator = Client(raise_request_exception=False), Client(raise_request_exception=False, enforce_csrf_checks=True)
    operator.force_login(district.operator)
    addresses = [*pages(district.ids), "/no/such/page/", "/api/v1/docs", "/api/v1/openapi.json", "/api/v1/warning/alarms"]
    for client in (stranger, operator):
        for page in addresses:
            if page == "/logout/":
                continue
            for method in ("GET", "POST"):
                response = client.generic(method, page)
                if not isinstance(response, StreamingHttpResponse):
                    yield f"{method} {page} {response.status_code}", response  # type: ignore[misc]


def test_every_answer_is_closed_to_what_is_foreign(district: District) -> None:
    wrong = []
    shown = 0
    for told, response in answers(district):
        open_to_all = FOR_EVERYBODY.get(told.split()[1], set())
        if response.status_code >= 500:
            wrong.append(told)
        for name, pattern in HEADERS.items():
            if name not in open_to_all and not re.match(pattern, response.headers.get(name, "")):
                wrong.append(f"{told}: {name} is {response.headers.get(name)}")
        if opened := [name for name in response.headers if name.startswith("Access-Control-") and name not in open_to_all]:
            wrong.append(f"{told}: {opened}")
        if "unsafe" in response.headers["Content-Security-Policy"]:
            wrong.append(f"{told}: unsafe")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            shown += 1
            text = response.content.decode()
            wrong += [f"{told}: {name}" for name, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert wrong == []
    assert shown > 40


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "\thttps://evil.example",
    "http:///evil.example",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_leads_elsewhere(target: str, make_person: PersonMaker) -> None:
    """Sign-in and the choice of language go back to where one was, on this site only."""
    person = make_person("viewer")
    client = Client()
    answer = client.post("/language/", {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"
    answer = client.post(f"/login/?next={target}", {"username": person.username, "password": PASSWORD, "next": target})
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]
    answer = client.get("/login/", {"next": target})
    assert "evil" not in answer.headers.get("Location", "")


def test_cookies_are_for_this_site_and_not_for_scripts(make_person: PersonMaker) -> None:
    person = make_person("viewer")
    client = Client()
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True, SECURE_HSTS_SECONDS=31536000):
        client.get("/login/", secure=True)
        answer = client.post("/login/", {"username": person.username, "password": PASSWORD}, secure=True)
    session = client.cookies["sessionid"]
    assert (session["httponly"], session["secure"], session["samesite"], session["domain"]) == (True, True, "Lax", "")
    assert client.cookies["csrftoken"]["samesite"] == "Lax"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_foreign_form_is_refused_as_a_page(make_person: PersonMaker) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    client.force_login(make_person("viewer"))
    answer = client.post("/account/password/", {"new": "x"})
    assert answer.status_code == 403
    assert "another site" in answer.content.decode()


def test_an_address_of_forms_tells_so_when_it_is_opened(make_person: PersonMaker) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(make_person("system_administrator"))
    answer = client.get("/organisations/usual/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "only takes what a form sends" in answer.content.decode()
    assert client.head("/organisations/usual/").content == b""
