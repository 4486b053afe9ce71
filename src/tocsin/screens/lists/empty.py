"""What a list says that has no rows: what makes some appear and where its reader does it, or that its filters hide them all.

A list declares it once beside its columns; `list_page(…, empty=EMPTY)` gives the page `nothing`, and the template shows it:

    EMPTY = EmptyState(_("A case opens when …"), link=_("Take a case in"), to="new_case", may="may_take_in", over="state=all")

    {% empty %}<tr><td colspan="9" class="empty">{% translate "No cases here." %}{% include "portal/_nothing.html" %}</td></tr>
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NO_FILTERS: Final = frozenset({"page", "sort", "columns", "map", "fold", "turned", "group_by", "format"})
"""Parameters that change how rows stand, not which."""


@dataclass(frozen=True)
class EmptyState:
    """What a list says without rows. `words`: what makes them appear.

    `link`: the words of the press that makes the first one, on the page named `to` (with `args`), or at `#id` of the list's own;
    it is offered where the page's context says `may`, everybody where that is empty. `over`: the query that shows what is past,
    where the list opens without it.
    """

    words: "_StrPromise | str" = ""
    link: "_StrPromise | str" = ""
    to: str = ""
    args: tuple[str, ...] = ()
    may: str = ""
    over: str = ""


@dataclass(frozen=True)
class Nothing:
    """The same for one reader. `clear`: the list without filters, where some are set; else the words, the press, and the list
    with what is past. Empty is what there is not.
    """

    clear: str = ""
    words: Promise | str = ""
    link: Promise | str = ""
    url: str = ""
    over: str = ""


def nothing_in(request: HttpRequest, state: EmptyState | None, context: Mapping[str, Any]) -> Nothing:
    """What a list without rows says to this reader; `context["chosen"]` holds its filters, where it is a dataclass."""
    if _narrowed(request, context.get("chosen")):
        return Nothing(clear=f"{request.path}?page=1")  # without a parameter the reader's own default view would open
    if state is None:
        return Nothing()
    over = f"{request.path}?{state.over}" if state.over else ""
    if not state.link or (state.may and not context.get(state.may)):
        return Nothing(words=state.words, over=over)
    url = state.to if state.to.startswith("#") else reverse(state.to, args=state.args)
    return Nothing(words=state.words, link=state.link, url=url, over=over)


def _narrowed(request: HttpRequest, chosen: object) -> bool:
    """Whether a filter is set other than the list opens with."""
    opens = {one.name: str(one.default) for one in fields(chosen)} if is_dataclass(chosen) else {}
    named = [one for one in request.GET if one not in NO_FILTERS]
    return any(value.strip() and value != opens.get(one) for one in named for value in request.GET.getlist(one))
