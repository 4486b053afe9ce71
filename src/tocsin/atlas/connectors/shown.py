"""Connectors as people and programs read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from tocsin.atlas.connectors.models import ResourceConnector
from tocsin.atlas.connectors.queries import connector_of, folder_of, messages_aside, rhythm_h
from tocsin.atlas.connectors.rules.sources import KINDS, Encryption, Login, Taken, own_subject
from tocsin.atlas.connectors.rules.trials import Tried
from tocsin.atlas.resources.queries.resources import keeps
from tocsin.atlas.resources.shown.findings import problem_words
from tocsin.atlas.resources.shown.sections import ResourceSection

if TYPE_CHECKING:
    from tocsin.atlas.resources.models import Resource
    from tocsin.jurisdiction.face import Person

KIND_NAMES: Final[dict[str, Promise]] = {
    "http": pgettext_lazy("kind of connector", "HTTP: a file or pages of JSON"),
    "features": pgettext_lazy("kind of connector", "OGC API – Features"),
    "wfs": pgettext_lazy("kind of connector", "WFS"),
    "database": pgettext_lazy("kind of connector", "database (PostgreSQL)"),
    "mysql": pgettext_lazy("kind of connector", "database (MySQL, MariaDB)"),
    "s3": pgettext_lazy("kind of connector", "S3 object store"),
    "folder": pgettext_lazy("kind of connector", "folder on this server"),
    "bus": pgettext_lazy("kind of connector", "message bus (NATS JetStream)"),
}
LOGIN_NAMES: Final[dict[Login, Promise]] = {
    Login.NONE: pgettext_lazy("login of a connector", "none"),
    Login.BASIC: pgettext_lazy("login of a connector", "name and password"),
    Login.BEARER: pgettext_lazy("login of a connector", "token (Authorization: Bearer)"),
    Login.HEADER: pgettext_lazy("login of a connector", "token in a header of its own"),
}
BUS_LOGIN_NAMES: Final[dict[Login, Promise]] = {
    Login.NONE: LOGIN_NAMES[Login.NONE],
    Login.BASIC: LOGIN_NAMES[Login.BASIC],
    Login.BEARER: pgettext_lazy("login of a connector", "token"),
}
ENCRYPTION_NAMES: Final[dict[Encryption, Promise]] = {
    Encryption.VERIFIED: pgettext_lazy("encryption of a connection", "TLS, certificate verified"),
    Encryption.UNVERIFIED: pgettext_lazy("encryption of a connection", "TLS, certificate not verified"),
    Encryption.NONE: pgettext_lazy("encryption of a connection", "none"),
}
TAKEN_NAMES: Final[dict[Taken, Promise]] = {
    Taken.NEWEST: pgettext_lazy("objects of a store", "the newest"),
    Taken.ALL: pgettext_lazy("objects of a store", "all, as parts of one table (CSV or GeoJSON)"),
}
STATE_NAMES: Final[dict[str, Promise]] = {
    "new": pgettext_lazy("state of a connector", "not asked yet"),
    "good": pgettext_lazy("state of a connector", "good"),
    "failing": pgettext_lazy("state of a connector", "failing"),
    "stopped": pgettext_lazy("state of a connector", "stopped"),
}
_BADGES: Final = {"new": "", "good": "good", "failing": "red", "stopped": "yellow"}
_DAYS_FROM_H: Final = 48


@dataclass(frozen=True)
class FormField:
    """A field of a kind's form: its name, its words, whether it must be filled, and its choices where it has some."""

    name: str
    label: Promise
    help: Promise | str = ""
    required: bool = False
    choices: tuple[tuple[str, Promise], ...] = ()
    value: str = ""


def _database_fields(port: str, table: Promise, geometry: Promise) -> tuple[FormField, ...]:
    encryption = tuple((one.value, name) for one, name in ENCRYPTION_NAMES.items())
    return (
        FormField("host", _("Server"), required=True),
        FormField("port", _("Port"), value=port),
        FormField("database", _("Database"), required=True),
        FormField("account", _("Account"), _("that may read, and nothing else"), required=True),
        FormField("table", _("Table or view"), table, required=True),
        FormField("columns", _("Columns"), _("by commas; empty: all")),
        FormField("geometry", _("Column of shapes"), geometry),
        FormField("encryption", _("Encryption"), choices=encryption),
    )


_URL: Final = FormField("url", _("Address"), _("https://… of the file or the service"), required=True)
_LOGIN: Final = (
    FormField("login", _("Login"), choices=tuple((one.value, name) for one, name in LOGIN_NAMES.items())),
    FormField("account", _("Account"), _("of the login by name and password; or the header's name, as X-Api-Key")),
)
FIELDS: Final[dict[str, tuple[FormField, ...]]] = {
    "http": (
        _URL,
        *_LOGIN,
        FormField(
            "rows", _("Place of the rows"), _("in JSON, as data.list; empty: the answer is a file (CSV, Excel, GeoJSON …)")
        ),
        FormField("following", _("Place of the next page"), _("in JSON: an address or a cursor; empty: there is one page")),
        FormField("cursor", _("Parameter for the cursor"), _("in which the cursor is sent; empty: it is an address")),
    ),
    "features": (
        FormField("url", _("Address"), _("of the service, without /collections"), required=True),
        FormField("collection", _("Collection"), required=True),
        *_LOGIN,
    ),
    "wfs": (
        FormField("url", _("Address"), _("of the service, as https://…/geoserver/wfs"), required=True),
        FormField("feature_type", _("Feature type"), _("by its name, as qd:wells"), required=True),
        FormField("sort", _("Sort by"), _("a column whose values are all different; only where the service needs one")),
        *_LOGIN,
    ),
    "database": _database_fields("5432", _("as schema.table"), _("of PostGIS; empty: there is none")),
    "mysql": _database_fields("3306", _("as database.table, or table"), _("in degrees; empty: there is none")),
    "s3": (
        FormField("url", _("Address"), _("of the store, as https://s3.example.cn"), required=True),
        FormField("bucket", _("Bucket"), _("empty: the address is that of the bucket")),
        FormField("prefix", _("Keys begin with"), _("as water/wells/; empty: all")),
        FormField("pattern", _("Files"), _("the last part of a key, as *.csv"), required=True, value="*"),
        FormField("take", _("Take"), choices=tuple((one.value, name) for one, name in TAKEN_NAMES.items())),
        FormField(
            "region",
            pgettext_lazy("of an object store", "Region"),
            _("as the store names it; most take us-east-1"),
            value="us-east-1",
        ),
        FormField("account", _("Access key"), _("empty: everybody may read the bucket")),
    ),
    "folder": (FormField("pattern", _("Files"), _("as *.csv: the newest file whose name fits"), required=True, value="*"),),
    "bus": (
        FormField(
            "url", _("Address"), _("nats://host:4222, or tls://host:4222 with encryption; empty: this installation's own bus")
        ),
        FormField("subject", _("Subject"), _("as water.wells or water.wells.>; empty on the installation's own bus")),
        FormField("stream", pgettext_lazy("of a message bus", "Stream"), _("empty: the one that keeps the subject")),
        FormField(
            "key", _("Key"), _("the value that tells objects apart; empty: the message's subject, as in a key-value bucket")
        ),
        FormField("deleted", _("Mark of deletion"), _("the value that is true where an object is gone; empty: there is none")),
        FormField("login", _("Login"), choices=tuple((one.value, name) for one, name in BUS_LOGIN_NAMES.items())),
        FormField("account", _("Account"), _("of the login by name and password")),
    ),
}
HAS_SECRET: Final = frozenset({"http", "features", "wfs", "database", "mysql", "s3", "bus"})
"""Kinds that may log in."""


class ConnectorOut(Schema):
    """Where a resource is fetched from, and how that goes. The secret is never told."""

    resource_id: UUID
    kind: str = Field(description="http, features, wfs, database, mysql, s3, folder, bus")
    kind_name: str
    source: dict[str, Any] = Field(description="as it was configured")
    folder: str = Field(description="of the kind `folder`: where files are put on the server")
    subject: str = Field(description="of the kind `bus`: the subject that is read")
    messages_aside: int = Field(description="of the kind `bus`: messages set aside that nobody has put away")
    every_h: float | None = Field(description="hours between two fetches; null: the resource's update cycle")
    rhythm_h: float = Field(description="hours between two fetches as they are")
    active: bool
    has_secret: bool
    state: str = Field(description="new, good, failing, stopped")
    state_name: str
    tried_at: datetime | None
    fetched_at: datetime | None = Field(description="the last fetch that did, whether or not it brought something new")
    changed_at: datetime | None = Field(description="the last fetch that brought something new")
    next_at: datetime | None
    failures: int = Field(description="in a row")
    problem: str = Field(description="why the last fetch failed, in the reader's language; empty: it did not")

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return _BADGES[self.state]

    @property
    def rhythm_words(self) -> str:
        """The rhythm in words."""
        return rhythm_words(self.rhythm_h)


class MessageAsideOut(Schema):
    """A message of a bus that can't be read."""

    sequence: int = Field(description="its number in the stream")
    subject: str
    sent_at: datetime
    reason: str = Field(description="why, in the reader's language")
    beginning: str = Field(description="its first characters")


class TriedSourceColumnOut(Schema):
    """A column of the source beside the contract's."""

    heading: str = Field(description="empty: the source has none for this column of the contract")
    column: str = Field(description="of the contract; empty: it has none")
    missing: bool


class TriedSourceOut(Schema):
    """What a trial showed."""

    problem: str = Field(description="why nothing came, and how to mend it; empty: it works")
    columns: list[TriedSourceColumnOut]
    first: list[list[str | None]]
    rows: int = Field(description="that came in the trial")
    placed: int | None = Field(description="of these with a shape; null: the source has no shapes")
    more: bool = Field(description="whether the source has more than the trial brought")
    has_contract: bool

    @property
    def headings(self) -> list[TriedSourceColumnOut]:
        """Columns that the source has."""
        return [one for one in self.columns if not one.missing]

    @property
    def missing(self) -> list[str]:
        """Columns that the contract asks for and the source has not."""
        return [one.column for one in self.columns if one.missing]


def describe_connector(one: ResourceConnector) -> ConnectorOut:
    """One connector."""
    state = "stopped" if not one.active else "failing" if one.failures else "good" if one.fetched_at else "new"
    kind = str(one.source.get("kind", ""))
    return ConnectorOut(
        resource_id=one.resource_id,
        kind=kind,
        kind_name=str(KIND_NAMES.get(kind, kind)),
        source=one.source,
        folder=str(folder_of(one.resource.slug)) if kind == "folder" else "",
        subject=str(one.source.get("subject", "") or own_subject(one.resource.slug)) if kind == "bus" else "",
        messages_aside=messages_aside(one).count() if kind == "bus" else 0,
        every_h=one.every_h,
        rhythm_h=rhythm_h(one),
        active=one.active,
        has_secret=hasattr(one, "secret"),
        state=state,
        state_name=str(STATE_NAMES[state]),
        tried_at=one.tried_at,
        fetched_at=one.fetched_at,
        changed_at=one.changed_at,
        next_at=one.next_at if one.active else None,
        failures=one.failures,
        problem=problem_words(one.problem),
    )


def describe_messages_aside(one: ResourceConnector, most: int) -> list[MessageAsideOut]:
    """The newest messages that are set aside."""
    return [
        MessageAsideOut(
            sequence=each.sequence,
            subject=each.subject,
            sent_at=each.sent_at,
            reason=problem_words(each.reason),
            beginning=each.beginning,
        )
        for each in messages_aside(one)[:most]
    ]


def describe_trial(tried: Tried) -> TriedSourceOut:
    """What a trial showed."""
    problem = {"template": tried.problem.template, "figures": tried.problem.figures} if tried.problem else {}
    return TriedSourceOut(
        problem=problem_words(problem),
        columns=[TriedSourceColumnOut(heading=one.heading, column=one.column, missing=one.missing) for one in tried.columns],
        first=[list(row) for row in tried.first],
        rows=tried.rows,
        placed=tried.placed,
        more=tried.more,
        has_contract=tried.has_contract,
    )


def rhythm_words(hours: float) -> str:
    """Every how long, in words."""
    if hours < 1 / 60:
        seconds = round(hours * 3600)
        return ngettext("every second", "every %(count)s seconds", seconds) % {"count": seconds}
    if hours < 1:
        minutes = round(hours * 60, 1)
        return ngettext("every minute", "every %(count)g minutes", int(minutes)) % {"count": minutes}
    if hours < _DAYS_FROM_H:
        return ngettext("every hour", "every %(count)g hours", int(hours)) % {"count": round(hours, 1)}
    return gettext("every %(count)g days") % {"count": round(hours / 24, 1)}


def filled_fields(kind: str, values: Mapping[str, Any]) -> list[tuple[FormField, str]]:
    """The fields of a kind's form with what stands in them."""
    return [(one, str(values.get(one.name, one.value))) for one in FIELDS.get(kind, ())]


def kind_choices() -> list[tuple[str, str]]:
    """All kinds by their names."""
    return [(kind, str(KIND_NAMES[kind])) for kind in KINDS]


def _section(resource: "Resource", reader: "Person") -> dict[str, object] | None:
    if not keeps(reader, resource):
        return None
    one = connector_of(resource)
    return {"resource_id": resource.pk, "connector": describe_connector(one) if one else None}


SECTION: Final = ResourceSection("atlas/connectors/_section.html", _section)
