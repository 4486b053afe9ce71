"""A collection of an OGC API – Features, page by page (OGC 17-069r4)."""

from typing import Any, Final
from urllib.parse import quote, urljoin

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.rules.sources import FeaturesSource
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched, login_headers
from tocsin.atlas.connectors.services.sources.features import add_features
from tocsin.atlas.connectors.services.sources.pages import Pages, with_parameters
from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import refusal_of

PAGE: Final = 5000
TRIAL_PAGE: Final = 50
_MISSING: Final = (404, 410)
_NAMES: Final = 20


def fetch_features(source: FeaturesSource, errand: Errand) -> Fetched:
    """Brings all features of the collection; Unreadable where fewer come than the service says that there are."""
    secret = login_headers(source.login, source.account, errand.secret)
    pages = Pages(errand, accept="application/geo+json, application/json", secret=secret, origin=source.url)
    root = source.url if source.url.endswith("/") else f"{source.url}/"
    items = urljoin(root, f"collections/{quote(source.collection, safe='')}/items")
    url = with_parameters(items, limit=str(TRIAL_PAGE if errand.trial else PAGE))
    gathered, matched = errand.into.with_name(f"{errand.into.name}.all"), None
    with RowsFile(gathered, errand.limits.most_bytes) as rows:
        while url:
            page = _read(pages, url, root)
            add_features(rows, page)
            matched = page.get("numberMatched", matched)
            url = _next(page, url)
            if errand.trial:
                break
        if not errand.trial and isinstance(matched, int) and rows.count < matched:
            told = gettext_noop("the service says that it has %(matched)s features, and only %(count)s came")
            raise Unreadable(told, matched=matched, count=rows.count)
    gathered.replace(errand.into)
    return Fetched(source.collection, more=bool(url))


def _read(pages: Pages, url: str, root: str) -> dict[str, Any]:
    try:
        page = pages.read(url)
    except Unreadable:
        if pages.status in _MISSING and pages.count == 1:
            raise _no_collection(pages, root) from None
        raise
    if not isinstance(page, dict):
        raise Unreadable(gettext_noop("this is no OGC API – Features: a page of it is no object"))
    return page


def _no_collection(pages: Pages, root: str) -> Unreadable:
    """What the service has in the place of a collection that it has not."""
    document = pages.read(urljoin(root, "collections"))
    found = document.get("collections") if isinstance(document, dict) else None
    names = [str(one.get("id")) for one in found or () if isinstance(one, dict)]
    if not names:
        return refusal_of(404)
    told = gettext_noop("the service has no collection of this name; it has: %(names)s")
    return Unreadable(told, names=", ".join(names[:_NAMES]))


def _next(page: dict[str, Any], url: str) -> str:
    links = page.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return urljoin(url, str(link["href"]))
    return ""
