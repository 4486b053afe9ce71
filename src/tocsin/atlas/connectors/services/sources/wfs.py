"""A feature type of a Web Feature Service, page by page: GeoJSON where it is offered, else GML, which the child process reads.

The address that was entered is asked and no other: what the service says of its own addresses is often that of a machine inside.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.rules.sources import WfsSource
from tocsin.atlas.connectors.rules.wfs import (
    DEGREES,
    VERSIONS,
    Capabilities,
    FeatureType,
    ServiceRefusal,
    check_answer,
    read_capabilities,
    system_of,
    wanted_systems,
    weigh_page,
    without_time,
)
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched, login_headers, refusals_as_unreadable
from tocsin.atlas.connectors.services.sources.features import add_features
from tocsin.atlas.connectors.services.sources.pages import MOST_PAGE, Pages
from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import refusal_of, too_large

PAGE: Final = 2000
TRIAL_PAGE: Final = 50
_NAMES: Final = 20
_XML: Final = "text/xml, application/xml, application/gml+xml, */*;q=0.5"


@dataclass(frozen=True)
class _Page:
    """A page of features: how many, their ids, how many there are in all (None: not said), and itself."""

    count: int
    ids: Iterable[str]
    matched: int | None
    content: Any


@dataclass
class _Talk:
    """What is asked of one service for one feature type."""

    source: WfsSource
    pages: Pages
    offered: Capabilities
    kind: FeatureType
    system: str = ""
    known: set[int] = field(default_factory=set)  # hashes of ids that came

    @property
    def is_second(self) -> bool:
        """Whether the service answers in WFS 2.0."""
        return self.offered.version.startswith("2.")

    def address(self, **parameters: str) -> str:
        """The address of a question about the features."""
        told = {"typeNames" if self.is_second else "typeName": self.kind.name, "srsName": self.system, **parameters}
        if self.source.sort:
            told["sortBy"] = self.source.sort
        return _asked(self.source.url, version=self.offered.version, request="GetFeature", **told)

    def page(self, begin: int, count: int) -> _Page:
        """So many features from there on."""
        counted = {"count" if self.is_second else "maxFeatures": str(count), "startIndex": str(begin)}
        content = _content(self.pages, self.address(**counted, outputFormat=self.offered.json_format))
        found = _json_page(content) if self.offered.json_format else _gml_page(content)
        mine = {hash(one) for one in found.ids}
        if mine & self.known:
            told = gettext_noop("the pages of the service overlap: enter a column to sort by, whose values are all different")
            raise Unreadable(told)
        self.known |= mine
        return found

    def count(self) -> int | None:
        """How many features there are; None where the service does not say."""
        return weigh_page(_content(self.pages, self.address(resultType="hits"))).matched


def fetch_wfs(source: WfsSource, errand: Errand) -> Fetched:
    """Brings all features of the type; Unreadable where fewer come than the service says that there are."""
    with refusals_as_unreadable():
        return _fetch(source, errand)


def _fetch(source: WfsSource, errand: Errand) -> Fetched:
    secret = login_headers(source.login, source.account, errand.secret)
    pages = Pages(errand, accept=_XML, secret=secret, origin=source.url)
    asked = _asked(source.url, request="GetCapabilities", acceptVersions=",".join(VERSIONS))
    offered = read_capabilities(_content(pages, asked))
    kind = offered.type_named(source.feature_type)
    if kind is None:
        names = ", ".join(one.name for one in offered.types[:_NAMES]) or "–"
        raise Unreadable(gettext_noop("the service has no feature type of this name; it has: %(names)s"), names=names)
    talk = _Talk(source, pages, offered, kind)
    size = TRIAL_PAGE if errand.trial else PAGE
    page = _first_page(talk, size)
    matched = page.matched if page.matched is not None or errand.trial else talk.count()
    gathered = errand.into.with_name(f"{errand.into.name}.all")
    with _file_of(talk, gathered, errand) as into:
        came = page.count
        into.add_page(page.content)
        while page.count and not errand.trial and (came < matched if matched is not None else page.count >= size):
            page = talk.page(came, size)
            into.add_page(page.content)
            came += page.count
    if matched is not None and came < matched and not errand.trial:
        told = gettext_noop("the service says that it has %(matched)s features, and only %(count)s came")
        raise Unreadable(told, matched=matched, count=came)
    gathered.replace(errand.into)
    return Fetched(kind.name, more=came < matched if matched is not None else page.count >= size)


def _first_page(talk: _Talk, size: int) -> _Page:
    """The first page, in degrees where the service gives them."""
    *better, last = wanted_systems(talk.kind.systems)
    for system in better:
        talk.system = system
        try:
            return talk.page(0, size)
        except ServiceRefusal:
            continue
    talk.system = last
    return talk.page(0, size)


def _content(pages: Pages, url: str) -> bytes:
    answer, content = pages.ask(url)
    if 200 <= answer.status < 300:
        return content
    if content.lstrip().startswith(b"<"):  # a report comes with a status of its own
        try:
            check_answer(content)
        except ServiceRefusal:
            raise
        except InvalidInput:
            pass  # a page for people: the status says enough
    raise refusal_of(answer.status)


def _json_page(content: bytes) -> _Page:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        check_answer(content)
    try:
        page = read_json(content, most_bytes=MOST_PAGE)
    except InvalidInput as refusal:
        raise Unreadable(gettext_noop("the source answers with something that is no JSON: %(why)s"), why=refusal) from None
    found = page.get("features") if isinstance(page, dict) else None
    features = found if isinstance(found, list) else []
    ids = [str(one["id"]) for one in features if isinstance(one, dict) and one.get("id") not in (None, "")]
    told = [page.get(name) for name in ("numberMatched", "totalFeatures")] if isinstance(page, dict) else []
    matched = next((one for one in told if isinstance(one, int) and not isinstance(one, bool) and one >= 0), None)
    return _Page(len(features), ids, matched, page)


def _gml_page(content: bytes) -> _Page:
    weighed = weigh_page(content)
    return _Page(weighed.count, weighed.ids, weighed.matched, content)


class _Features(RowsFile):
    """Pages of GeoJSON as one, which says in what system its coordinates are where those are no degrees."""

    def add_page(self, page: Any) -> None:
        """The features of one page."""
        system = _system_in(page)
        if self.count and system != self.system:
            raise Unreadable(gettext_noop("the pages of the service are in different systems of coordinates"))
        self.system = system
        add_features(self, page)


class _GmlPages(AbstractContextManager["_GmlPages"]):
    """Pages of GML as one archive, the same bytes for the same features."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self._file, self._count, self._size, self._most = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1), 0, 0, most_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add_page(self, page: bytes) -> None:
        """One page; Unreadable where all of them are too much."""
        self._count, self._size = self._count + 1, self._size + len(page)
        if self._size > self._most:
            raise too_large(self._most)
        self._file.writestr(ZipInfo(f"page-{self._count:06d}.gml"), without_time(page), ZIP_DEFLATED)


def _file_of(talk: _Talk, path: Path, errand: Errand) -> _Features | _GmlPages:
    kind = _Features if talk.offered.json_format else _GmlPages
    return kind(path, errand.limits.most_bytes)


def _system_in(page: Any) -> str:
    """The system that a page of GeoJSON names, as GeoJSON did before RFC 7946; empty for degrees."""
    told = page.get("crs") if isinstance(page, dict) else None
    properties = told.get("properties") if isinstance(told, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) and system_of(name) not in DEGREES else ""


def _asked(url: str, **parameters: str) -> str:
    """The address with a question of WFS in the place of one that it holds already, whatever the size of its letters."""
    told = {"service": "WFS", **{name: text for name, text in parameters.items() if text}}
    replaced = {*(name.lower() for name in told), "version", "request", "acceptversions", "typename", "typenames"}
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in replaced]
    return urlunsplit(parts._replace(query=urlencode([*kept, *told.items()])))
