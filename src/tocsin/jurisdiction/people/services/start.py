"""Organisations and the first person that must be there before anybody comes. Each may be called at every start."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import NewDuty, governing_codes, level_of
from tocsin.jurisdiction.bodies.services import register_organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.accounts import NewAccount, keep_account
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.queries import SYSTEM_ID, may
from tocsin.jurisdiction.rights.rules import Role
from tocsin.jurisdiction.rights.services import require

FILE = Path(__file__).resolve().parent.parent / "organisations.toml"


@transaction.atomic
def ensure_organisations(region_code: str, *, actor: User | None = None) -> dict[str, Organisation]:
    """The usual bodies of a region (`organisations.toml`) with duties and superiors, made where they are missing; all by code.

    The duty room of the government stands under that of the region above, made too where the actor manages that region.
    NotAllowed for who does not manage this one.
    """
    ensure_regions()
    actor = actor or system_actor()
    require(actor, "organisations.manage", region_code)
    there = _bodies_of(region_code)
    missing = [(code, fields) for code, fields in reversed(_shipped().items()) if code not in there]  # superiors stand below
    for code, fields in missing:
        _ensure_organisation(code, fields, region_code, actor)
    return _bodies_of(region_code) if missing else there


def missing_usual_bodies(region_code: str) -> list[dict[str, str]]:
    """The usual bodies that a region does not have yet, as rows of a table of organisations, superiors before those below."""
    region, there = Region.objects.get(pk=region_code), _bodies_of(region_code)
    return [
        {
            "code": code,
            "name_zh": fields["name_zh"].format(region=region.name_zh),
            "name_en": fields["name_en"].format(region=region.name_en),
            "kind": fields["kind"],
            "telephone": fields.get("telephone", ""),
            "superior": _superior_of(code, fields, region_code),
            "desk": "yes" if fields.get("has_desk", False) else "no",
            "lifelines": " ".join(fields.get("lifelines", ())),
            "trades": " ".join(fields.get("trades", ())),
        }
        for code, fields in reversed(_shipped().items())
        if code not in there
    ]


def _superior_of(code: str, fields: Mapping[str, Any], region_code: str) -> str:
    """The code of the body above; that of the region above only where it is there."""
    named = fields.get("superior", "")
    if named != "^":
        return str(named)
    above = [one for one in governing_codes(region_code)[1:] if level_of(region_code) in ("county", "street")]
    return code if Organisation.objects.filter(code=code, region__in=above).exists() else ""


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _bodies_of(region_code: str) -> dict[str, Organisation]:
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
                superior = Organisation.objects.filter(region_id=above, code=code).first()
                if superior is None and may(actor, "organisations.manage", above):
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


def ensure_first_administrator() -> str | None:
    """Makes `admin`, system administrator everywhere, where there is nobody yet: the one-time password, else None."""
    if User.objects.exclude(pk=SYSTEM_ID).exists():
        return None
    account = NewAccount.prepare("admin")
    return account.one_time if _keep_first_administrator(account) else None


@transaction.atomic
def _keep_first_administrator(account: NewAccount) -> bool:
    if User.objects.exclude(pk=SYSTEM_ID).exists():
        return False
    actor = system_actor()
    user = keep_account(actor=actor, account=account)
    Grant.objects.create(user=user, role=Role.SYSTEM_ADMINISTRATOR, region_code=EVERYWHERE, granted_by=actor)
    details: dict[str, object] = {"role": Role.SYSTEM_ADMINISTRATOR.value, "username": user.username}
    tell(RightsActed(actor, "role.granted", "user", str(user.pk), EVERYWHERE, details))
    return True
