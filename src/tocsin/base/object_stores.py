"""A store that speaks the S3 protocol: where it lies, and by which keys it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.base.errors import SettingRefused

LOOPBACK = ("127.0.0.1", "::1", "localhost")
USUAL_REGION = "us-east-1"  # what stores without regions answer to


@dataclass(frozen=True)
class ObjectStore:
    """A place in a bucket. `endpoint` is empty for Amazon's own, which lies by its region; the keys stand in no text of it."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    @property
    def url(self) -> str:
        """`s3://bucket/prefix`."""
        return f"s3://{self.bucket}/{self.prefix}"

    @property
    def base(self) -> str:
        """The address at which the store's server is asked."""
        return self.endpoint or f"https://s3.{self.region}.amazonaws.com"

    @property
    def address(self) -> str:
        """Which place in the world this is: what is known of a store is known by it.

        >>> ObjectStore("city", "tocsin/history", "https://s3.example.cn", "cn-1", "", "").address
        'https://s3.example.cn/city/tocsin/history'
        """
        return f"{self.base}/{self.bucket}/{self.prefix}"

    def without_keys(self, text: str) -> str:
        """The text on one line; should a key stand in it, it is left out."""
        for key in filter(None, (self.secret_key, self.access_key)):
            text = text.replace(key, "…")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def object_store_from(settings: Mapping[str, str], variable: str) -> ObjectStore | None:
    """The store of `<name>_URL`, which is the variable, and what stands beside it (`docs/settings.md`); None where it is not set.

    SettingRefused names the variable that can't be read, and never what a key says.
    """
    name, url = variable.removesuffix("_URL"), settings.get(variable, "")
    if not url:
        return None
    parts = urlsplit(url)
    prefix = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not prefix or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingRefused(
            "%(name)s_URL must be s3://BUCKET/PREFIX; the store's own address goes into %(name)s_ENDPOINT", name=name
        )
    access_key, secret_key = _keys(settings, name)
    region = settings.get(f"{name}_REGION", "") or USUAL_REGION
    return ObjectStore(parts.netloc, prefix, _endpoint(settings, name), region, access_key, secret_key)


def _endpoint(settings: Mapping[str, str], name: str) -> str:
    """What is read and written goes over HTTPS, on loopback only or in a network that is said to be closed in clear."""
    text = settings.get(f"{name}_ENDPOINT", "").rstrip("/")
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or "@" in parts.netloc:
        raise SettingRefused(
            "%(name)s_ENDPOINT must be https://HOST or https://HOST:PORT, without a bucket and without keys", name=name
        )
    is_in_clear = parts.scheme == "http" and parts.hostname not in LOOPBACK
    if is_in_clear and settings.get(f"{name}_IN_CLEAR") != "1":
        raise SettingRefused(
            "%(name)s_ENDPOINT is not encrypted: write https://, or set %(name)s_IN_CLEAR=1 in a closed network", name=name
        )
    return text


def _keys(settings: Mapping[str, str], name: str) -> tuple[str, str]:
    file = settings.get(f"{name}_KEYS_FILE", "")
    if not file:
        keys = settings.get(f"{name}_ACCESS_KEY", ""), settings.get(f"{name}_SECRET_KEY", "")
        if not all(keys):
            raise SettingRefused(
                "%(name)s_URL needs %(name)s_ACCESS_KEY and %(name)s_SECRET_KEY, or %(name)s_KEYS_FILE with both", name=name
            )
        return keys
    try:
        lines = Path(file).read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused("%(name)s_KEYS_FILE can't be read: %(why)s", name=name, why=type(error).__name__) from None
    if len(lines) != 2:
        raise SettingRefused("%(name)s_KEYS_FILE must hold two lines: the access key, then the secret key", name=name)
    return lines[0], lines[1]
