"""What an operator may set, read from the environment once. No Django here: the command line loads this for every command."""

import hashlib
import ipaddress
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tocsin.base.addresses import on_this_machine
from tocsin.base.errors import InvalidInput, SettingRefused
from tocsin.base.object_stores import ObjectStore, object_store_from
from tocsin.base.server_settings import (
    ServerSettings,
    Variable,
    entered_settings,
    one_of,
    positive,
    read_server_settings,
)
from tocsin.base.time import Clock
from tocsin.portal.catalogue import DEVICE_PROTOCOLS

log = logging.getLogger(__name__)
OPENID_PROVIDER_ID = "provider"
"""The one provider's name in addresses and in the links from its persons to ours."""


@dataclass(frozen=True)
class OpenIdProvider:
    """Who vouches for persons by OpenID Connect."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str
    second_step: bool  # the provider asks for a second step by itself


@dataclass(frozen=True)
class Configuration:
    """Every setting of Tocsin; `docs/settings.md` tells each in full."""

    data: Path
    database_url: str = field(repr=False)  # may hold a password
    history_store: ObjectStore | None  # None: the history lies in the data folder
    nats_url: str = field(repr=False)  # may hold a token; several addresses are separated by commas
    nats_ca: Path | None
    nats_certificate: Path | None
    nats_key: Path | None
    log_replicas: int  # 0: by the number of addresses
    log_cluster: str
    log_tags: tuple[str, ...]
    log_gigabytes: float
    log_days: float
    log_sync: str
    clock: Clock
    http_host: str
    http_port: int
    door_hosts: Mapping[str, str]  # by the name of the protocol
    door_ports: Mapping[str, int]  # by the name of the protocol
    doors_in_clear: bool
    mqtt_tls_certificate: str
    mqtt_tls_key: str
    public_hosts: tuple[str, ...]
    behind_https: bool
    trusted_proxies: tuple[str, ...]
    certificate_header: str
    largest_request_megabytes: float
    time_zone: str
    title: str
    shown_around: tuple[str, ...]  # user names that the sign-in page offers with their guided tours
    log_level: str
    log_format: str
    traces: str  # address of a collector of OpenTelemetry
    audit_hash: str
    second_step: str
    openid: "OpenIdProvider | None"
    breached_passwords: Path | None
    virus_scanner: str
    virus_scanner_away: str
    backup_recipients: tuple[str, ...]

    @classmethod
    def from_environment(cls) -> "Configuration":
        """Reads `TOCSIN_*` and `DATABASE_URL`; SettingRefused names the variable that can't be read."""
        get, told = os.environ.get, read_server_settings(os.environ)
        behind_https, trusted_proxies = get("TOCSIN_BEHIND_HTTPS", "") == "1", _networks("TOCSIN_TRUSTED_PROXIES")
        if behind_https and not trusted_proxies:
            raise SettingRefused("TOCSIN_BEHIND_HTTPS=1 needs TOCSIN_TRUSTED_PROXIES, the address of the proxy that ends HTTPS")
        return cls(
            data=Path(get("TOCSIN_DATA", "data")).resolve(),
            database_url=get("DATABASE_URL", ""),
            history_store=object_store_from(os.environ, "TOCSIN_HISTORY_URL"),
            nats_url=_bus_addresses("TOCSIN_NATS_URL"),
            nats_ca=_file("TOCSIN_NATS_CA"),
            nats_certificate=_pair("TOCSIN_NATS_CERTIFICATE", "TOCSIN_NATS_KEY"),
            nats_key=_pair("TOCSIN_NATS_KEY", "TOCSIN_NATS_CERTIFICATE"),
            log_replicas=int(_one_of("TOCSIN_LOG_REPLICAS", ("0", "1", "3", "5"))),
            log_cluster=get("TOCSIN_LOG_CLUSTER", ""),
            log_tags=tuple(get("TOCSIN_LOG_TAGS", "").replace(",", " ").split()),
            log_gigabytes=_positive("TOCSIN_LOG_GIGABYTES", 8.0),
            log_days=_positive("TOCSIN_LOG_DAYS", 7.0),
            log_sync=_sync_interval("TOCSIN_LOG_SYNC", "10s"),
            clock=Clock.parse(get("TOCSIN_CLOCK", "")),
            http_host=get("TOCSIN_HTTP_HOST", "127.0.0.1"),
            http_port=_port("TOCSIN_HTTP_PORT", 8000),
            door_hosts={one.name: get(one.host_variable, "") or "127.0.0.1" for one in DEVICE_PROTOCOLS},
            door_ports={one.name: _port(one.variable, one.port) for one in DEVICE_PROTOCOLS},
            doors_in_clear=_one_of("TOCSIN_DOOR_IN_CLEAR", ("0", "1")) == "1",
            mqtt_tls_certificate=get("TOCSIN_MQTT_TLS_CERTIFICATE", ""),
            mqtt_tls_key=get("TOCSIN_MQTT_TLS_KEY", ""),
            public_hosts=told.public_hosts,
            behind_https=behind_https,
            trusted_proxies=trusted_proxies,
            certificate_header=_certificate_header(bool(trusted_proxies)),
            largest_request_megabytes=told.largest_request_megabytes,
            time_zone=get("TOCSIN_TIME_ZONE", "Asia/Shanghai"),
            title=told.title,
            shown_around=tuple(get("TOCSIN_SHOW_AROUND", "").replace(",", " ").split()),
            log_level=get("TOCSIN_LOG_LEVEL", "INFO").upper(),
            log_format=_one_of("TOCSIN_LOG", ("text", "json")),
            traces=_web_address("TOCSIN_TRACES"),
            audit_hash=_audit_hash(),
            second_step=_one_of("TOCSIN_SECOND_STEP", ("demanded", "offered")),
            openid=_openid_provider(),
            breached_passwords=_file("TOCSIN_BREACHED_PASSWORDS"),
            virus_scanner=told.virus_scanner,
            virus_scanner_away=told.virus_scanner_away,
            backup_recipients=tuple(get("TOCSIN_BACKUP_RECIPIENTS", "").replace(",", " ").split()),
        )

    @property
    def embedded_bus(self) -> bool:
        """True where Tocsin starts its own nats-server."""
        return not self.nats_url

    @property
    def fixed(self) -> Mapping[str, str]:
        """What the environment says of the settings that pages may enter: it wins."""
        nothing = read_server_settings({})
        fields = {
            Variable.TITLE: (self.title, nothing.title),
            Variable.PUBLIC_HOSTS: (",".join(self.public_hosts), ""),
            Variable.LARGEST_REQUEST: (f"{self.largest_request_megabytes:g}", f"{nothing.largest_request_megabytes:g}"),
            Variable.VIRUS_SCANNER: (self.virus_scanner, nothing.virus_scanner),
            Variable.VIRUS_SCANNER_AWAY: (self.virus_scanner_away, nothing.virus_scanner_away),
        }
        return {str(name): text for name, (text, default) in fields.items() if text != default or os.environ.get(name)}

    @property
    def now(self) -> ServerSettings:
        """The settings that pages may enter as they stand now; a file that was damaged counts as none, and the doctor says so."""
        try:
            entered = entered_settings(self.data)
        except InvalidInput:
            log.exception("what pages entered of the server's settings can't be read; defaults hold")
            entered = {}
        return read_server_settings({**entered, **self.fixed})

    @property
    def serves_own_machine_only(self) -> bool:
        """True where pages are heard on loopback alone, under no public name and behind no proxy: a laptop, a first look."""
        beyond = self.now.public_hosts or self.trusted_proxies or self.behind_https
        return not beyond and (self.http_host == "localhost" or on_this_machine(self.http_host))


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingRefused("%(name)s is %(value)s; it must be a port from 1 to 65535", name=name, value=repr(text))
    return int(text)


def _positive(name: str, default: float) -> float:
    return positive(name, os.environ.get(name, ""), default)


def _one_of(name: str, known: tuple[str, ...]) -> str:
    return one_of(name, os.environ.get(name, ""), known)


def _web_address(name: str) -> str:
    text = os.environ.get(name, "")
    found = urlsplit(text)
    if text and (found.scheme not in ("http", "https") or not found.hostname or found.username is not None):
        raise SettingRefused("%(name)s must be an address like http://127.0.0.1:4318, without a login", name=name)
    return text


def _file(name: str) -> Path | None:
    text = os.environ.get(name, "")
    if text and not Path(text).is_file():
        raise SettingRefused("%(name)s is %(value)s; there is no such file", name=name, value=repr(text))
    return Path(text) if text else None


def _pair(name: str, other: str) -> Path | None:
    found = _file(name)
    if found is not None and not os.environ.get(other):
        raise SettingRefused("%(name)s needs %(other)s: a certificate and its key go together", name=name, other=other)
    return found


def _bus_addresses(name: str) -> str:
    """Addresses of NATS servers. A login beyond this machine goes over TLS, or over a network that is said to be closed."""
    text = os.environ.get(name, "")
    for one in filter(None, (part.strip() for part in text.split(","))):
        parts = urlsplit(one)
        if parts.scheme not in ("nats", "tls") or not parts.hostname:
            raise SettingRefused(
                "%(name)s must be addresses such as nats://user:password@host:4222 or tls://…, separated by commas", name=name
            )
        is_near = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if parts.username and parts.scheme == "nats" and not is_near and os.environ.get("TOCSIN_NATS_IN_CLEAR") != "1":
            raise SettingRefused(
                "%(name)s sends its login to %(host)s in clear: write tls://, or set TOCSIN_NATS_IN_CLEAR=1 in a closed network",
                name=name,
                host=parts.hostname,
            )
    return text


def _audit_hash() -> str:
    name = _one_of("TOCSIN_AUDIT_HASH", ("sha256", "sm3"))
    if name not in hashlib.algorithms_available:
        raise SettingRefused(
            "TOCSIN_AUDIT_HASH is %(value)s, which this Python's OpenSSL does not have (OpenSSL 1.1.1 and later do)",
            value=repr(name),
        )
    return name


def _openid_provider() -> OpenIdProvider | None:
    """None where no issuer is named. What the provider says is believed unsigned, so it must come over HTTPS or loopback."""
    get = os.environ.get
    issuer, client_id = get("TOCSIN_OIDC_ISSUER", "").rstrip("/"), get("TOCSIN_OIDC_CLIENT_ID", "")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")):
        raise SettingRefused(
            "TOCSIN_OIDC_ISSUER is %(value)s; it must begin with https:// (http:// on loopback only)", value=repr(issuer)
        )
    if not client_id:
        raise SettingRefused("TOCSIN_OIDC_ISSUER needs TOCSIN_OIDC_CLIENT_ID, the name under which the provider knows Tocsin")
    return OpenIdProvider(
        issuer=issuer,
        client_id=client_id,
        secret=get("TOCSIN_OIDC_SECRET", ""),
        name=get("TOCSIN_OIDC_NAME", "") or parts.hostname or issuer,
        second_step=_one_of("TOCSIN_OIDC_SECOND_STEP", ("0", "1")) == "1",
    )


def _certificate_header(has_proxies: bool) -> str:
    """The header in which proxies hand on the certificate of a device, in small letters; empty: they hand on none."""
    name = os.environ.get("TOCSIN_CERTIFICATE_HEADER", "").strip().lower()
    if name and not re.fullmatch(r"[a-z0-9-]+", name):
        raise SettingRefused(
            "TOCSIN_CERTIFICATE_HEADER is %(value)s; letters, digits and hyphens make the name of a header", value=repr(name)
        )
    if name and not has_proxies:
        raise SettingRefused("TOCSIN_CERTIFICATE_HEADER needs TOCSIN_TRUSTED_PROXIES: of nobody else such a header is believed")
    return name


def _networks(name: str) -> tuple[str, ...]:
    """Addresses and networks separated by commas, each in its one canonical form."""
    found = []
    for text in filter(None, (part.strip() for part in os.environ.get(name, "").split(","))):
        try:
            found.append(str(ipaddress.ip_network(text)))
        except ValueError as error:
            raise SettingRefused(
                "%(name)s names %(value)s; each entry is an IP address or a network such as 10.0.0.0/28",
                name=name,
                value=repr(text),
            ) from error
    return tuple(found)


def _sync_interval(name: str, default: str) -> str:
    text = os.environ.get(name, "") or default
    if text != "always" and not re.fullmatch(r"[1-9][0-9]*(ms|s|m)", text):
        raise SettingRefused(
            "%(name)s is %(value)s; it must be always, or a time such as 500ms, 10s or 2m", name=name, value=repr(text)
        )
    return text


def openid_settings(provider: OpenIdProvider | None) -> dict[str, object]:
    """What django-allauth must know of the provider; empty without one."""
    if provider is None:
        return {}
    app = {
        "provider_id": OPENID_PROVIDER_ID,
        "name": provider.name,
        "client_id": provider.client_id,
        "secret": provider.secret,
        "settings": {"server_url": provider.issuer},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"]}}


CHECKPOINT_PAGES = (
    16_384  # of the write-ahead log, 64 MiB: a writer copies them only where no worker does (`bus/sqlite/loops.py`)
)
DATABASE_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")


def database_settings(url: str, data: Path) -> dict[str, object]:
    """Django's DATABASES entry: SQLite in the data folder, or PostgreSQL by `postgresql://user:password@host:port/name?options`.

    SettingRefused for an address that can't be read; it never repeats what stands there, which may be the password.
    """
    if not url:
        return {
            "ENGINE": "tocsin.bus.sqlite",
            "NAME": str(data / "tocsin.sqlite3"),
            "CONN_MAX_AGE": None,  # to open it and to close it costs 10 ms of the processor
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES};"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingRefused(
            "DATABASE_URL begins with %(value)s; SQLite needs none, PostgreSQL begins with postgresql://",
            value=repr(parts.scheme),
        )
    options = dict(parse_qsl(parts.query))
    if unknown := sorted(set(options) - set(DATABASE_OPTIONS)):
        raise SettingRefused(
            "DATABASE_URL has the option %(value)s; known are %(known)s",
            value=repr(unknown[0]),
            known=", ".join(DATABASE_OPTIONS),
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": _port_of(parts),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": None,
    }


def _port_of(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        raise SettingRefused(
            "DATABASE_URL can't be read; signs such as / # ? @ : in user or password are written as %(signs)s",
            signs="%2F %23 %3F %40 %3A",
        ) from None
