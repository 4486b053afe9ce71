"""What a county usually begins with, as a file of settings: looked at row by row, taken over and undone as every file is."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.toml import write_toml
from tocsin.jurisdiction.face import all_regions, missing_usual_bodies
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.queries import require_giving
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services.giving import give_file
from tocsin.records.imports.services.judging import rows_of
from tocsin.records.setup.rules import CityBody, CityDuty, CityFile
from tocsin.records.setup.services.bodies import YES
from tocsin.records.setup.services.city.reading import read_city
from tocsin.records.setup.services.city.writing import CITY

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

FILE: Final = Path(__file__).resolve().parent.parent / "county.toml"


def give_county_template(*, actor: "User", region_code: str, now: datetime) -> TableImport:
    """Gives what the area lacks of the usual bodies, their duties, shared views and figures to be confirmed as a file of
    settings; nothing is written yet.

    InvalidInput for no such area, NotAllowed elsewhere, Conflict where all that the actor may write of it is there.
    """
    require_giving(actor, CITY, region_code)
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    with transaction.atomic():
        made = give_file(
            actor=actor,
            kind=CITY.name,
            region_code=region_code,
            file_name=_("county template") + ".toml",
            content=write_toml(msgspec.to_builtins(county_template(region_code))).encode(),
            now=now,
        )
        if not any(row.verdict is ImportVerdict.NEW for row in rows_of(actor=actor, made=made, now=now)):
            raise Conflict(_("Everything of the template that you may enter is there already."))
    return made


def county_template(region_code: str) -> CityFile:
    """The template for an area: bodies and duties that it lacks, superiors first, and what is shipped beside them."""
    rows, shipped = missing_usual_bodies(region_code), _shipped()
    bodies = tuple(
        CityBody(
            code=row["code"],
            name_zh=row["name_zh"],
            kind=row["kind"],
            name_en=row["name_en"],
            telephone=row["telephone"],
            superior=row["superior"],
            desk=row["desk"] in YES,
        )
        for row in rows
    )
    duties = [
        CityDuty(row["code"], row["kind"], lifeline=lifeline, trade=trade)
        for row in rows
        for lifeline, trade in _subjects(row["lifelines"].split(), row["trades"].split())
    ]
    policy = tuple(msgspec.structs.replace(one, region=region_code) for one in shipped.policy)
    return CityFile(format=1, region=region_code, body=bodies, duty=tuple(duties), view=shipped.view, policy=policy)


def _subjects(lifelines: list[str], trades: list[str]) -> list[tuple[str, str]]:
    """What a body answers for; for everything where it names nothing."""
    return [*((one, "") for one in lifelines), *(("", one) for one in trades)] or [("", "")]


@cache
def _shipped() -> CityFile:
    return read_city(FILE.read_bytes())
