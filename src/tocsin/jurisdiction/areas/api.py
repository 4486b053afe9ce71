"""Administrative areas for programs."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tocsin.jurisdiction.areas import queries

router = Router()


class RegionOut(Schema):
    code: str
    name_zh: str
    name_en: str
    level: str
    kind: str


@router.get("/regions", response=list[RegionOut])
def regions(request: HttpRequest) -> Any:
    """The administrative areas: no secret, so whole."""
    return queries.all_regions()
