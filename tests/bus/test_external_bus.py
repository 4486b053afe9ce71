"""A bus of one's own: how it is named, and believed."""

import asyncio
import dataclasses
import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.bus.cluster import RunningCluster
from tests.bus.test_log import batch
from tests.languages import english as english
from tocsin.base.errors import Unavailable
from tocsin.bus import cluster
from tocsin.bus.connection import connect
from tocsin.portal.configuration import Configuration

pytestmark = pytest.mark.one_database


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bus")])
    now, own = datetime.now(UTC), x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    usage = x509.KeyUsage(True, False, False, False, True, True, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(own, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "bus.pem", folder / "bus.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certificate, secret


def test_a_bus_with_tls_is_believed_by_its_authority_and_believes_ours(tmp_path: Path, settings: Any) -> None:
    certificate, key = make_certificate(tmp_path)
    tls = f'tls {{ cert_file: "{certificate}", key_file: "{key}", ca_file: "{certificate}", verify: true }}'
    running = RunningCluster(tmp_path, 1, tls=tls)

    async def publish() -> int:
        async with await connect(patience_s=20.0) as connection:
            return await connection.publish_readings(batch(0))

    try:
        plain = dataclasses.replace(
            settings.CONFIGURATION, nats_url=running.url.replace("nats://", "tls://"), log_gigabytes=0.2, data=tmp_path
        )
        settings.CONFIGURATION = dataclasses.replace(plain, nats_ca=certificate, nats_certificate=certificate, nats_key=key)
        assert asyncio.run(publish()) == 1
        settings.CONFIGURATION = plain
        with pytest.raises(Unavailable, match="did not answer"):
            asyncio.run(connect(patience_s=0.5))
        settings.CONFIGURATION = dataclasses.replace(plain, nats_ca=certificate)
        with pytest.raises(Unavailable, match="did not answer"):
            asyncio.run(connect(patience_s=0.5))
    finally:
        running.stop()


REFUSED = {
    "no address": ({"TOCSIN_NATS_URL": "nats-1:4222"}, "must be addresses such as"),
    "another scheme": ({"TOCSIN_NATS_URL": "nats://127.0.0.1:4222,https://nats-2"}, "must be addresses such as"),
    "a login in clear": ({"TOCSIN_NATS_URL": "nats://me:secret@10.0.0.1:4222"}, "login to 10.0.0.1 in clear"),
    "a key without its certificate": ({"TOCSIN_NATS_KEY": __file__}, "TOCSIN_NATS_KEY needs TOCSIN_NATS_CERTIFICATE"),
    "a file that is not there": ({"TOCSIN_NATS_CA": "/nowhere.pem"}, "there is no such file"),
    "two replicas": ({"TOCSIN_LOG_REPLICAS": "2"}, "must be one of 0, 1, 3, 5"),
}


@pytest.mark.parametrize(("variables", "what"), REFUSED.values(), ids=REFUSED)
def test_settings_that_are_refused(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], what: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=what) as refused:
        Configuration.from_environment()
    assert "secret" not in str(refused.value)


REPLICAS = [("", 0, 1), ("nats://a", 0, 1), ("nats://a,nats://b", 0, 1), ("nats://a, nats://b,tls://c", 0, 3), ("nats://a", 3, 3)]


@pytest.mark.parametrize(("url", "given", "expected"), REPLICAS)
def test_streams_are_kept_by_three_where_three_are_named(settings: Any, url: str, given: int, expected: int) -> None:
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, nats_url=url, log_replicas=given)
    assert cluster.replicas() == expected


def test_a_login_may_go_in_clear_where_the_network_is_said_to_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_NATS_URL", "nats://me:secret@10.0.0.1:4222,nats://me:secret@10.0.0.2:4222")
    monkeypatch.setenv("TOCSIN_NATS_IN_CLEAR", "1")
    monkeypatch.setenv("TOCSIN_LOG_TAGS", "ssd, east")
    read = Configuration.from_environment()
    assert len(cluster.addresses(read.nats_url)) == 2
    assert read.log_tags == ("ssd", "east")
