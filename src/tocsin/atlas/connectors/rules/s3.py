"""How an S3-compatible store is asked (AWS Signature Version 4) and what it answers, read from bytes of a stranger."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

from lxml import etree

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_PAGE: Final = 8_000_000  # bytes of a page of a list: a thousand objects with keys of a kilobyte
_PLAIN: Final = "-_.~"
_MOST_WORDS: Final = 200


@dataclass(frozen=True)
class S3Object:
    """One object of a list; `modified` as the store writes moments, which sort as texts."""

    key: str
    size: int
    etag: str
    modified: str

    @property
    def name(self) -> str:
        """The last part of its key."""
        return self.key.rpartition("/")[2]


@dataclass(frozen=True)
class S3Page:
    """A page of a list; `following`: what asks for the next one, empty after the last."""

    objects: tuple[S3Object, ...]
    following: str


@dataclass(frozen=True)
class S3Error:
    """Why a store refuses, by its code."""

    code: str
    words: str


def address_of(url: str, bucket: str, key: str = "", **parameters: str) -> str:
    """The address of a bucket or an object, written as it is signed.

    >>> address_of("https://s3.example.cn/", "city", "水 井/a+b.csv")
    'https://s3.example.cn/city/%E6%B0%B4%20%E4%BA%95/a%2Bb.csv'
    >>> address_of("https://city.s3.example.cn", "", prefix="a/", **{"list-type": "2"})
    'https://city.s3.example.cn/?list-type=2&prefix=a%2F'
    """
    parts = urlsplit(url)
    path = "/".join(one for one in (parts.path.strip("/"), quote(bucket, safe=_PLAIN), quote(key, safe=_PLAIN + "/")) if one)
    query = urlencode(sorted(parameters.items()), quote_via=quote, safe=_PLAIN)
    return f"{parts.scheme}://{parts.netloc}/{path}{'?' if query else ''}{query}"


def signed_headers(
    url: str, *, account: str, secret: str, region: str, at: datetime, method: str = "GET", content: bytes = b""
) -> dict[str, str]:
    """The headers that make a question for this address one of that account; none where there is no account."""
    if not account:
        return {}
    moment, digest = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), hashlib.sha256(content).hexdigest()
    told = {"host": _host(url), "x-amz-content-sha256": digest, "x-amz-date": moment}
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    canonical = hashlib.sha256(_canonical(method, url, told, digest).encode()).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, canonical))
    key = f"AWS4{secret}".encode()
    for part in (moment[:8], region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    names = ";".join(told)
    authorization = f"AWS4-HMAC-SHA256 Credential={account}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {"X-Amz-Content-Sha256": digest, "X-Amz-Date": moment, "Authorization": authorization}


def _canonical(method: str, url: str, headers: Mapping[str, str], digest: str) -> str:
    parts = urlsplit(url)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    return "\n".join((method, parts.path or "/", parts.query, lines, ";".join(headers), digest))


def _host(url: str) -> str:
    parts = urlsplit(url)
    name = (parts.hostname or "").encode("idna").decode()
    shown = f"[{name}]" if ":" in name else name
    usual = {"https": 443, "http": 80}[parts.scheme]
    return shown if parts.port in (None, usual) else f"{shown}:{parts.port}"


def read_page(content: bytes) -> S3Page:
    """A page of a list; InvalidInput for what is none."""
    root = _root(content)
    if _local(root) != "ListBucketResult":
        raise InvalidInput("the address answers with <%(name)s>, not with a list of a bucket", name=_local(root))
    objects = []
    for one in root.iter("{*}Contents"):
        told = {_local(part): (part.text or "").strip() for part in one}
        size = told.get("Size", "")
        if told.get("Key") and size.isascii() and size.isdigit() and len(size) < 19:
            objects.append(S3Object(told["Key"], int(size), told.get("ETag", ""), told.get("LastModified", "")))
    last = {_local(one): (one.text or "").strip() for one in root if len(one) == 0}
    more = last.get("IsTruncated", "").lower() == "true"
    return S3Page(tuple(objects), last.get("NextContinuationToken", "") if more else "")


def read_error(content: bytes) -> S3Error | None:
    """Why the store refuses; None where it does not say so."""
    try:
        root = _root(content)
    except InvalidInput:
        return None
    told = {_local(one): " ".join((one.text or "").split()) for one in root}
    if _local(root) != "Error" or not told.get("Code"):
        return None
    region = f" ({told['Region']})" if told.get("Region") else ""
    return S3Error(told["Code"][:60], (told.get("Message", "") + region)[:_MOST_WORDS])


def fits(one: S3Object, pattern: str) -> bool:
    """Whether an object is a file whose name fits.

    >>> [fits(S3Object(key, 1, "", ""), "*.csv") for key in ("a/B.CSV", "a/b.txt", "a.csv/")]
    [True, False, False]
    """
    return one.size > 0 and bool(one.name) and fnmatchcase(one.name.lower(), pattern.lower())


def _root(content: bytes) -> "_Element":
    if b"<!DOCTYPE" in content or len(content) > MOST_PAGE:
        raise InvalidInput("the answer of the store is too long, or has a document type, which none needs")
    guarded = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(content, guarded)
    except (etree.XMLSyntaxError, ValueError) as error:
        why = " ".join(str(error).split())[:_MOST_WORDS]
        raise InvalidInput("the answer is no XML that can be read: %(why)s", why=why) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidInput("the answer of the store is too long, or has a document type, which none needs")
    return root


def _local(element: "_Element") -> str:
    return str(element.tag).rpartition("}")[2]
