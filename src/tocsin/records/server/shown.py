"""Words for people about settings of the server: what each does, where it comes from, what follows of a change."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.base.server_settings import Variable
from tocsin.records.server.queries import entered, server_settings, value_of
from tocsin.records.server.rules import Secrecy, SettingSource, shown_value

HEADINGS: Final[dict[str, Promise]] = {
    "data": pgettext_lazy("server settings", "Data folder, database, history"),
    "bus": pgettext_lazy("server settings", "Bus and log of readings"),
    "pages": pgettext_lazy("server settings", "Pages and API"),
    "doors": pgettext_lazy("server settings", "Doors of devices"),
    "signing_in": pgettext_lazy("server settings", "Signing in"),
    "files": pgettext_lazy("server settings", "Files"),
    "logs": pgettext_lazy("server settings", "Logs, traces, clock"),
}
SOURCE_NAMES: Final[dict[SettingSource, Promise]] = {
    SettingSource.ENVIRONMENT: pgettext_lazy("source of a setting", "environment"),
    SettingSource.PAGE: pgettext_lazy("source of a setting", "this page"),
    SettingSource.DEFAULT: pgettext_lazy("source of a setting", "default"),
}
AWAY_NAMES: Final[dict[str, Promise]] = {
    "refuse": pgettext_lazy("virus scanner away", "refuse uploads"),
    "quarantine": pgettext_lazy("virus scanner away", "keep uploads back until it has seen them"),
}
PURPOSES: Final[dict[str, Promise]] = {
    "TOCSIN_DATA": _("Folder of the database, the log, the history and the secret keys."),
    "DATABASE_URL": _("PostgreSQL in place of SQLite in the data folder."),
    "TOCSIN_HISTORY_URL": _("Store in which the history of readings lies; without it the data folder."),
    "TOCSIN_HISTORY_ENDPOINT": _("Address of that store."),
    "TOCSIN_HISTORY_REGION": _("Region of that store."),
    "TOCSIN_HISTORY_ACCESS_KEY": _("By which the store knows this server."),
    "TOCSIN_HISTORY_SECRET_KEY": _("The secret that belongs to it."),
    "TOCSIN_HISTORY_KEYS_FILE": _("File with both keys, in their place."),
    "TOCSIN_HISTORY_IN_CLEAR": _("1: readings go to the store without TLS, in a closed network."),
    "TOCSIN_BACKUP_RECIPIENTS": _("Public keys that open backups; without it those of the page Backups."),
    "TOCSIN_NATS_URL": _("Servers of a bus of your own; without it this server starts its own."),
    "TOCSIN_NATS_CA": _("Whom to believe of such a bus."),
    "TOCSIN_NATS_CERTIFICATE": _("By what this server proves itself to it."),
    "TOCSIN_NATS_KEY": _("File of the key that belongs to it."),
    "TOCSIN_NATS_IN_CLEAR": _("1: a login goes to the bus without TLS, in a closed network."),
    "TOCSIN_LOG_REPLICAS": _("How many servers of the bus keep each stream; 0: by their number."),
    "TOCSIN_LOG_CLUSTER": _("Cluster whose servers keep the streams."),
    "TOCSIN_LOG_TAGS": _("Tags of the servers that keep the streams."),
    "TOCSIN_LOG_GIGABYTES": _("How many gigabytes of readings the log keeps."),
    "TOCSIN_LOG_DAYS": _("How many days of readings the log keeps."),
    "TOCSIN_LOG_SYNC": _("How often the log is forced to disk."),
    "TOCSIN_TITLE": _("Title of the screen and of papers."),
    "TOCSIN_PUBLIC_HOSTS": _("Host names under which browsers reach this server."),
    "TOCSIN_LARGEST_REQUEST_MEGABYTES": _("A longer request is refused before it is read."),
    "TOCSIN_HTTP_HOST": _("Address on which pages and API are heard."),
    "TOCSIN_HTTP_PORT": _("Port of pages and API."),
    "TOCSIN_TRUSTED_PROXIES": _("Proxies that are believed from where a request comes."),
    "TOCSIN_BEHIND_HTTPS": _("1: a proxy ends HTTPS; cookies go by HTTPS only."),
    "TOCSIN_CERTIFICATE_HEADER": _("Header in which proxies hand on the certificate of a device."),
    "TOCSIN_TIME_ZONE": _("Zone in which times are shown."),
    "TOCSIN_MQTT_TLS_CERTIFICATE": _("Certificate of the MQTT door."),
    "TOCSIN_MQTT_TLS_KEY": _("File of its key."),
    "TOCSIN_DOOR_IN_CLEAR": _("1: doors without encryption listen beyond this machine."),
    "TOCSIN_SECOND_STEP": _("Whether roles of the policy must sign in by a second step."),
    "TOCSIN_OIDC_ISSUER": _("Provider by which people sign in, too."),
    "TOCSIN_OIDC_CLIENT_ID": _("The name by which it knows this server."),
    "TOCSIN_OIDC_SECRET": _("The secret that belongs to that name."),
    "TOCSIN_OIDC_NAME": _("What stands on its button."),
    "TOCSIN_OIDC_SECOND_STEP": _("1: the provider itself asks for a second step."),
    "TOCSIN_BREACHED_PASSWORDS": _("File of stolen passwords, among which no new one may be."),
    "TOCSIN_SHOW_AROUND": _("User names that the sign-in page offers to everybody who looks around."),
    "TOCSIN_VIRUS_SCANNER": _("A clamd that sees every upload before it is kept."),
    "TOCSIN_VIRUS_SCANNER_AWAY": _("What happens to uploads while it does not answer."),
    "TOCSIN_LOG_LEVEL": _("From which level on processes write to their log."),
    "TOCSIN_LOG": _("Lines of the log as text or JSON."),
    "TOCSIN_TRACES": _("Collector of OpenTelemetry."),
    "TOCSIN_AUDIT_HASH": _("Hash function of the audit trail."),
    "TOCSIN_CLOCK": _("Clock of a demonstration; unset in service."),
}
HOST_OF_DOOR: Final = _("Address on which this door is heard.")
PORT_OF_DOOR: Final = _("Port of this door.")


class ServerSettingOut(Schema):
    """One setting, as this server has it."""

    variable: str
    heading: str = Field(description="what it belongs to")
    heading_name: str
    value: str = Field(description="empty: none; of a secret whether it is set, of an address nothing of a login")
    source: SettingSource
    source_name: str
    purpose: str
    secret: bool
    changeable: bool = Field(description="it can be entered by page or by this API, and takes effect at once")
    restart: bool = Field(description="it takes effect when the processes start again")


def describe_settings(kept: Mapping[str, str] | None = None) -> list[ServerSettingOut]:
    """All of them in the order of the page; `kept` in place of what pages entered. InvalidInput where that file was damaged."""
    kept = entered() if kept is None else kept
    found = []
    for heading, one in server_settings():
        text, source = value_of(one.variable, kept)
        changeable = one.variable in set(Variable)
        found.append(
            ServerSettingOut(
                variable=one.variable,
                heading=heading,
                heading_name=str(HEADINGS[heading]),
                value=shown_value(text or one.default, one.secrecy if text else Secrecy.OPEN),
                source=source,
                source_name=str(SOURCE_NAMES[source]),
                purpose=str(PURPOSES.get(one.variable) or (HOST_OF_DOOR if one.variable.endswith("_HOST") else PORT_OF_DOOR)),
                secret=one.secrecy is Secrecy.SECRET,
                changeable=changeable and source is not SettingSource.ENVIRONMENT,
                restart=not changeable or source is SettingSource.ENVIRONMENT,
            )
        )
    return found


def headings(rows: Iterable[ServerSettingOut]) -> list[tuple[str, list[ServerSettingOut]]]:
    """The settings below their headings."""
    return [(name, list(found)) for name, found in groupby(rows, key=lambda one: one.heading_name)]
