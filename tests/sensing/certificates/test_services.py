"""What people do with certificates: entered, issued, replaced, revoked, told before they end."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from tests.languages import english as english
from tests.people import make_person
from tests.sensing.certificates.making import made, request_of
from tocsin.base import keys
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.notices.face import Notice
from tocsin.sensing.certificates import queries
from tocsin.sensing.certificates.models import AuthorityKey, DeviceCertificate
from tocsin.sensing.certificates.rules.judging import CERTIFICATES_CLOSING, Verdict, judge
from tocsin.sensing.certificates.rules.reading import facts_of
from tocsin.sensing.certificates.services import certificates as services
from tocsin.sensing.certificates.services.authorities import (
    enter_authority,
    make_authority,
    seal_authorities_anew,
    withdraw_authority,
)
from tocsin.sensing.certificates.services.telling import tell_ending_certificates
from tocsin.sensing.certificates.services.uses import Use, record_uses
from tocsin.sensing.certificates.shown import describe_certificate, page, texts
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.rules import NewDevice
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.onboarding.services.enrolment import Asked, NewKey, enrol_device, make_key

LICANG, QINGDAO, YANTAI = "370213", "370200", "370602"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


@pytest.fixture
def keeper(db: None) -> Any:
    ensure_regions()
    return make_person("rule_engineer", LICANG)


@pytest.fixture
def device(keeper: Any) -> Device:
    register_many(actor=keeper, devices=[NewDevice(code="well-1", region_code=LICANG)], sensors=[])
    return Device.objects.get(code="well-1")


def pin(keeper: Any, device: Device, content: bytes, now: datetime = NOW) -> DeviceCertificate:
    return services.pin_certificate(actor=keeper, device_id=device.pk, content=content, now=now)


def verdict(der: bytes, now: datetime = NOW, asked: str = "") -> Verdict:
    return judge(der, queries.known_trust(), asked, now).verdict


def test_a_certificate_is_entered_once_and_changes_what_doors_know(keeper: Any, device: Device) -> None:
    one, version = made("x"), queries.certificates_version()
    assert queries.known_trust().is_empty
    row = pin(keeper, device, one.der)
    assert queries.certificates_version() > version
    assert (row.subject, row.key, row.fingerprint) == ("CN=x", "EC P-256", one.fingerprint)
    assert verdict(one.der) is Verdict.GOOD
    for content in (one.pem.encode(), one.fingerprint.encode()):
        with pytest.raises(Conflict, match="already"):
            pin(keeper, device, content)
    with pytest.raises(InvalidInput, match="expired on"):
        pin(keeper, device, made("old", begins=NOW - 9 * DAY, ends=NOW - DAY).der)
    with pytest.raises(NotAllowed):
        pin(make_person("rule_engineer", YANTAI), device, made("y").der)


def test_the_one_before_holds_for_some_days_beside_the_new_one(keeper: Any, device: Device) -> None:
    old, new = made("old"), made("new")
    pin(keeper, device, old.der)
    pin(keeper, device, new.der, NOW + DAY)
    pin(keeper, device, made("newest").der, NOW + 2 * DAY)
    assert verdict(old.der, NOW + 15 * DAY - timedelta(seconds=1)) is Verdict.GOOD
    assert verdict(old.der, NOW + 15 * DAY) is Verdict.REPLACED, "a third one does not make it longer"
    assert verdict(new.der, NOW + 15 * DAY) is Verdict.GOOD


def test_revoking_the_new_one_gives_the_one_before_its_own_end_back(keeper: Any, device: Device) -> None:
    old, new = made("old"), made("new")
    pin(keeper, device, old.der)
    newer = pin(keeper, device, new.der, NOW + DAY)
    services.revoke_certificate(actor=keeper, certificate_id=newer.pk, now=NOW + 2 * DAY)
    assert DeviceCertificate.objects.get(revoked_at=None).ends_at is None
    assert (verdict(old.der, NOW + 20 * DAY), verdict(new.der, NOW + 20 * DAY)) == (Verdict.GOOD, Verdict.REVOKED)


def test_no_more_than_so_many_are_in_force(keeper: Any, device: Device) -> None:
    rows = [pin(keeper, device, f"{number:064x}".encode()) for number in range(10)]
    with pytest.raises(Conflict, match="at most 10"):
        pin(keeper, device, b"f" * 64)
    services.revoke_certificate(actor=keeper, certificate_id=rows[0].pk, now=NOW)
    pin(keeper, device, b"f" * 64)


def test_the_city_issues_in_the_name_of_the_device_alone(keeper: Any, device: Device) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    request = request_of(key, name="well-2")
    with pytest.raises(Conflict, match="no authority"):
        services.issue_certificate(actor=keeper, device_id=device.pk, request=request, now=NOW)
    wide = make_authority(actor=make_person("rule_engineer", QINGDAO), name="Qingdao", region_code=QINGDAO, now=NOW)
    row = services.issue_certificate(actor=keeper, device_id=device.pk, request=request, now=NOW)
    found = x509.load_pem_x509_certificate(row.pem.encode())
    found.verify_directly_issued_by(x509.load_pem_x509_certificate(wide.pem.encode()))
    facts = facts_of(found)
    assert (facts.names, facts.is_authority, facts.unfit) == (("well-1", "urn:tocsin:device:well-1"), False, None)
    assert found.public_key() == key.public_key()
    assert facts.not_after == NOW + 730 * DAY
    assert verdict(found.public_bytes(serialization.Encoding.DER)) is Verdict.GOOD
    near = make_authority(actor=keeper, name="Licang", region_code=LICANG, now=NOW)
    made_here = services.issue_key(actor=keeper, device_id=device.pk, now=NOW)
    assert made_here.certificate.authority == near, "the nearest one issues"
    private = serialization.load_pem_private_key(made_here.key_pem.encode(), None)
    public = x509.load_pem_x509_certificate(made_here.certificate.pem.encode()).public_key()
    assert private.public_key() == public
    withdraw_authority(actor=keeper, authority_id=near.pk, now=NOW)
    assert not AuthorityKey.objects.filter(authority=near).exists(), "its key is destroyed"
    der = x509.load_pem_x509_certificate(made_here.certificate.pem.encode()).public_bytes(serialization.Encoding.DER)
    assert verdict(der) is Verdict.GOOD, "what it has issued goes on"


def test_an_authoritys_key_lies_sealed_and_is_sealed_anew(
    keeper: Any, device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_ring", [keys.Ring(tmp_path)])
    made_here = make_authority(actor=keeper, name="Licang", region_code=LICANG, now=NOW)
    row = AuthorityKey.objects.get(authority=made_here)
    before = row.sealed
    assert "PRIVATE" not in before
    keys.ring().replace(at=NOW)
    assert seal_authorities_anew(after=0, limit=10).done == 1
    row.refresh_from_db()
    assert row.sealed != before
    assert seal_authorities_anew(after=0, limit=10).done == 0
    services.issue_key(actor=keeper, device_id=device.pk, now=NOW)


def test_a_makers_certificate_gets_a_row_by_which_it_is_revoked(keeper: Any, device: Device) -> None:
    maker = made("Maker", authority=True)
    shown = made("well-1", by=maker)
    authority = enter_authority(actor=keeper, name="Maker", region_code=LICANG, content=maker.pem.encode(), now=NOW)
    with pytest.raises(Conflict, match="already"):
        enter_authority(actor=keeper, name="Maker", region_code=LICANG, content=maker.pem.encode(), now=NOW)
    with pytest.raises(InvalidInput, match="no authority"):
        enter_authority(actor=keeper, name="Device", region_code=LICANG, content=shown.pem.encode(), now=NOW)
    use = Use(facts_of(shown.certificate), shown.der, "well-1", authority.pk, NOW)
    record_uses([use, use])
    record_uses([Use(use.facts, use.der, use.code, use.authority_id, NOW + DAY)])
    row = DeviceCertificate.objects.get(fingerprint=shown.fingerprint)
    assert (row.way, row.used_at, row.authority) == ("maker", NOW + DAY, authority)
    assert verdict(shown.der) is Verdict.GOOD
    services.revoke_certificate(actor=keeper, certificate_id=row.pk, now=NOW)
    assert verdict(shown.der) is Verdict.REVOKED
    with pytest.raises(Conflict, match="already"):
        services.revoke_certificate(actor=keeper, certificate_id=row.pk, now=NOW)
    other = made("well-1", by=maker)
    assert verdict(other.der) is Verdict.GOOD
    withdraw_authority(actor=keeper, authority_id=authority.pk, now=NOW)
    assert verdict(other.der) is Verdict.UNKNOWN


def test_a_device_enrols_with_a_signing_request(keeper: Any) -> None:
    key, asked_key = ec.generate_private_key(ec.SECP256R1()), NewKey(name="street", region_code=LICANG, most=2, days=7)
    text = make_key(actor=keeper, new=asked_key, now=NOW)[1]
    asked = Asked(key=text, code="well-7", csr=request_of(key))
    with pytest.raises(Conflict, match="no authority"):
        enrol_device(asked=asked, address="192.0.2.7", now=NOW)
    assert not Device.objects.filter(code="well-7").exists(), "all of it, or nothing"
    made_here = make_authority(actor=keeper, name="Licang", region_code=LICANG, now=NOW)
    first = enrol_device(asked=asked, address="192.0.2.7", now=NOW)
    assert (first.secret, first.authority) == ("", made_here.pem)
    again = enrol_device(asked=asked, address="192.0.2.7", now=NOW)
    ders = [
        x509.load_pem_x509_certificate(one.certificate.encode()).public_bytes(serialization.Encoding.DER)
        for one in (first, again)
    ]
    assert [verdict(der, asked="well-7") for der in ders] == [Verdict.REVOKED, Verdict.GOOD]
    with pytest.raises(InvalidInput, match="no signing request"):
        enrol_device(asked=Asked(key=text, code="well-8", csr="nonsense"), address="192.0.2.7", now=NOW)
    assert not Device.objects.filter(code="well-8").exists()
    assert enrol_device(asked=Asked(key=text, code="well-8"), address="192.0.2.7", now=NOW).secret


def told() -> list[Notice]:
    return list(Notice.objects.filter(purpose=CERTIFICATES_CLOSING).order_by("key"))


def test_an_end_that_is_near_is_told_once_until_a_new_one_is_there(keeper: Any, device: Device) -> None:
    one = made("x", ends=NOW + 31 * DAY)
    pin(keeper, device, one.der)
    tell_ending_certificates(now=NOW)
    assert told() == []
    for hours in (0, 1, 100):
        tell_ending_certificates(now=NOW + 2 * DAY + timedelta(hours=hours))
    (notice,) = told()
    assert notice.person_id == keeper.pk
    assert re.fullmatch(r"The certificate of 1 device ends on \d{4}-\d\d-\d\d: well-1", texts([notice])[notice.pk])
    assert page(notice) == f"/sensing/devices/{device.pk}/"
    pin(keeper, device, made("new", ends=NOW + 400 * DAY).der, NOW + 3 * DAY)
    notice.refresh_from_db()
    assert notice.fate == "superseded"
    tell_ending_certificates(now=NOW + 4 * DAY)
    assert len(told()) == 1, "a newer one follows"


def test_many_that_end_together_are_one_notice(keeper: Any) -> None:
    codes = [f"well-{number}" for number in range(7)]
    register_many(actor=keeper, devices=[NewDevice(code=code, region_code=LICANG) for code in codes], sensors=[])
    rows = [
        pin(keeper, Device.objects.get(code=code), made(code, ends=NOW + (10 + number) * DAY).der)
        for number, code in enumerate(codes)
    ]
    tell_ending_certificates(now=NOW)
    (notice,) = told()
    assert "7 devices end soon" in texts([notice])[notice.pk]
    assert page(notice) == "/sensing/certificates/?state=ending"
    for row in rows[:-1]:
        services.revoke_certificate(actor=keeper, certificate_id=row.pk, now=NOW)
    notice.refresh_from_db()
    assert notice.fate != "superseded"
    services.revoke_certificate(actor=keeper, certificate_id=rows[-1].pk, now=NOW)
    notice.refresh_from_db()
    assert notice.fate == "superseded"


def test_pages(keeper: Any, device: Device, client: Client) -> None:
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    one = made("by the page")
    there = f"/sensing/devices/{device.pk}/"
    answer = client.post(f"{there}certificates/enter/", {"text": one.pem}, follow=True)
    assert "CN=by the page" in answer.text
    assert "in force" in answer.text
    assert (
        "a private key stands in it"
        in client.post(f"{there}certificates/enter/", {"text": one.pem + one.key_pem}, follow=True).text
    )
    assert "choose its file" in client.post(f"{there}certificates/enter/", {"text": ""}, follow=True).text
    made_here = client.post("/sensing/certificate-authorities/make/", {"name": "Licang", "region_code": LICANG}, follow=True)
    assert "The authority is made" in made_here.text
    issued = client.post(f"{there}certificates/issue-key/")
    assert "Save the key" in issued.text
    assert "no-store" in issued["Cache-Control"]
    assert "PRIVATE KEY" not in client.get(there).text
    row = DeviceCertificate.objects.get(way="issued")
    assert client.get(f"/sensing/certificates/{row.pk}/pem/").text == row.pem
    assert "by the page" in client.get("/sensing/certificates/?search=by+the").text
    assert one.fingerprint in client.get("/sensing/certificates/?format=csv").getvalue().decode()
    revoked = client.post(f"/sensing/certificates/{row.pk}/revoke/", follow=True)
    assert "revoked" in revoked.text
    assert describe_certificate(DeviceCertificate.objects.get(pk=row.pk), NOW).state is Verdict.REVOKED
    maker = made("Maker", authority=True)
    entered = client.post(
        "/sensing/certificate-authorities/enter/", {"name": "M", "region_code": LICANG, "text": maker.pem}, follow=True
    )
    assert "CN=Maker" in entered.text
    assert (
        client.post("/sensing/certificate-authorities/enter/", {"name": "M", "region_code": LICANG, "text": "x"}).status_code
        == 400
    )
