"""Administrative areas and their towns, read."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.areas.models import Region, Town, town_name
from tocsin.jurisdiction.areas.rules.codes import TOWN_DIGITS, governing_prefix


def all_regions() -> QuerySet[Region]:
    """Every administrative area, by code."""
    return Region.objects.all()


def region_names(region_codes: Collection[str]) -> dict[str, str]:
    """By code what people call the area. One query."""
    return {one.code: str(one) for one in Region.objects.filter(code__in=region_codes)}


def names_of_towns(town_codes: Collection[str]) -> dict[str, str]:
    """What the reader calls those that are known, by code, whatever else the codes name. One query, none without a code of nine
    digits.
    """
    codes = {code for code in town_codes if len(code) == TOWN_DIGITS}
    return {code: town_name(name) for code, name in towns_within(codes).items()} if codes else {}


def area_names(codes: Collection[str]) -> dict[str, str]:
    """By code what people call areas and towns. Two queries."""
    return region_names(codes) | names_of_towns(codes)


def areas_to_answer_for(region_code: str) -> dict[str, str]:
    """Name by code of an area, of those below it and of the towns that stand directly below it. Two queries."""
    below = Region.objects.filter(code__startswith=governing_prefix(region_code))
    return {one.code: str(one) for one in below} | towns_of_area(region_code)


def towns_within(codes: Collection[str]) -> dict[str, str]:
    """Chinese names by code, in order, of the towns of provinces, cities and counties, and of towns named so. One query."""
    areas = {code for code in codes if len(code) < TOWN_DIGITS}
    wanted = Q(pk__in=set(codes) - areas)
    for prefix in map(governing_prefix, areas):
        wanted |= Q(pk__range=(prefix.ljust(TOWN_DIGITS, "0"), prefix.ljust(TOWN_DIGITS, "9")))
    return dict(Town.objects.filter(wanted).values_list("code", "name_zh"))


def towns_of_area(region_code: str) -> dict[str, str]:
    """What the reader calls the towns that stand directly below an area, by code: none of a city that has counties. One query."""
    return {one.code: str(one) for one in Town.objects.filter(region_id=region_code)}


def areas_with_towns() -> set[str]:
    """Codes of the areas that stand directly above known towns: counties, and cities without counties. One query."""
    return set(Town.objects.order_by().values_list("region_id", flat=True).distinct())
