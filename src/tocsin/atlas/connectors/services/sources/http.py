"""A file at an address, or pages of JSON."""

from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.rules.sources import HttpSource
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched, login_headers
from tocsin.atlas.connectors.services.sources.pages import Pages, with_parameters
from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import download, refusal_of

NOT_MODIFIED: Final = 304
_NOTHING: Final = object()


def fetch_http(source: HttpSource, errand: Errand) -> Fetched:
    """Brings the file, unless the source says that it has not changed; or all pages as one file."""
    if source.rows:
        return _fetch_pages(source, errand)
    asked = {"Accept": "*/*"}
    if "etag" in errand.mark:
        asked["If-None-Match"] = errand.mark["etag"]
    elif "last-modified" in errand.mark:
        asked["If-Modified-Since"] = errand.mark["last-modified"]
    secret = login_headers(source.login, source.account, errand.secret)
    with errand.into.open("wb") as into:
        answer = download(source.url, into, errand.limits, headers=asked, secret_headers=secret, may_cut=errand.trial)
    if answer.status == NOT_MODIFIED and errand.mark:
        return Fetched(name_in(source.url), errand.mark, unchanged=True)
    if not 200 <= answer.status < 300:
        raise refusal_of(answer.status)
    if answer.headers.get("content-type", "").partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml"):
        raise Unreadable(gettext_noop("the address answers with a page for people (HTML), not with a file: is a login needed?"))
    mark = {name: answer.headers[name] for name in ("etag", "last-modified") if name in answer.headers}
    return Fetched(name_in(source.url), mark, cut=answer.cut)


def name_in(url: str) -> str:
    """What the file is called in an address.

    >>> name_in("https://data.example.cn/a/%E5%AD%A6%E6%A0%A1.csv?day=1"), name_in("https://data.example.cn/")
    ('学校.csv', 'data.example.cn')
    """
    parts = urlsplit(url)
    return unquote(PurePosixPath(parts.path).name) or str(parts.hostname)


def _fetch_pages(source: HttpSource, errand: Errand) -> Fetched:
    secret = login_headers(source.login, source.account, errand.secret)
    pages = Pages(errand, accept="application/json", secret=secret, origin=source.url)
    gathered, url = errand.into.with_name(f"{errand.into.name}.all"), source.url
    with RowsFile(gathered, errand.limits.most_bytes) as rows:
        while url:
            page = pages.read(url)
            _add_rows(rows, _at(page, source.rows))
            url = _next(source, page, url)
            if errand.trial:
                break
    gathered.replace(errand.into)
    return Fetched(name_in(source.url), more=bool(url))


def _next(source: HttpSource, page: Any, url: str) -> str:
    """The address of the next page, empty after the last."""
    told = _at(page, source.following, missing=None) if source.following else None
    if told is None or told is False or told == "":
        return ""
    return with_parameters(source.url, **{source.cursor: str(told)}) if source.cursor else urljoin(url, str(told))


def _add_rows(rows: RowsFile, found: Any) -> None:
    if not isinstance(found, list):
        raise Unreadable(gettext_noop("the place of the rows holds no list: look at what the source answers"))
    for one in found:
        if not isinstance(one, dict):
            raise Unreadable(gettext_noop("a row of the source is no object of names and values"))
        if one.get("type") == "Feature" and isinstance(one.get("properties"), dict | None):
            rows.add(one.get("properties") or {}, one.get("geometry"))
        else:
            rows.add(one)


def _at(page: Any, path: str, *, missing: Any = _NOTHING) -> Any:
    """What stands at a path of names (`data.list`); `.` is the page itself."""
    found = page
    for part in path.split(".") if path != "." else ():
        if not isinstance(found, dict) or part not in found:
            if missing is not _NOTHING:
                return missing
            names = ", ".join(list(found)[:10]) if isinstance(found, dict) else "–"
            told = gettext_noop("the answer has nothing at “%(path)s”; beside it there is: %(names)s")
            raise Unreadable(told, path=path, names=names)
        found = found[part]
    return found
