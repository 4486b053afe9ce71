"""The shipped nginx configuration, run for real: sign-in, API and live updates through it; headers that lie."""

import http.client
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.deploy.behind_nginx import PASSWORD, BehindNginx, Browser

pytestmark = [pytest.mark.nginx, pytest.mark.one_database]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BehindNginx]:
    site = BehindNginx(tmp_path_factory.mktemp("site"))
    yield site
    site.stop()


def failures(site: BehindNginx) -> list[str]:
    """The addresses that the brake has counted, oldest first."""
    with closing(sqlite3.connect(site.folder / "data/tocsin.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT address FROM jurisdiction_loginfailure ORDER BY id")]


def sign_in(browser: Browser, password: str, headers: dict[str, str] | None = None) -> int:
    browser.get("/login/")
    status, _headers, _text = browser.post("/login/", {"username": "viewer", "password": password}, headers)
    return status


def test_plain_http_is_sent_to_https(site: BehindNginx) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.plain_port, timeout=10)
    connection.request("GET", "/alarms/", headers={"Host": "localhost"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/alarms/")
    answer.read()
    connection.request("GET", "/api/v1/jurisdiction/me", headers={"Host": "localhost"})
    assert connection.getresponse().status == 403  # a program learns at once that it spoke in the clear


def test_a_person_signs_in_and_works(site: BehindNginx) -> None:
    browser = Browser(site)
    status, headers, _text = browser.get("/login/")
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert sign_in(browser, PASSWORD) == 302
    assert browser.get("/alarms/")[0] == 200
    assert {one.partition("=")[0] for one in browser.set_cookies} >= {"__Host-sessionid", "__Host-csrftoken"}
    assert all("Secure" in one for one in browser.set_cookies), browser.set_cookies


def test_a_program_asks_the_api(site: BehindNginx) -> None:
    status, headers, text = Browser(site).get("/api/v1/jurisdiction/me", {"Authorization": f"Bearer {site.token}"})
    assert (status, json.loads(text)["person"]["username"]) == (200, "viewer")
    assert "Server" not in headers or headers["Server"] == "nginx"


def test_live_updates_come_at_once(site: BehindNginx) -> None:
    """The clock is told once a second, in some fifty bytes: a proxy that keeps parts back would bring nothing for minutes."""
    connection = site.connect()
    connection.request("GET", "/live/", headers={"Authorization": f"Bearer {site.token}"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    began, came = time.monotonic(), 0
    while came < 3:
        came += answer.readline().startswith(b"event: time")
    connection.close()
    assert time.monotonic() - began < 30


def test_the_brake_counts_the_true_address(site: BehindNginx) -> None:
    lie = {"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"}
    before = len(failures(site))
    assert sign_in(Browser(site, source="127.0.0.2"), "guess", lie) != 302
    assert sign_in(Browser(site, source="127.0.0.3"), "guess") != 302
    assert failures(site)[before:] == ["127.0.0.2", "127.0.0.3"]


def test_who_is_no_trusted_proxy_is_not_believed(site: BehindNginx) -> None:
    """Past the proxy, from an address that is not in TOCSIN_TRUSTED_PROXIES."""
    before = len(failures(site))
    lie = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    browser = Browser(site, source="127.0.0.4", direct=True)
    status, headers, _text = browser.get("/login/", lie)
    assert status == 200
    assert "Strict-Transport-Security" not in headers  # it does not take the request for HTTPS
    assert sign_in(browser, "guess", lie) != 302
    assert failures(site)[before:] == ["127.0.0.4"]


def test_a_body_without_end_is_not_read(site: BehindNginx) -> None:
    """Past nginx's limit at once, past Tocsin's own when it comes in pieces."""
    connection = site.connect()
    connection.putrequest("POST", "/login/")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection = site.connect(direct=True)
    connection.putrequest("POST", "/login/")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    for _piece in range(2):
        connection.send(b"80000\r\n" + b"x" * 0x80000 + b"\r\n")
    assert connection.getresponse().status == 413


def test_a_stranger_who_tries_and_tries_is_slowed_down(site: BehindNginx) -> None:
    browser = Browser(site, source="127.0.0.5")
    assert 429 in [browser.get("/login/")[0] for _try in range(40)]


GUESSED = {
    "a one-time link": ("/n/guess/", "203.0.113.6"),
    "a printed code": ("/q/guess", "203.0.113.7"),
    "is it well?": ("/health/", "203.0.113.8"),
}


@pytest.mark.parametrize(("path", "address"), GUESSED.values(), ids=GUESSED)
def test_what_opens_to_strangers_bears_few_tries(site: BehindNginx, path: str, address: str) -> None:
    browser = Browser(site, source="127.0.0.6")
    seen = [browser.get(path, {"X-Test-Address": address})[0] for _try in range(75)]
    assert seen[0] in (200, 404)
    assert 429 in seen


def test_an_ipv6_line_is_one_and_its_neighbour_another(site: BehindNginx) -> None:
    """Who has a /64 has 2^64 addresses; all of them share one budget."""
    browser = Browser(site, source="127.0.0.7")
    line = [browser.get("/login/", {"X-Test-Address": f"2001:db8:1:2::{number:x}"})[0] for number in range(40)]
    assert line[0] == 200
    assert 429 in line
    assert browser.get("/login/", {"X-Test-Address": "2001:db8:1:3::1"})[0] == 200
