"""What must be there before anybody comes: areas, organisations, the first person. Each may be called at every start."""

import csv
import tomllib
from pathlib import Path

from django.db import transaction

from tocsin.jurisdiction.events import RightsActed, tell
from tocsin.jurisdiction.models import Grant, Organisation, Region, User
from tocsin.jurisdiction.queries import SYSTEM_ID
from tocsin.jurisdiction.rules import EVERYWHERE, Role
from tocsin.jurisdiction.services.checks import require, system_actor
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
    """The usual bodies of a county (`organisations.toml`), made where they are missing; all of that region by code."""
    ensure_regions()
    actor = actor or system_actor()
    require(actor, "organisations.manage", region_code)
    known = set(Organisation.objects.filter(region_id=region_code).values_list("code", flat=True))
    for code, fields in tomllib.loads((FOLDER / "organisations.toml").read_text(encoding="utf-8")).items():
        if code in known or fields.pop("only_in", region_code) != region_code:
            continue
        made = Organisation.objects.create(code=code, region_id=region_code, **fields)
        tell(RightsActed(actor, "organisation.registered", "organisation", str(made.pk), region_code, {"code": code}))
    return {one.code: one for one in Organisation.objects.filter(region_id=region_code).select_related("region")}


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
