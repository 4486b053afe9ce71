"""Feeds of warnings read from bytes: Atom and RSS, with messages linked or inline; or one message by itself."""

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import etree

from tocsin.mobilisation.public_warnings.rules.cap.message import NAMESPACE
from tocsin.mobilisation.public_warnings.rules.cap.reading import OffSchema, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

ATOM = "{http://www.w3.org/2005/Atom}"
CAP_TYPE = "application/cap+xml"
_ALERT = f"{{{NAMESPACE}}}alert"


@dataclass(frozen=True)
class Entry:
    """One message of a feed: its address, or the message itself. `mark` is another one once the entry has changed."""

    mark: str
    address: str = ""
    content: bytes = b""


def read_feed(data: bytes, base: str) -> list[Entry]:
    """The entries that bring a CAP message, as they stand; refused as a message is that can't be read."""
    root = parse(data)
    if root.tag == _ALERT:
        return [Entry(_mark(data), content=data)]
    if root.tag == f"{ATOM}feed":
        return _distinct(_atom(entry, base) for entry in root.iterfind(f"{ATOM}entry"))
    if root.tag == "rss":
        return _distinct(_rss(item, base) for item in root.iterfind("channel/item"))
    raise OffSchema("The feed is neither Atom nor RSS nor a CAP message: its root is %(tag)s", tag=root.tag)


def _atom(entry: "_Element", base: str) -> Entry | None:
    content = entry.find(f"{ATOM}content")
    if content is not None and (inline := _inline(content)):
        return Entry(_mark(inline), content=inline)
    links = entry.findall(f"{ATOM}link")
    if content is not None and content.get("src"):
        links = [*links, content]
    found = next((one for one in links if (one.get("type") or "").startswith(CAP_TYPE)), None)
    address = "" if found is None else found.get("href") or found.get("src") or ""
    updated = entry.findtext(f"{ATOM}updated") or ""
    return Entry(_mark(f"{address} {updated}".encode()), address=urljoin(base, address)) if address else None


def _rss(item: "_Element", base: str) -> Entry | None:
    if inline := _inline(item):
        return Entry(_mark(inline), content=inline)
    enclosure = item.find("enclosure")
    is_cap = enclosure is not None and (enclosure.get("type") or "").startswith(CAP_TYPE)
    address = (enclosure.get("url") if is_cap and enclosure is not None else item.findtext("link")) or ""
    published = item.findtext("pubDate") or ""
    return Entry(_mark(f"{address} {published}".encode()), address=urljoin(base, address.strip())) if address.strip() else None


def _inline(holder: "_Element") -> bytes:
    """The message inside an element: as elements, or as escaped text."""
    alert = holder.find(_ALERT)
    if alert is not None:
        written: bytes = etree.tostring(alert, with_tail=False)
        return written
    text = (holder.text or "").strip()
    return text.encode() if text.startswith("<") and NAMESPACE in text else b""


def _distinct(entries: "Iterable[Entry | None]") -> list[Entry]:
    return list({one.mark: one for one in entries if one is not None}.values())


def _mark(data: bytes) -> str:
    return sha256(data).hexdigest()
