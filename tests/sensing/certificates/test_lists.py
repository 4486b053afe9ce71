"""What makers have revoked: lists given and fetched, certificates marked by them, what is told, pages."""

import base64
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ReasonFlags
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.languages import english as english
from tests.people import make_person
from tests.sensing.certificates.making import Made, list_of, made
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.notices.face import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.certificates import queries
from tocsin.sensing.certificates.models import CertificateAuthority, DeviceCertificate, ListSource, RevocationList
from tocsin.sensing.certificates.policy import CERTIFICATES
from tocsin.sensing.certificates.rules.judging import Verdict, judge
from tocsin.sensing.certificates.rules.reading import facts_of
from tocsin.sensing.certificates.rules.revocation import CERTIFICATE_LISTS
from tocsin.sensing.certificates.services import certificates as services
from tocsin.sensing.certificates.services.authorities import enter_authority, make_authority, withdraw_authority
from tocsin.sensing.certificates.services.lists import fetch_lists, set_list_source, take_list
from tocsin.sensing.certificates.services.telling import tell_overdue_lists
from tocsin.sensing.certificates.services.uses import Use, record_uses
from tocsin.sensing.certificates.shown import describe_certificate, list_page, list_texts
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.rules import NewDevice
from tocsin.sensing.devices.services.registering import register_many

LICANG, YANTAI = "370213", "370602"
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAKER = made("Maker", authority=True)
ONE, TWO = made("well-1", by=MAKER), made("well-2", by=MAKER)


@pytest.fixture
def keeper(db: None) -> Any:
    ensure_regions()
    return make_person("rule_engineer", LICANG)


@pytest.fixture
def maker(keeper: Any) -> CertificateAuthority:
    register_many(actor=keeper, devices=[NewDevice(code=code, region_code=LICANG) for code in ("well-1", "well-2")], sensors=[])
    return enter_authority(actor=keeper, name="Maker", region_code=LICANG, content=MAKER.pem.encode(), now=NOW)


def came_in(one: Made, code: str, maker: CertificateAuthority) -> DeviceCertificate:
    record_uses([Use(facts_of(one.certificate), one.der, code, maker.pk, NOW)])
    return DeviceCertificate.objects.get(fingerprint=one.fingerprint)


def verdict(one: Made, now: datetime = NOW) -> Verdict:
    return judge(one.der, queries.known_trust(), "", now).verdict


def told() -> list[Notice]:
    return list(Notice.objects.filter(purpose=CERTIFICATE_LISTS).order_by("pk"))


def test_a_list_cuts_off_what_it_names_and_leaves_the_others(keeper: Any, maker: CertificateAuthority) -> None:
    row, other = came_in(ONE, "well-1", maker), came_in(TWO, "well-2", maker)
    version = queries.certificates_version()
    taken = take_list(
        actor=keeper, authority_id=maker.pk, content=list_of(MAKER, (ONE, ReasonFlags.key_compromise), at=NOW - HOUR), now=NOW
    )
    assert [one.pk for one in taken.revoked] == [row.pk]
    assert queries.certificates_version() > version
    assert (verdict(ONE), verdict(TWO)) == (Verdict.REVOKED, Verdict.GOOD)
    row.refresh_from_db()
    shown = describe_certificate(row, NOW)
    assert (shown.state, shown.state_name, shown.revoked_because) == (
        Verdict.REVOKED,
        "revoked by its maker",
        "its key is in other hands",
    )
    assert shown.revoked_at == NOW - HOUR
    for state, rows in (("revoked", [row]), ("in_force", [other]), ("ended", [])):
        assert list(queries.search_certificates(keeper, state=state, now=NOW, warn_days=30)) == rows, state
    entry = AuditEntry.objects.get(action="certificate_authority.list_taken")
    assert (entry.details["devices"], entry.details["count"], entry.details["number"]) == (["well-1"], 1, "1")


def test_a_hold_that_is_lifted_lets_the_device_in_again(keeper: Any, maker: CertificateAuthority) -> None:
    row = came_in(ONE, "well-1", maker)
    held = list_of(MAKER, (ONE, ReasonFlags.certificate_hold))
    take_list(actor=keeper, authority_id=maker.pk, content=held, now=NOW)
    row.refresh_from_db()
    assert describe_certificate(row, NOW).revoked_because == "on hold"
    with pytest.raises(Conflict, match="held already"):
        take_list(actor=keeper, authority_id=maker.pk, content=held, now=NOW)
    with pytest.raises(InvalidInput, match="give a newer one"):
        take_list(actor=keeper, authority_id=maker.pk, content=list_of(MAKER, number=1), now=NOW)
    assert verdict(ONE) is Verdict.REVOKED
    take_list(actor=keeper, authority_id=maker.pk, content=list_of(MAKER, number=2), now=NOW)
    assert verdict(ONE) is Verdict.GOOD
    row.refresh_from_db()
    assert describe_certificate(row, NOW).state is Verdict.GOOD
    assert RevocationList.objects.count() == 1


def test_what_is_entered_or_seen_after_the_list_is_marked_too(keeper: Any, maker: CertificateAuthority) -> None:
    revoked = [(one, ReasonFlags.superseded) for one in (ONE, TWO)]
    take_list(actor=keeper, authority_id=maker.pk, content=list_of(MAKER, *revoked), now=NOW)
    first, second = Device.objects.get(code="well-1"), Device.objects.get(code="well-2")
    pinned = services.pin_certificate(actor=keeper, device_id=first.pk, content=ONE.der, now=NOW)
    assert describe_certificate(pinned, NOW).revoked_because == "another one has replaced it"
    alone = services.pin_certificate(actor=keeper, device_id=second.pk, content=TWO.fingerprint.encode(), now=NOW)
    assert alone.listed_at is None, "what it says is not known yet"
    assert verdict(TWO) is Verdict.REVOKED, "and still it lets nobody in"
    record_uses([Use(facts_of(TWO.certificate), TWO.der, "well-2", None, NOW)])
    alone.refresh_from_db()
    assert alone.listed_reason == "superseded"
    withdraw_authority(actor=keeper, authority_id=maker.pk, now=NOW)
    assert verdict(ONE) is Verdict.GOOD, "entered by a person; the maker's word counts no longer"


def test_nobody_is_locked_out_because_a_revoked_one_took_its_place(keeper: Any, maker: CertificateAuthority) -> None:
    device = Device.objects.get(code="well-1")
    before = services.pin_certificate(actor=keeper, device_id=device.pk, content=made("x").der, now=NOW)
    services.pin_certificate(actor=keeper, device_id=device.pk, content=ONE.der, now=NOW)
    before.refresh_from_db()
    assert before.ends_at is not None
    take_list(actor=keeper, authority_id=maker.pk, content=list_of(MAKER, (ONE, None)), now=NOW)
    before.refresh_from_db()
    assert before.ends_at is None


def test_who_may_not_manage_the_authority_gives_no_list(keeper: Any, maker: CertificateAuthority) -> None:
    stranger = make_person("rule_engineer", YANTAI)
    with pytest.raises(NotAllowed):
        take_list(actor=stranger, authority_id=maker.pk, content=list_of(MAKER), now=NOW)
    with pytest.raises(NotAllowed):
        set_list_source(actor=stranger, authority_id=maker.pk, url="https://crl.example.com/", now=NOW)
    own = make_authority(actor=keeper, name="Licang", region_code=LICANG, now=NOW)
    with pytest.raises(Conflict, match="has no list"):
        take_list(actor=keeper, authority_id=own.pk, content=list_of(MAKER), now=NOW)
    withdraw_authority(actor=keeper, authority_id=maker.pk, now=NOW)
    with pytest.raises(Conflict, match="withdrawn"):
        take_list(actor=keeper, authority_id=maker.pk, content=list_of(MAKER), now=NOW)


def test_an_overdue_list_stays_in_force_and_is_told_once(keeper: Any, maker: CertificateAuthority) -> None:
    late = NOW + 8 * DAY
    taken = take_list(actor=keeper, authority_id=maker.pk, content=list_of(MAKER, (ONE, None)), now=NOW)
    tell_overdue_lists(now=NOW)
    assert told() == []
    for hours in (0, 1, 100):
        tell_overdue_lists(now=late + hours * HOUR)
    (notice,) = told()
    assert notice.person_id == keeper.pk
    assert list_texts([notice])[notice.pk].startswith("The revocation list of “Maker” is overdue since ")
    assert list_page(notice) == f"/sensing/certificate-authorities/{maker.pk}/"
    assert (verdict(ONE, late), verdict(TWO, late)) == (Verdict.REVOKED, Verdict.GOOD)
    expired = list_of(MAKER, (TWO, None), number=2, at=NOW, until=NOW + HOUR)
    take_list(actor=keeper, authority_id=maker.pk, content=expired, now=late)
    notice.refresh_from_db()
    assert notice.fate == "superseded"
    assert verdict(TWO, late) is Verdict.REVOKED, "past its next update, and taken all the same"
    tell_overdue_lists(now=late)
    assert len(told()) == 2
    assert taken.row.pk == RevocationList.objects.get().pk


class Point:
    """A distribution point on this machine: what it answers, and how often it was asked."""

    def __init__(self) -> None:
        point, self.answer, self.status, self.asked = self, b"", 200, 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                point.asked += 1
                self.send_response(point.status)
                self.end_headers()
                self.wfile.write(point.answer)

            def log_message(self, *_values: object) -> None:
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/devices.crl"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def point() -> Iterator[Point]:
    made_here = Point()
    yield made_here
    made_here.server.shutdown()
    made_here.server.server_close()


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that lets lists be fetched from this machine."""
    shipped = CERTIFICATES.shipped
    here = msgspec.structs.replace(shipped, lists=msgspec.structs.replace(shipped.lists, networks=("127.0.0.0/8",)))
    monkeypatch.setattr("tocsin.sensing.certificates.services.lists.certificates_policy", lambda: here)


@pytest.mark.usefixtures("allowed")
def test_a_list_is_fetched_before_the_next_one_is_due(keeper: Any, maker: CertificateAuthority, point: Point) -> None:
    came_in(ONE, "well-1", maker)
    point.answer = list_of(MAKER, (ONE, None), at=NOW - HOUR, until=NOW + 10 * HOUR)
    set_list_source(actor=keeper, authority_id=maker.pk, url=f" {point.url} ", now=NOW)
    assert fetch_lists(now=NOW) == 1
    assert verdict(ONE) is Verdict.REVOKED
    source = ListSource.objects.get()
    assert (source.next_at, source.fetched_at, source.failures, source.error) == (NOW + 8 * HOUR, NOW, 0, {})
    assert fetch_lists(now=NOW + 7 * HOUR) == 0
    assert fetch_lists(now=NOW + 8 * HOUR) == 1
    source.refresh_from_db()
    assert (source.failures, source.next_at) == (0, NOW + 9 * HOUR), "the same list is no failure, and it is asked again soon"
    point.answer = list_of(MAKER, number=2, at=NOW, until=NOW + 30 * DAY)
    fetch_lists(now=NOW + 9 * HOUR)
    source.refresh_from_db()
    assert source.next_at == NOW + 21 * HOUR, "twice a day at least"
    assert verdict(ONE) is Verdict.GOOD
    assert point.asked == 3
    (notice,) = told()
    assert list_texts([notice])[notice.pk] == "The maker “Maker” has revoked the certificate of 1 device: well-1"
    assert list_page(notice) == f"/sensing/devices/{Device.objects.get(code='well-1').pk}/"


@pytest.mark.usefixtures("allowed")
def test_failures_are_told_once_and_end_what_is_in_force_never(keeper: Any, maker: CertificateAuthority, point: Point) -> None:
    take_list(actor=keeper, authority_id=maker.pk, content=list_of(MAKER, (ONE, None)), now=NOW)
    set_list_source(actor=keeper, authority_id=maker.pk, url=point.url, now=NOW)
    point.status = 404
    for hours in range(5):
        assert len(told()) == (hours > 2)
        fetch_lists(now=NOW + hours * HOUR)
    (notice,) = told()
    assert list_texts([notice])[notice.pk].startswith(
        "The revocation list of “Maker” can't be fetched: the source has nothing at this address (HTTP 404)"
    )
    assert verdict(ONE) is Verdict.REVOKED
    point.status, point.answer = 200, list_of(made("Maker", authority=True), number=2)
    fetch_lists(now=NOW + 6 * HOUR)
    assert ListSource.objects.get().error["text"].startswith("the list is not signed by this authority")
    point.answer = b"x" * 5_000_000
    fetch_lists(now=NOW + 8 * HOUR)
    assert "sends more than" in ListSource.objects.get().error["text"]
    point.answer = list_of(MAKER, (ONE, None), number=2)
    fetch_lists(now=NOW + 10 * HOUR)
    notice.refresh_from_db()
    assert notice.fate == "superseded"
    assert ListSource.objects.get().failures == 0


def test_addresses_inside_are_not_asked(keeper: Any, maker: CertificateAuthority, point: Point) -> None:
    set_list_source(actor=keeper, authority_id=maker.pk, url=point.url, now=NOW)
    fetch_lists(now=NOW)
    assert point.asked == 0
    assert "an address inside" in ListSource.objects.get().error["text"]
    for url in (
        "ldap://ldap.example.com/cn=x",
        "file:///etc/passwd",
        "http://user:word@crl.example.com/",
        "nonsense",
        "https://",
    ):
        with pytest.raises(InvalidInput):
            set_list_source(actor=keeper, authority_id=maker.pk, url=url, now=NOW)
    set_list_source(actor=keeper, authority_id=maker.pk, url="", now=NOW)
    assert not ListSource.objects.exists()
    assert fetch_lists(now=NOW + DAY) == 0


@pytest.mark.usefixtures("allowed")
def test_what_fails_inside_stops_no_other(
    keeper: Any, maker: CertificateAuthority, point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_values: object, **_named: object) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr("tocsin.sensing.certificates.services.lists.read_list", broken)
    set_list_source(actor=keeper, authority_id=maker.pk, url=point.url, now=NOW)
    assert fetch_lists(now=NOW) == 1
    assert ListSource.objects.get().error["named"] == {"kind": "RuntimeError"}


def test_a_large_list_is_taken_and_looked_up(keeper: Any, maker: CertificateAuthority) -> None:
    builder = x509.CertificateRevocationListBuilder().issuer_name(MAKER.certificate.subject)
    builder = builder.last_update(NOW - HOUR).next_update(NOW + DAY)
    serials = [*range(1, 2000), ONE.certificate.serial_number]
    entries = [x509.RevokedCertificateBuilder().serial_number(n).revocation_date(NOW).build() for n in serials]
    builder._revoked_certificates = entries  # one by one the builder copies all of them each time
    content = builder.sign(MAKER.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)  # type: ignore[arg-type]
    assert take_list(actor=keeper, authority_id=maker.pk, content=content, now=NOW).row.count == 2000
    assert (verdict(ONE), verdict(TWO)) == (Verdict.REVOKED, Verdict.GOOD)


def test_pages_and_api(keeper: Any, maker: CertificateAuthority, client: Client) -> None:
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    came_in(ONE, "well-1", maker)
    there = f"/sensing/certificate-authorities/{maker.pk}/"
    assert "There is no list yet" in client.get(there).text
    assert "choose its file" in client.post(f"{there}list/", follow=True).text
    assert "no revocation list" in client.post(f"{there}list/", {"text": "x"}, follow=True).text
    file = SimpleUploadedFile("maker.crl", list_of(MAKER, (ONE, ReasonFlags.key_compromise)))
    assert "cuts off 1 device of this city" in client.post(f"{there}list/", {"file": file}, follow=True).text
    assert "revoked by its maker" in client.get(f"/sensing/devices/{Device.objects.get(code='well-1').pk}/").text
    listed = client.get("/sensing/certificates/?state=revoked").text
    assert "revoked by its maker" in listed
    assert "its key is in other hands" in listed
    assert "1 revoked" in client.get("/sensing/certificate-authorities/").text
    late = list_of(MAKER, number=2, at=NOW - DAY, until=NOW - HOUR)
    text = "-----BEGIN X509 CRL-----\n" + base64.encodebytes(late).decode() + "-----END X509 CRL-----"
    assert "past its next update" in client.post(f"{there}list/", {"text": text}, follow=True).text
    assert "overdue" in client.get("/sensing/certificate-authorities/").text
    saved = client.post(f"{there}list-source/", {"url": "https://crl.example.com/a.crl"}, follow=True)
    assert "Lists are fetched from there" in saved.text
    assert "Not fetched yet" in saved.text
    assert "begins with https:// or http://" in client.post(f"{there}list-source/", {"url": "ldap://x"}, follow=True).text
    assert "not fetched any more" in client.post(f"{there}list-source/", {"url": ""}, follow=True).text
    api = f"/api/v1/sensing/certificate-authorities/{maker.pk}/"
    given = {"crl": base64.b64encode(list_of(MAKER, (ONE, None), number=3)).decode()}
    answer = client.post(f"{api}revocation-lists", given, content_type="application/json")
    assert (answer.status_code, answer.json()["number"], answer.json()["revoked"]) == (201, "3", ["well-1"])
    assert client.post(f"{api}revocation-lists", given, content_type="application/json").status_code == 409
    source = client.post(f"{api}list-source", {"url": "https://crl.example.com/a.crl"}, content_type="application/json").json()
    assert source["list_source"]["url"] == "https://crl.example.com/a.crl"
    assert [one["count"] for one in source["lists"]] == [1]
    client.force_login(make_person("rule_engineer", YANTAI))
    assert client.get(there).status_code == 404
    assert client.post(f"{there}list/", {"text": text}).status_code == 404
