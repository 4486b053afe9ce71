"""What must be there before anybody comes: areas, organisations, the first person. Each may be called at every start."""

import csv
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from tocsin.jurisdiction.events import RightsActed, tell
from tocsin.jurisdiction.models import Grant, Organisation, Region, User
from tocsin.jurisdiction.queries import SYSTEM_ID
from tocsin.jurisdiction.rules import EVERYWHERE, Role
from tocsin.jurisdiction.rules.duties import NewDuty, governing_codes, level_of
from tocsin.jurisdiction.services.checks import system_actor
from tocsin.jurisdiction.services.organisations import register_organisation
from tocsin.jurisdiction.services.people import create_person

FOLDER = Path(__file__).resolve().parent.parent


@transaction.atomic
def ensure_regions() -> int:
    """Loads the administrative areas that are not there yet; returns how many were new. Names already there stay as they are.

    `regions.csv`: Shandong by GB/T 2260 (the civil affairs list: 1 province, 16 cities, 136 counties) and 15 functional zones
    of the statistical code of 2023-06-30 (issued 2023-09-11), which have no code in GB/T 2260.
    """
    known = set(Region.objects.values_list("code", flat=True))
    with (FOLDER / "regions.csv").open(encoding="utf-8", newline="") as file:
        missing = [Region(**row) for row in csv.DictReader(file) if row["code"] not in known]
    Region.objects.bulk_create(missing)
    return len(missing)


@transaction.atomic
def ensure_organisations(region_code: str, *, actor: User | None = None) -> dict[str, Organisation]:
    """The usual bodies of a region (`organisations.toml`) with duties and superiors, made where they are missing; all by code.

    The duty room of the government stands under that of the region above, which is made, too.
    """
    ensure_regions()
    actor = actor or system_actor()
    shipped = tomllib.loads((FOLDER / "organisations.toml").read_text(encoding="utf-8"))
    for code, fields in reversed(shipped.items()):  # superiors stand below in the file
        _ensure_organisation(code, fields, region_code, actor)
    return {one.code: one for one in Organisation.objects.filter(region_id=region_code).select_related("region")}


def _ensure_organisation(code: str, fields: dict[str, Any], region_code: str, actor: User) -> Organisation:
    known = Organisation.objects.filter(region_id=region_code, code=code).first()
    if known is not None:
        return known
    region = Region.objects.get(pk=region_code)
    superior = None
    match fields.get("superior"):
        case "^":
            above = next((one for one in governing_codes(region_code)[1:] if Region.objects.filter(pk=one).exists()), None)
            if level_of(region_code) in ("county", "street") and above:
                superior = _ensure_organisation(code, fields, above, actor)
        case str(other):
            superior = Organisation.objects.filter(region_id=region_code, code=other).first()
    named = [{"lifeline": one} for one in fields.get("lifelines", ())] + [{"trade": one} for one in fields.get("trades", ())]
    everything: list[dict[str, str]] = [{}] if fields.get("everything") else []
    return register_organisation(
        actor=actor,
        code=code,
        region_code=region_code,
        name_zh=fields["name_zh"].format(region=region.name_zh),
        name_en=fields["name_en"].format(region=region.name_en),
        kind=fields["kind"],
        telephone=fields.get("telephone", ""),
        duties=[NewDuty(kind=fields["kind"], **subject) for subject in [*named, *everything]],
        superior_id=superior.pk if superior else None,
        has_desk=fields.get("has_desk", False),
    )


@transaction.atomic
def ensure_first_administrator() -> str | None:
    """Makes `admin`, system administrator everywhere, where there is nobody yet: the one-time password, else None."""
    if User.objects.exclude(pk=SYSTEM_ID).exists():
        return None
    actor = system_actor()
    user, password = create_person(actor=actor, username="admin")
    Grant.objects.create(user=user, role=Role.SYSTEM_ADMINISTRATOR, region_code=EVERYWHERE, granted_by=actor)
    details: dict[str, object] = {"role": Role.SYSTEM_ADMINISTRATOR.value, "username": user.username}
    tell(RightsActed(actor, "role.granted", "user", str(user.pk), EVERYWHERE, details))
    return password
