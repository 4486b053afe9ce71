"""Addresses of the API lead where they would lead if Django compared them with one pattern after the other."""

import re

import pytest
from django.db.models.expressions import Col
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, path
from django.urls.resolvers import RoutePattern

from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.portal.api import api
from tocsin.portal.columns import _hash
from tocsin.portal.urls import Patterns, by_first_word

AN_ID = "01890000-0000-7000-8000-000000000000"


def resolver(patterns: Patterns) -> URLResolver:
    return URLResolver(RoutePattern("api/v1/"), patterns)


def led(patterns: Patterns, address: str) -> tuple[object, ...]:
    match = resolver(patterns).resolve(address)
    return match.func, match.args, match.kwargs, match.url_name, match.route


def test_every_operation_is_where_it_was() -> None:
    flat, _app, _namespace = api.urls
    grouped = by_first_word(flat)
    assert len(flat) > 500 > 10 * len(grouped)
    for one in flat:
        address = "api/v1/" + re.sub(
            r"<(?:(\w+):)?\w+>", lambda found: AN_ID if "uuid" in (found[1] or "") else "1", str(one.pattern)
        )
        assert led(grouped, address) == led(flat, address), address


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


ROUTES = {
    "a word and a parameter in its place": ("cases/<x>/", "cases/open/"),
    "a parameter first": ("<x>/close/", "cases/close/"),
    "part of a word is a parameter": ("cases/map.<x>", "cases/map.pdf"),
    "with and without what follows": ("cases", "cases/", "cases/all"),
}


@pytest.mark.parametrize("routes", ROUTES.values(), ids=ROUTES)
@pytest.mark.parametrize("order", [1, -1])
def test_the_first_pattern_that_fits_is_taken(routes: tuple[str, ...], order: int) -> None:
    flat: Patterns = [path(route, view, name=route) for route in routes[::order]]
    assert all(isinstance(one, URLPattern) for one in flat)
    for address in ("cases/open/", "cases/close/", "cases/map.pdf", "cases", "cases/", "cases/all"):
        try:
            expected = led(flat, f"api/v1/{address}")
        except Resolver404:
            with pytest.raises(Resolver404):
                led(by_first_word(flat), f"api/v1/{address}")
        else:
            assert led(by_first_word(flat), f"api/v1/{address}") == expected


def test_equal_columns_have_one_hash() -> None:
    """Made anew or kept by the field, as Django compares them; another table or field is another column."""
    assert Col.__hash__ is _hash
    code, name = (Region._meta.get_field(one) for one in ("code", "name_zh"))
    assert Col("a", code) == Col("a", code)
    assert hash(Col("a", code)) == hash(Col("a", code))
    region = Organisation._meta.get_field("region")
    assert region.get_col("b") == region.get_col("b")
    assert hash(region.get_col("b")) == hash(region.get_col("b"))
    assert len({Col("a", code), Col("b", code), Col("a", name), Col(None, code), Col("a", code)}) == 4
