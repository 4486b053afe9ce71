"""The Atom feed of signed messages: how other services take warnings over (RFC 4287, as OASIS advises for CAP)."""

from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from tocsin.mobilisation.public_warnings.shown.warnings import headline_of, texts_for_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tocsin.mobilisation.public_warnings.models import PublicWarning

ATOM = "http://www.w3.org/2005/Atom"
_A = f"{{{ATOM}}}"


def atom_feed(
    warnings: "Iterable[PublicWarning]",
    *,
    title: str,
    base: str,
    address_of: "Callable[[PublicWarning], str]",
    message_of: "Callable[[PublicWarning], str]",
    feed_address: str,
    now: datetime,
) -> bytes:
    """One entry a message. The entry links to the message, which alone is signed."""
    rows = list(warnings)
    feed = etree.Element(f"{_A}feed", nsmap={None: ATOM})
    _add(feed, "id", f"{base}{feed_address}")
    _add(feed, "title", title)
    newest = max((one.issued_at for one in rows if one.issued_at), default=now)
    _add(feed, "updated", newest.isoformat())
    etree.SubElement(feed, f"{_A}link", rel="self", href=f"{base}{feed_address}")
    for one in rows:
        entry = etree.SubElement(feed, f"{_A}entry")
        _add(entry, "id", f"urn:uuid:{one.pk}")
        _add(entry, "title", headline_of(one))
        _add(entry, "updated", one.issued_at.isoformat() if one.issued_at else "")
        author = etree.SubElement(entry, f"{_A}author")
        _add(author, "name", str(one.organisation or title))
        _add(entry, "summary", texts_for_reader(one).caution)
        etree.SubElement(entry, f"{_A}link", rel="alternate", type="text/html", href=f"{base}{address_of(one)}")
        etree.SubElement(entry, f"{_A}link", rel="enclosure", type="application/cap+xml", href=f"{base}{message_of(one)}")
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8")
    return written


def _add(parent: "etree._Element", name: str, text: str) -> None:
    etree.SubElement(parent, f"{_A}{name}").text = text
