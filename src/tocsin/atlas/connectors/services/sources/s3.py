"""Objects of an S3-compatible store: the newest one below a prefix, or all of them as parts of one table.

The store is asked by `downloads`, as every other server is: its address is checked and its bytes are counted.
"""

import csv
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.rules.s3 import S3Object, address_of, fits, read_error, read_page, signed_headers
from tocsin.atlas.connectors.rules.sources import S3Source, Taken
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched, refusals_as_unreadable
from tocsin.atlas.connectors.services.sources.features import add_features
from tocsin.atlas.connectors.services.sources.pages import MOST_PAGE, Pages
from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.base.documents import read_json
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import BrokeOff, download, refusal_of, too_large

TRIES: Final = 5
LIST: Final = 1000  # objects on a page of a list
_CHUNK: Final = 1_000_000
_PRECONDITION: Final = 412
_WHOLE: Final = 200

type Sign = Callable[[str], dict[str, str]]


def fetch_s3(source: S3Source, errand: Errand) -> Fetched:
    """Brings the newest object that fits, unless it is the one that was brought last; or all of them."""
    with refusals_as_unreadable():
        return _fetch(source, errand)


def _fetch(source: S3Source, errand: Errand) -> Fetched:
    if source.account and not errand.secret:
        raise Unreadable(gettext_noop("the secret of this login is missing: enter it anew"))

    def sign(url: str) -> dict[str, str]:
        now = datetime.now(UTC)
        return signed_headers(url, account=source.account, secret=errand.secret, region=source.region, at=now)

    found = _objects(source, errand, sign)
    if not found:
        told = gettext_noop("the store has no object %(pattern)s below %(prefix)s")
        raise Unreadable(told, pattern=source.pattern, prefix=source.prefix or "/")
    stamp = {"objects": _digest_of(found)}
    if stamp.items() <= dict(errand.mark).items():
        return Fetched(found[0].name, errand.mark, unchanged=True, is_present=False)
    if source.take is Taken.ALL:
        return _fetch_all(source, errand, sign, found, stamp)
    one = found[0]
    cut = _bring(source, one, errand.into, errand, sign)
    return Fetched(one.name, stamp, cut=cut, is_present=False)


def _objects(source: S3Source, errand: Errand, sign: Sign) -> list[S3Object]:
    """The newest object that fits, or all in the order of their keys."""
    pages = Pages(errand, accept="application/xml", secret=sign, origin=source.url)
    found: list[S3Object] = []
    following = ""
    while True:
        token = {"continuation-token": following} if following else {}
        url = address_of(source.url, source.bucket, prefix=source.prefix, **{"list-type": "2", "max-keys": str(LIST), **token})
        answer, content = pages.ask(url)
        if not _WHOLE <= answer.status < 300:
            raise _refusal(answer.status, content)
        page = read_page(content)
        found += [one for one in page.objects if fits(one, source.pattern)]
        if source.take is Taken.NEWEST:
            found = sorted(found, key=lambda one: (one.modified, one.key))[-1:]
        elif len(found) > errand.most_pages or sum(one.size for one in found) > errand.limits.most_bytes:
            raise too_large(errand.limits.most_bytes)
        following = page.following
        if not following:
            return sorted(found, key=lambda one: one.key)


def _fetch_all(source: S3Source, errand: Errand, sign: Sign, found: list[S3Object], stamp: dict[str, str]) -> Fetched:
    """All objects as parts of one table: CSV, or GeoJSON."""
    gathered = errand.into.with_name(f"{errand.into.name}.all")
    part = errand.into.with_name(f"{errand.into.name}.part")
    wanted = found[:1] if errand.trial else found
    try:
        with RowsFile(gathered, errand.limits.most_bytes) as rows:
            for one in wanted:
                cut = _bring(source, one, part, errand, sign)
                _add_part(rows, one, part.read_bytes(), cut=cut)
    finally:
        part.unlink(missing_ok=True)
    gathered.replace(errand.into)
    return Fetched(source.prefix.strip("/") or source.bucket, stamp, more=len(wanted) < len(found), is_present=False)


def _add_part(rows: RowsFile, one: S3Object, content: bytes, *, cut: bool) -> None:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        add_features(rows, read_json(content.removeprefix(b"\xef\xbb\xbf"), most_bytes=MOST_PAGE))
        return
    if content.startswith((b"PK", b"\xd0\xcf", b"SQLite", b"<", b"\x89", b"%PDF")) or b"\0" in content:
        told = gettext_noop("%(name)s can't be a part of a table: parts are CSV or GeoJSON; take the newest object instead")
        raise Unreadable(told, name=one.key)
    whole = content[: content.rfind(b"\n") + 1] if cut else content
    try:
        text = whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = whole.decode("gb18030", errors="replace")
    for row in csv.DictReader(StringIO(text, newline="")):
        rows.add({name: value for name, value in row.items() if isinstance(name, str)})


def _bring(source: S3Source, one: S3Object, into: Path, errand: Errand, sign: Sign) -> bool:
    """Pours an object onto disk, and goes on where a connection broke off; whether it was cut off, as a trial is short."""
    limits = errand.limits
    if one.size > limits.most_bytes and not errand.trial:
        raise too_large(limits.most_bytes)
    url = address_of(source.url, source.bucket, one.key)
    with into.open("w+b") as file:
        for tried in range(1, TRIES + 1):
            begin = file.seek(0, 2)
            headers = {"Accept-Encoding": "identity"}
            if begin:
                headers |= {"Range": f"bytes={begin}-", "If-Match": one.etag}
            try:
                answer = download(url, file, limits, headers=headers, secret_headers=sign(url), may_cut=errand.trial)
            except BrokeOff:
                if tried == TRIES or file.seek(0, 2) == begin:
                    raise
                continue
            if begin and answer.status in (_WHOLE, _PRECONDITION):  # all anew: it has changed, or comes whole only
                file.truncate(0)
                continue
            if not _WHOLE <= answer.status < 300:
                file.seek(begin)
                raise _refusal(answer.status, file.read())
            if file.seek(0, 2) > limits.most_bytes:
                raise too_large(limits.most_bytes)
            return answer.cut
    raise Unreadable(gettext_noop("the object %(name)s changes while it is fetched: it is tried again"), name=one.key)


def _refusal(status: int, content: bytes) -> Unreadable:
    told = read_error(content)
    if told is None:
        return refusal_of(status)
    return Unreadable(gettext_noop("the store refuses (%(code)s): %(why)s"), code=told.code, why=told.words or "–")


def _digest_of(found: list[S3Object]) -> str:
    digest = hashlib.sha256()
    for one in found:
        digest.update(f"{one.key}\0{one.etag}\0{one.size}\0{one.modified}\n".encode())
    return digest.hexdigest()
