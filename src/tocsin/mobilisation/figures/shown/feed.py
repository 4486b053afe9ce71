"""The Atom feed of editions (RFC 4287): who watches it learns of a new one and of a corrected one."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from lxml import etree

from tocsin.mobilisation.figures.shown.figures import area_name, period_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.mobilisation.figures.models import FigureEdition

_ATOM = "http://www.w3.org/2005/Atom"


def atom_feed(editions: "Sequence[FigureEdition]", *, author: str, page: str, own: str, now: datetime) -> bytes:
    """One entry an edition, the newest first; `page` and `own` are whole addresses of the figures and of this feed."""
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(feed, "id", own)
    _add(feed, "title", _("Reports by the public in figures"))
    _add(feed, "updated", max((one.published_at for one in editions if one.published_at), default=now).isoformat())
    _add(etree.SubElement(feed, f"{{{_ATOM}}}author"), "name", author)
    _link(feed, rel="self", href=own)
    _link(feed, rel="alternate", type="text/html", href=page)
    for one in editions:
        entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", f"urn:uuid:{one.pk}")
        _add(entry, "title", _title(one))
        _add(entry, "updated", (one.published_at or now).isoformat())
        _add(entry, "summary", " · ".join(filter(None, (area_name(one.region_code), one.reason))))
        query = urlencode({"period": one.period})
        _link(entry, rel="alternate", type="text/html", href=f"{page}?{query}")
        _link(entry, rel="enclosure", type="application/json", href=f"{page}data.json?{query}")
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8")
    return written


def _title(edition: "FigureEdition") -> str:
    name = period_name(edition.period)
    if edition.number == 1:
        return name
    return _("%(period)s, corrected (edition %(edition)s)") % {"period": name, "edition": edition.number}


def _add(parent: "etree._Element", name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: "etree._Element", **attributes: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", attributes)
