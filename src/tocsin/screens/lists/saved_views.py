"""What people keep of a list: which parameters of its address a list reads, and the views that stand beside it.

What is kept, and for whom, is a subject's own; the catalogue names in `LIST_VIEWS` the function that answers what stands beside
a list.
"""

import copy
import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from urllib.parse import parse_qsl, unquote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection

    from tocsin.screens.lists.groups import AskedGroups
    from tocsin.screens.lists.many import ListActs

LONGEST_PATH: Final = 200  # characters
LONGEST_QUERY: Final = 2000  # characters
NEVER_KEPT: Final = frozenset({"page", "format"})
"""Parameters that say which part of the rows, and in which form: no choice that a person makes of a list."""


def kept_query(query: str, known: "Collection[str]") -> str:
    """The parameters that the list knows and that have a value, in their order.

    >>> kept_query("state=open&search=&page=3&colour=red", {"state", "search"})
    'state=open'
    """
    return urlencode([(name, value) for name, value in parse_qsl(query[:LONGEST_QUERY]) if name in known])


def same_choice(one: str, other: str) -> bool:
    """Whether two queries choose the same of a list, in whatever order they say so; what has no value says nothing.

    >>> same_choice("level=3&state=open", "state=open&level=3&search=&page=2")
    True
    """
    return _chosen(one) == _chosen(other)


def _chosen(query: str) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in parse_qsl(query) if name not in NEVER_KEPT)


class BesideList(Protocol):
    """What stands beside a list."""

    @property
    def default_url(self) -> str:
        """Where the list leads that is opened without any parameter; empty where it is shown as it is."""


def beside_list(request: HttpRequest) -> BesideList | None:
    """The views that the reader keeps of the list at this address; None for who is not signed in."""
    beside = import_string(settings.LIST_VIEWS.replace(":", "."))(request) if settings.LIST_VIEWS else None
    return cast("BesideList | None", beside)


@dataclass
class ListProbe:
    """Asks a list for the parameters that it reads, and for its rows, of which none is fetched; `grouping` where they may be
    grouped, and `acts` upon several of them.
    """

    is_list: bool = False
    parameters: set[str] = field(default_factory=set)
    rows: object = None
    grouping: "AskedGroups | None" = None
    acts: "ListActs | None" = None


class _Watched(QueryDict):
    """Parameters of an address that note which of them are looked for, under whatever name and by whatever way."""

    def __init__(self, text: str, looked_for: set[str]) -> None:
        self._looked_for: set[str] = set()  # what is looked for while the parameters are read in is no wish of the list
        super().__init__(text)
        self._looked_for = looked_for

    def __getitem__(self, key: str) -> Any:
        self._looked_for.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._looked_for.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        """The values under that name."""
        self._looked_for.add(key)
        return super().getlist(key, default)


def probe_of(request: HttpRequest) -> ListProbe | None:
    """The probe that asks by this request, if it is one."""
    return getattr(request, "list_probe", None)


def parameters_of_list(request: HttpRequest, path: str, query: str) -> frozenset[str] | None:
    """The parameters that the list at `path` reads for who asks; None where the URL map has no list there."""
    probe = probe_list(request, path, query)
    return None if probe is None else frozenset(probe.parameters) - NEVER_KEPT


def probe_list(request: HttpRequest, path: str, query: str) -> ListProbe | None:
    """What the list at `path` says of itself to who asks; None where the URL map has no list there.

    The list's own view is run up to its rows, so what it refuses (NotAllowed, DoesNotExist) is refused here. A view of a module
    without lists is never run. InvalidInput for a query that no address has.
    """
    if "\0" in unquote(query):
        raise InvalidInput(_("A text must not contain the NUL character."))
    if len(query) > LONGEST_QUERY:
        raise InvalidInput(_("These filters are longer than the %(most)s characters that are kept.") % {"most": LONGEST_QUERY})
    match = _list_at(path)
    if match is None:
        return None
    asked = copy.copy(request)
    probe = ListProbe()
    asked.method, asked.path, asked.path_info, asked.resolver_match = "GET", path, path, match
    asked.META = {**request.META, "REQUEST_METHOD": "GET", "QUERY_STRING": query}
    asked.GET = _Watched(urlencode(_chosen(query)), probe.parameters)  # type: ignore[assignment]
    asked.list_probe = probe  # type: ignore[attr-defined]
    match.func(asked, *match.args, **match.kwargs)  # not closed: the request goes on
    return probe if probe.is_list else None


def answer_probe(probe: ListProbe, rows: object, grouping: "AskedGroups | None", acts: "ListActs | None") -> HttpResponse:
    """What a list answers to a probe instead of its page."""
    probe.is_list, probe.rows, probe.grouping, probe.acts = True, rows, grouping, acts
    return HttpResponse(status=204)


def may_be_list(path: str) -> bool:
    """Whether our own URL map has a page at `path` that may be a list."""
    return _list_at(path) is not None


def _list_at(path: str) -> ResolverMatch | None:
    """The view at `path`, where its module has a list at all: `list_page` of `screens.lists.page`."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    known = getattr(inspect.unwrap(match.func), "__globals__", {}).get("list_page")
    return match if known is not None and known.__module__ == "tocsin.screens.lists.page" else None
