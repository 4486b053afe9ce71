"""Every setting that is read from the environment, and what is in force of it in this process."""

import os
from collections.abc import Iterator, Mapping

from django.conf import settings

from tocsin.base.server_settings import entered_settings
from tocsin.records.server.rules import Secrecy, ServerSetting, SettingSource

SETTINGS: dict[str, tuple[ServerSetting, ...]] = {
    "data": (
        ServerSetting("TOCSIN_DATA", "data"),
        ServerSetting("DATABASE_URL", "SQLite", Secrecy.LOGIN),
        ServerSetting("TOCSIN_HISTORY_URL", ""),
        ServerSetting("TOCSIN_HISTORY_ENDPOINT", ""),
        ServerSetting("TOCSIN_HISTORY_REGION", "us-east-1"),
        ServerSetting("TOCSIN_HISTORY_ACCESS_KEY", "", Secrecy.SECRET),
        ServerSetting("TOCSIN_HISTORY_SECRET_KEY", "", Secrecy.SECRET),
        ServerSetting("TOCSIN_HISTORY_KEYS_FILE", ""),
        ServerSetting("TOCSIN_HISTORY_IN_CLEAR", "0"),
        ServerSetting("TOCSIN_BACKUP_RECIPIENTS", ""),
    ),
    "bus": (
        ServerSetting("TOCSIN_NATS_URL", "", Secrecy.LOGIN),
        ServerSetting("TOCSIN_NATS_CA", ""),
        ServerSetting("TOCSIN_NATS_CERTIFICATE", ""),
        ServerSetting("TOCSIN_NATS_KEY", ""),
        ServerSetting("TOCSIN_NATS_IN_CLEAR", "0"),
        ServerSetting("TOCSIN_LOG_REPLICAS", "0"),
        ServerSetting("TOCSIN_LOG_CLUSTER", ""),
        ServerSetting("TOCSIN_LOG_TAGS", ""),
        ServerSetting("TOCSIN_LOG_GIGABYTES", "8"),
        ServerSetting("TOCSIN_LOG_DAYS", "7"),
        ServerSetting("TOCSIN_LOG_SYNC", "10s"),
    ),
    "pages": (
        ServerSetting("TOCSIN_TITLE", ""),
        ServerSetting("TOCSIN_PUBLIC_HOSTS", ""),
        ServerSetting("TOCSIN_LARGEST_REQUEST_MEGABYTES", "32"),
        ServerSetting("TOCSIN_HTTP_HOST", "127.0.0.1"),
        ServerSetting("TOCSIN_HTTP_PORT", "8000"),
        ServerSetting("TOCSIN_TRUSTED_PROXIES", ""),
        ServerSetting("TOCSIN_BEHIND_HTTPS", "0"),
        ServerSetting("TOCSIN_CERTIFICATE_HEADER", ""),
        ServerSetting("TOCSIN_TIME_ZONE", "Asia/Shanghai"),
    ),
    "doors": (),  # by `device_settings`
    "signing_in": (
        ServerSetting("TOCSIN_SECOND_STEP", "demanded"),
        ServerSetting("TOCSIN_OIDC_ISSUER", ""),
        ServerSetting("TOCSIN_OIDC_CLIENT_ID", ""),
        ServerSetting("TOCSIN_OIDC_SECRET", "", Secrecy.SECRET),
        ServerSetting("TOCSIN_OIDC_NAME", ""),
        ServerSetting("TOCSIN_OIDC_SECOND_STEP", "0"),
        ServerSetting("TOCSIN_BREACHED_PASSWORDS", ""),
        ServerSetting("TOCSIN_SHOW_AROUND", ""),
    ),
    "files": (
        ServerSetting("TOCSIN_VIRUS_SCANNER", ""),
        ServerSetting("TOCSIN_VIRUS_SCANNER_AWAY", "refuse"),
    ),
    "logs": (
        ServerSetting("TOCSIN_LOG_LEVEL", "INFO"),
        ServerSetting("TOCSIN_LOG", "text"),
        ServerSetting("TOCSIN_TRACES", ""),
        ServerSetting("TOCSIN_AUDIT_HASH", "sha256"),
        ServerSetting("TOCSIN_CLOCK", ""),
    ),
}
"""By heading. The doors of devices stand in `DEVICE_PROTOCOLS`, each with its port."""


def device_settings() -> Iterator[ServerSetting]:
    """Host and port of each protocol, and what all share."""
    for one in settings.DEVICE_PROTOCOLS:
        yield ServerSetting(one.host_variable, "127.0.0.1")
        yield ServerSetting(one.variable, str(one.port))
    yield ServerSetting("TOCSIN_MQTT_TLS_CERTIFICATE", "")
    yield ServerSetting("TOCSIN_MQTT_TLS_KEY", "")
    yield ServerSetting("TOCSIN_DOOR_IN_CLEAR", "0")


def server_settings() -> Iterator[tuple[str, ServerSetting]]:
    """All of them with their headings, in the order of the page."""
    for heading, rows in SETTINGS.items():
        for one in device_settings() if heading == "doors" else rows:
            yield heading, one


def entered() -> Mapping[str, str]:
    """What pages entered; InvalidInput where the file was damaged."""
    return entered_settings(settings.CONFIGURATION.data)


def value_of(variable: str, kept: Mapping[str, str]) -> tuple[str, SettingSource]:
    """What is in force in this process, and where it comes from; `kept` is what pages entered."""
    fixed: Mapping[str, str] = settings.CONFIGURATION.fixed
    if text := os.environ.get(variable, "") or fixed.get(variable, ""):
        return text, SettingSource.ENVIRONMENT
    if text := kept.get(variable, ""):
        return text, SettingSource.PAGE
    return "", SettingSource.DEFAULT
