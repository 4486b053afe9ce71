"""Where rows come from: one frozen class for each kind of connector, told apart by `kind` in what is stored."""

from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable

LONGEST: Final = 1000


class Login(StrEnum):
    """How a server is told who asks. The secret itself is kept apart."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    HEADER = "header"


class HttpSource(msgspec.Struct, frozen=True, kw_only=True, tag="http", tag_field="kind", forbid_unknown_fields=True):
    """A file at an address, or pages of JSON. `rows`: where in a page its rows stand (`data.list`), empty for a file;
    `following`: where it tells of the next page, an address, or a cursor that goes into the parameter `cursor`.
    """

    url: str
    login: Login = Login.NONE
    account: str = ""
    rows: str = ""
    following: str = ""
    cursor: str = ""


class Encryption(StrEnum):
    """How the connection to a database is secured."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    NONE = "none"


class FeaturesSource(msgspec.Struct, frozen=True, kw_only=True, tag="features", tag_field="kind", forbid_unknown_fields=True):
    """A collection of an OGC API – Features. `url`: of the service's landing page."""

    url: str
    collection: str
    login: Login = Login.NONE
    account: str = ""


class WfsSource(msgspec.Struct, frozen=True, kw_only=True, tag="wfs", tag_field="kind", forbid_unknown_fields=True):
    """A feature type of a Web Feature Service. `sort`: the column by which the service orders its pages, empty: by its own."""

    url: str
    feature_type: str
    sort: str = ""
    login: Login = Login.NONE
    account: str = ""


class DatabaseSource(msgspec.Struct, frozen=True, kw_only=True, tag="database", tag_field="kind", forbid_unknown_fields=True):
    """A table or view (`schema.table`) of a PostgreSQL database. `columns`: those wanted, by commas; empty: all. `geometry`: the
    column of PostGIS that holds the shapes.
    """

    host: str
    port: int = 5432
    database: str
    account: str
    table: str
    columns: str = ""
    geometry: str = ""
    encryption: Encryption = Encryption.VERIFIED


class MysqlSource(msgspec.Struct, frozen=True, kw_only=True, tag="mysql", tag_field="kind", forbid_unknown_fields=True):
    """A table or view (`database.table`, or `table`) of a MySQL or MariaDB database. `geometry`: the column of shapes."""

    host: str
    port: int = 3306
    database: str
    account: str
    table: str
    columns: str = ""
    geometry: str = ""
    encryption: Encryption = Encryption.VERIFIED


class Taken(StrEnum):
    """Which objects of a store are taken."""

    NEWEST = "newest"
    ALL = "all"


class S3Source(msgspec.Struct, frozen=True, kw_only=True, tag="s3", tag_field="kind", forbid_unknown_fields=True):
    """Objects of an S3-compatible store whose key begins with `prefix` and whose last part fits `pattern`: the newest, or all as
    parts of one table. `url`: of the store; `bucket` is empty where the address is that of the bucket. `account`: the access key,
    empty for a bucket that everybody may read.
    """

    url: str
    bucket: str = ""
    prefix: str = ""
    pattern: str = "*"
    take: Taken = Taken.NEWEST
    region: str = "us-east-1"
    account: str = ""


class FolderSource(msgspec.Struct, frozen=True, kw_only=True, tag="folder", tag_field="kind", forbid_unknown_fields=True):
    """The newest file in the resource's own folder whose name fits `pattern` (`*.csv`)."""

    pattern: str = "*"


class BusSource(msgspec.Struct, frozen=True, kw_only=True, tag="bus", tag_field="kind", forbid_unknown_fields=True):
    """Messages of a subject of NATS JetStream, each a record or a feature that takes the place of the one with its key.

    `url`: of a foreign bus; empty: the installation's own, whose subject is then the resource's. `stream`: empty, the one that
    keeps the subject. `key`: the property that holds the key; empty: the message's subject is the key, as in a key-value bucket.
    `deleted`: the property that says that an object is gone; empty: there is none.
    """

    url: str = ""
    subject: str = ""
    stream: str = ""
    key: str = ""
    deleted: str = ""
    login: Login = Login.NONE
    account: str = ""


type Source = HttpSource | FeaturesSource | WfsSource | DatabaseSource | MysqlSource | S3Source | FolderSource | BusSource
KINDS: Final[dict[str, type[msgspec.Struct]]] = {
    "http": HttpSource,
    "features": FeaturesSource,
    "wfs": WfsSource,
    "database": DatabaseSource,
    "mysql": MysqlSource,
    "s3": S3Source,
    "folder": FolderSource,
    "bus": BusSource,
}


def read_source(told: dict[str, Any]) -> Source:
    """A source from what was typed or stored; InvalidInput names what is missing or can't be so.

    >>> read_source({"kind": "folder", "pattern": "*.csv"})
    FolderSource(pattern='*.csv')
    """
    for name, text in told.items():
        if isinstance(text, str) and (not is_storable(text) or not text.isprintable()):
            raise InvalidInput("%(field)s holds signs that no address may hold: type it anew.", field=name)
        if isinstance(text, str) and len(text) > LONGEST:
            raise InvalidInput("%(field)s has at most %(most)s characters.", field=name, most=LONGEST)
    try:
        source: Source = convert(told, Source, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput("This can't be the settings of a connector: %(why)s.", why=str(error)) from None
    _check(source)
    return source


def stored(source: Source) -> dict[str, Any]:
    """As it lies in the database."""
    told: dict[str, Any] = msgspec.to_builtins(source)
    return told


def kind_of(source: Source) -> str:
    """The kind by its name.

    >>> kind_of(FolderSource())
    'folder'
    """
    return str(source.__struct_config__.tag)


def target_of(source: Source) -> str:
    """To whom the secret is told: a secret that was given for one is never sent to another.

    >>> target_of(HttpSource(url="https://data.example.cn/a?b=1"))
    'https://data.example.cn'
    """
    if isinstance(source, DatabaseSource | MysqlSource):
        return f"{source.account}@{source.host}:{source.port}/{source.encryption}".lower()
    url = getattr(source, "url", "")
    if url:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}".lower()
    return ""


def _check(source: Source) -> None:
    match source:
        case HttpSource():
            check_address(source.url)
            check_login(source.login, source.account)
            if source.cursor and not source.following:
                raise InvalidInput("A parameter for the cursor needs the place where a page tells it.")
            if source.following and not source.rows:
                raise InvalidInput("Pages need the place where their rows stand in the JSON.")
        case FeaturesSource():
            check_address(source.url)
            check_login(source.login, source.account)
            if not source.collection:
                raise InvalidInput("A service of features needs the name of the collection.")
        case WfsSource():
            check_address(source.url)
            check_login(source.login, source.account)
            if not source.feature_type:
                raise InvalidInput("A WFS needs the name of the feature type.")
        case DatabaseSource() | MysqlSource():
            _check_database(source)
        case S3Source():
            _check_store(source)
        case FolderSource():
            if not source.pattern or "/" in source.pattern or source.pattern.startswith("."):
                raise InvalidInput("The pattern fits names of files in the folder, as *.csv does; it holds no /.")
        case BusSource():
            check_bus(source)


def _check_database(source: DatabaseSource | MysqlSource) -> None:
    parts = source.table.split(".")
    if not 1 <= source.port <= 65_535 or not source.host or any(one in source.host for one in "/, @:"):
        raise InvalidInput("A database needs the name of its server without a port, and a port between 1 and 65535.")
    if not source.database or not source.account:
        raise InvalidInput("A database needs its name and an account that may read.")
    if len(parts) > 2 or not all(parts):
        raise InvalidInput("A table is named as schema.table, or as table.")


def _check_store(source: S3Source) -> None:
    check_address(source.url)
    if urlsplit(source.url).query or "/" in source.bucket:
        raise InvalidInput("The address of a store has no parameters, and the name of a bucket no /.")
    if not source.pattern or "/" in source.pattern:
        raise InvalidInput("The pattern fits the last part of a key, as *.csv does; it holds no /.")
    if not source.region.replace("-", "").isalnum() or not source.region.isascii():
        raise InvalidInput("A region is named as us-east-1; a store that has none takes that one.")
    if not source.account.isascii() or any(one in source.account for one in " ,/="):
        raise InvalidInput("An access key holds letters and digits.")


def check_address(url: str) -> None:
    """InvalidInput for what is no address of a server, or tells a password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise InvalidInput("%(url)s is no address: it begins with https:// or http://.", url=url) from None
    if not usable or " " in url:
        raise InvalidInput("%(url)s is no address: it begins with https:// or http://.", url=url)
    if parts.username or parts.password:
        raise InvalidInput("The address tells a login: take it out, and enter account and secret in their own fields.")


def check_login(login: Login, account: str) -> None:
    """InvalidInput for a login that says not enough."""
    if login is Login.BASIC and (not account or ":" in account):
        raise InvalidInput("A login by name and password needs the name, without a colon.")
    if login is Login.HEADER and not account.replace("-", "").isalnum():
        raise InvalidInput("A login by a header needs its name, as X-Api-Key is one.")


def check_bus(source: BusSource) -> None:
    """InvalidInput for what is no address of a bus, or no subject."""
    if not source.url:
        if source.subject or source.stream or source.account or source.login is not Login.NONE:
            raise InvalidInput(
                "On the installation's own bus a resource has a subject of its own: subject, stream and login stay empty."
            )
        return
    try:
        parts = urlsplit(source.url)
        usable = parts.scheme in ("nats", "tls") and bool(parts.hostname) and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        usable = False
    if not usable or " " in source.url or "," in source.url:
        raise InvalidInput(
            "%(url)s is no address of a bus: it is one server, as nats://host:4222 or tls://host:4222.", url=source.url
        )
    if parts.username or parts.password:
        raise InvalidInput("The address tells a login: take it out, and enter account and secret in their own fields.")
    if not source.subject or not all(source.subject.split(".")) or " " in source.subject:
        raise InvalidInput("A bus needs the subject of the messages, as water.wells or water.wells.>.")
    if source.stream and any(sign in source.stream for sign in ". *>/\\"):
        raise InvalidInput("The name of a stream holds no dot, star or blank.")
    if source.login is Login.HEADER:
        raise InvalidInput("A bus takes a name and a password, or a token.")
    check_login(source.login, source.account)


def own_subject(slug: str) -> str:
    """The subject of a resource on the installation's own bus.

    >>> own_subject("wells")
    'resources.wells'
    """
    return f"resources.{slug}"
