"""Servers that misbehave: each is refused with a sentence that says what is wrong, within its bounds."""

import gzip
import io
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.atlas.connectors.server import Asked, Department, raw
from tests.ports import free_port
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services import outgoing
from tocsin.federation.services.downloads import Limits, download, refusal_of

HERE = ("127.0.0.0/8",)
HEAD = b"HTTP/1.1 200 OK\r\n"


def bring(url: str, *, most: int = 1_000_000, seconds: float = 10.0, networks: tuple[str, ...] = HERE, **given: object) -> bytes:
    into = io.BytesIO()
    download(url, into, Limits(most, time.monotonic() + seconds, networks), headers={}, **given)  # type: ignore[arg-type]
    return into.getvalue()


def drip(talk: socket.socket) -> None:
    talk.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
    while True:
        talk.sendall(b"a")
        time.sleep(0.05)


def endless(talk: socket.socket) -> None:
    talk.sendall(HEAD + b"\r\n")
    while True:
        talk.sendall(b"a" * 65_536)


def silent(talk: socket.socket) -> None:
    talk.recv(1)


def promises_more(talk: socket.socket) -> None:
    talk.sendall(HEAD + b"Content-Length: 1000\r\n\r\na,b\n")


def no_http(talk: socket.socket) -> None:
    talk.sendall(b"220 ready for orders\r\n")


def bomb(talk: socket.socket) -> None:
    talk.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(50_000_000)))


def no_gzip(talk: socket.socket) -> None:
    talk.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\na,b\n1,2\n")


def half_gzip(talk: socket.socket) -> None:
    talk.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"a,b\n" * 100)[:-12])


def strange_packing(talk: socket.socket) -> None:
    talk.sendall(HEAD + b"Content-Encoding: br\r\n\r\nabc")


@pytest.mark.parametrize(
    ("speak", "words"),
    [
        (drip, "did not finish in time"),
        (silent, "did not finish in time"),
        (endless, "sends more than 1.0 MB"),
        (bomb, "sends more than 1.0 MB"),
        (promises_more, "broke off before all was there"),
        (no_http, "broke off before all was there"),
        (no_gzip, "says that its answer is packed, and it is not"),
        (half_gzip, "breaks off before its end"),
        (strange_packing, "packs its answer as br"),
    ],
)
def test_a_server_that_misbehaves_is_refused_in_words(speak: Callable[[socket.socket], None], words: str) -> None:
    seconds = 0.4 if speak in (drip, silent) else 10.0
    with raw(speak) as url, pytest.raises(Unreadable, match=words):
        bring(url, seconds=seconds)


def test_what_is_packed_comes_unpacked(there: Department) -> None:
    there.put("/a.csv", gzip.compress(b"a,b\n1,2\n"), Content_Encoding="gzip")
    assert bring(f"{there.url}/a.csv") == b"a,b\n1,2\n"


def test_a_trial_is_cut_and_not_refused() -> None:
    with raw(endless) as url:
        assert len(bring(url, most=70_000, may_cut=True)) == 70_000


def test_nobody_listens() -> None:
    with pytest.raises(Unreadable, match="refuses the connection at port"):
        bring(f"http://127.0.0.1:{free_port()}/")


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(Unreadable, match=r"the name nowhere\.invalid is not known"):
        bring("http://nowhere.invalid/a.csv")


def test_a_server_without_encryption_is_no_https(there: Department) -> None:
    with pytest.raises(Unreadable, match=r"certificate of 127\.0\.0\.1 is not accepted"):
        bring(there.url.replace("http:", "https:") + "/")


INSIDE = ["127.0.0.1", "localhost", "10.1.2.3", "0.0.0.0", "2130706433"]  # noqa: S104
INSIDE_V6 = ["[::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]"]


@pytest.mark.parametrize("host", [*INSIDE, *INSIDE_V6])
def test_addresses_inside_are_refused_unless_policy_names_their_network(host: str) -> None:
    with pytest.raises(Unreadable, match="an address inside"):
        bring(f"http://{host}:9/", networks=())


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.1.1]", "100.100.100.200"])
def test_where_machines_tell_their_keys_nobody_is_sent_to_an_administrator(host: str) -> None:
    with pytest.raises(Unreadable, match="where machines tell their keys"):
        bring(f"http://{host}:9/", networks=())


def test_a_redirect_inside_is_refused_as_the_address_itself_would_be(there: Department) -> None:
    there.put("/a", b"", 302, Location="http://169.254.169.254/latest/meta-data/")
    with pytest.raises(Unreadable, match=r"169\.254\.169\.254, where machines tell their keys"):
        bring(f"{there.url}/a")


def test_a_redirect_is_followed_a_few_times(there: Department) -> None:
    there.put("/a", b"", 302, Location="/b")
    there.put("/b", b"", 308, Location="c")
    there.put("/c", b"here")
    there.put("/round", b"", 302, Location="/round")
    assert bring(f"{there.url}/a") == b"here"
    with pytest.raises(Unreadable, match="leads on to another one more than 5 times"):
        bring(f"{there.url}/round")


def test_a_secret_goes_to_the_first_origin_alone(there: Department) -> None:
    """Another port is another origin: the redirect is followed, and the secret stays behind."""
    seen: list[bytes] = []

    def listen(talk: socket.socket) -> None:
        seen.append(b"asked")
        talk.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")

    with raw(listen) as other:
        there.put("/a", b"", 302, Location=other)
        there.answers["/b"] = lambda asked: (200, {}, asked.headers.get("authorization", "none").encode())
        there.put("/own", b"", 302, Location="/b")
        secret = {"Authorization": "Bearer secret"}
        assert bring(f"{there.url}/a", secret_headers=secret) == b"ok"
        assert bring(f"{there.url}/own", secret_headers=secret) == b"Bearer secret"
        assert bring(f"{there.url}/b", secret_headers=secret, origin=other) == b"none"
    assert seen == [b"asked"]


def test_a_name_is_resolved_once(there: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at the second look (DNS rebinding) is asked once, and its checked address connected to."""
    port, looked = int(there.url.rsplit(":", 1)[1]), list[str]()
    real = socket.getaddrinfo

    def rebinding(host: str, *given: object, **named: object) -> object:
        if host != "data.example.org":
            return real(host, *given, **named)  # type: ignore[arg-type]
        looked.append(host)
        address = "127.0.0.1" if len(looked) == 1 else "10.9.9.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", rebinding)
    there.answers["/a"] = lambda asked: (200, {}, asked.headers["host"].encode())
    assert bring(f"http://data.example.org:{port}/a") == f"data.example.org:{port}".encode()
    assert looked == ["data.example.org"]


def test_odd_addresses_are_asked_as_they_are_meant(there: Department) -> None:
    def told(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, repr(asked.query).encode()

    there.answers["/%E5%AD%A6%E6%A0%A1"] = told
    assert bring(f"{there.url}/学校?区=李沧") == repr({"区": ["李沧"]}).encode()
    for url in ("ftp://a.cn/x", "http://", "no address", "http://a.cn:99999/"):
        with pytest.raises(Unreadable, match="no address that can be asked"):
            bring(url)


def test_statuses_have_words() -> None:
    for status, words in ((401, "refuses this login"), (404, "nothing at this address"), (503, "trouble"), (400, "question")):
        assert words in str(refusal_of(status))


def test_encryption_is_verified() -> None:
    """A context that trusts nobody else is what connections are made with."""
    pool = outgoing.pool_to("https", "203.0.113.1", 443, "data.example.org", "")
    context = pool.conn_kw["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    with suppress(OSError):
        pool.close()
