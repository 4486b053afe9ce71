"""Who is told that a warning had to do without the outlines of towns: whoever is to deliver them."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import Any

from tocsin.atlas.resources.queries.towns import SLUG, towns_resource
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.services.notices import OUTLINES, OWNER, RESOURCES, STEWARD
from tocsin.jurisdiction.face import all_regions, nearest_authority, people_who_may
from tocsin.notices.face import Directory, Draft, write_all

COUNTY_DIGITS = 6


def tell_of_missing_outlines(town_codes: Collection[str], now: datetime) -> None:
    """Once for each county, and again after a delivery in which some still lack: the owner of the resource; where none is
    registered, those who keep the area's resources, else its authority. Call it in the transaction of the warning.
    """
    drafts: list[Draft] = []
    for county, codes in groupby(sorted(town_codes), key=lambda code: code[:COUNTY_DIGITS]):
        drafts += _drafts(county, len(list(codes)))
    if drafts:
        write_all(drafts, Directory(now))


def _drafts(county: str, count: int) -> list[Draft]:
    resource = towns_resource(county)
    slug = f"{SLUG}_{county}"
    figures: dict[str, Any] = {"what": OUTLINES, "area": _names(county), "count": count, "file": "", "slug": slug}
    if resource is not None:
        figures |= {"resource": str(resource.pk), "name": {"zh": resource.name_zh, "en": resource.name_en}}
        key = f"town-outlines-{county}-{resource.good_id or resource.pk}"
        return [Draft(RESOURCES, OWNER, urgent=False, key=key, organisation=resource.owner, figures=figures)]
    key = f"town-outlines-{county}"
    keepers = people_who_may(rights.KEEP, county)
    if keepers:
        return [Draft(RESOURCES, STEWARD, urgent=False, key=f"{key}-{one.pk}", person=one, figures=figures) for one in keepers]
    authority = nearest_authority(county)
    return [Draft(RESOURCES, STEWARD, urgent=False, key=key, organisation=authority, figures=figures)] if authority else []


def _names(county: str) -> dict[str, str]:
    region = all_regions().filter(code=county).first()
    return {"zh": region.name_zh, "en": region.name_en} if region else {"zh": county, "en": county}
