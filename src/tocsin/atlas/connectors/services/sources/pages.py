"""Pages of JSON, one after the other, in a bounded number."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.services.sources.errands import Errand
from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import Downloaded, download, refusal_of

MOST_PAGE: Final = 64_000_000  # bytes of one page, which is read as a whole


type Secret = Mapping[str, str] | Callable[[str], Mapping[str, str]]
"""The headers that tell who asks: always the same, or signed for the address that is asked."""


class Pages:
    """The pages of one source: each is read once, and there are not too many."""

    def __init__(self, errand: Errand, *, accept: str, secret: Secret, origin: str) -> None:
        self._errand, self._accept, self._secret, self._origin = errand, accept, secret, origin
        self._seen: set[str] = set()
        self.status = 0  # of the last answer

    @property
    def count(self) -> int:
        """How many were asked for."""
        return len(self._seen)

    def read(self, url: str) -> Any:
        """The page at that address; Unreadable for one that was read before, one too many, and what is no JSON."""
        answer, content = self.ask(url)
        if not 200 <= answer.status < 300:
            raise refusal_of(answer.status)
        try:
            return read_json(content, most_bytes=MOST_PAGE)
        except InvalidInput as refusal:
            raise Unreadable(gettext_noop("the source answers with something that is no JSON: %(why)s"), why=refusal) from None

    def ask(self, url: str) -> tuple[Downloaded, bytes]:
        """The same as it came, whatever its status."""
        if url in self._seen:
            raise Unreadable(gettext_noop("the pages of the source turn in a circle: %(url)s comes again"), url=url)
        self._seen.add(url)
        if len(self._seen) > self._errand.most_pages:
            told = gettext_noop("the source has more than %(most)s pages: let an administrator allow more")
            raise Unreadable(told, most=self._errand.most_pages)
        with self._errand.into.open("w+b") as into:
            asked = {"Accept": self._accept}
            limits = self._errand.page_limits(MOST_PAGE)
            secret = self._secret(url) if callable(self._secret) else self._secret
            answer = download(url, into, limits, headers=asked, secret_headers=secret, origin=self._origin)
            self.status = answer.status
            into.seek(0)
            return answer, into.read()


def with_parameters(url: str, **parameters: str) -> str:
    """The address with these parameters in the place of others of their names.

    >>> with_parameters("https://a.cn/x?size=5&after=1", after="7")
    'https://a.cn/x?size=5&after=7'
    """
    parts = urlsplit(url)
    kept = [(name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if name not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()])))
