"""Administrative areas for programs."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.jurisdiction.areas import queries

router = Router()


class RegionOut(Schema):
    code: str
    name_zh: str
    name_en: str
    level: str
    kind: str


class TownOut(Schema):
    code: str = Field(description="statistical code of nine digits; the first six are those of its area")
    name_zh: str
    region_code: str


class TownFilter(Schema):
    region_code: str = Field(pattern=r"^\d{6}$", description="code of a province, city or county")


@router.get("/regions", response=list[RegionOut])
def regions(request: HttpRequest) -> Any:
    """The administrative areas: no secret, so whole."""
    return queries.all_regions()


@router.get("/regions/towns", response=list[TownOut])
def towns(request: HttpRequest, wanted: Query[TownFilter]) -> list[TownOut]:
    """The streets and towns of an area and of those below it, by code; none where none are known."""
    found = queries.towns_within([wanted.region_code])
    return [TownOut(code=code, name_zh=name, region_code=code[:6]) for code, name in found.items()]
