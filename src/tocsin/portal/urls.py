"""The URL map: the API under /api/v1, then each capability's pages as the catalogue names them."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from tocsin.portal.api import api
from tocsin.portal.catalogue import PAGES
from tocsin.portal.live import stream
from tocsin.portal.views import health, home, set_language, today

type Patterns = list[URLPattern | URLResolver]


def by_first_word(patterns: Patterns) -> Patterns:
    """The same addresses, with those that begin with the same word below that word, and so on.

    Django compares an address with one pattern after the other, and the API has hundreds. Patterns of which one begins with a
    parameter, which might be that word, stay as they are.
    """
    parted = [(one, *str(one.pattern).partition("/")) for one in patterns]
    if any("<" in first for _one, first, _slash, _rest in parted):
        return patterns
    below: dict[str, Patterns] = {}
    whole: Patterns = []
    for one, first, slash, rest in parted:
        if slash and isinstance(one, URLPattern):
            below.setdefault(first + slash, []).append(path(rest, one.callback, one.default_args, one.name))
        else:
            whole.append(one)
    return [*whole, *(path(first, include(by_first_word(inner))) for first, inner in below.items())]


operations, app_name, namespace = api.urls
urlpatterns = [
    path("api/v1/", (by_first_word(operations), app_name, namespace)),
    path("health/", health, name="health"),
    path("live/", stream, name="live"),
    path("home/", home, name="home"),
    path("today/", today, name="today"),
    path("language/", set_language, name="set_language"),
    *(path(prefix, include(import_module(module))) for prefix, module in PAGES),
]
handler400 = "tocsin.portal.views.unreadable"
handler404 = "tocsin.portal.views.not_found"
