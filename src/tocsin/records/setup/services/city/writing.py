"""Rows of a file of settings are written as their pages would, and taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict
from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction.bodies.rules import NewDuty
from tocsin.jurisdiction.face import (
    NewAccount,
    Organisation,
    edit_organisation,
    grant_role,
    keep_account,
    people_of_body,
    register_organisation,
    revoke_role,
    set_duties,
    set_superior,
    share_with_body,
    take_shared_view_back,
    visible_people,
    withdraw_organisation,
    withdraw_unused_account,
)
from tocsin.records.imports.rules import ImportKind, Row, UsualLimits, Written
from tocsin.records.setup.rules import CITY_HEADINGS, CitySection, section_of
from tocsin.records.setup.services.areas import AreaNames, area_id, withdraw, write_names
from tocsin.records.setup.services.city.judging import FoundBody, duty_of, judge_city, section_order
from tocsin.records.setup.services.city.reading import city_rows
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.services.versions import decline_version, draft_version, try_version

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_DAYS: Final = ("effective_from", "effective_to")


def write_city(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """Each row as its page would write it; policy becomes drafts that were tried and wait for a second person."""
    return [_write(actor, row, now) for row in rows]


def _write(actor: "User", row: Row, now: datetime) -> Written:
    section, cells = section_of(row.cells), row.cells
    found: Any = row.found
    match section:
        case CitySection.AREA:
            write_names(actor, cells["code"], AreaNames(cells["name_zh"], cells.get("name_en", "")))
            return Written(area_id(cells["code"]), {"section": section, "code": cells["code"], "names": found})
        case CitySection.BODY:
            return _write_body(actor, row, found)
        case CitySection.DUTY:
            region, code, duty = found
            body = _body(region, code)
            set_duties(actor=actor, organisation_id=body.pk, duties=[*map(duty_of, body.duties.all()), duty])
            told = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(duty).items()}
            return Written(_duty_id(body.pk, duty), {"section": section, "body": str(body.pk), "duty": told})
        case CitySection.PERSON:
            region, code = found
            body_id = _body(region, code).pk if code else None
            account = NewAccount.without_password(cells["username"], cells["name"], body_id)
            return Written(keep_account(actor=actor, account=account).pk, {"section": section})
        case CitySection.ROLE:
            username, role, region = found
            person = visible_people(actor).get(username=username)
            grant = grant_role(actor=actor, user=person, role=role, region_code=region)
            return Written(grant.pk, {"section": section})
        case CitySection.VIEW:
            return _write_view(actor, row, now)
        case CitySection.POLICY:
            drafted = draft_version(actor=actor, policy=cells["policy"], new=found)
            return Written(try_version(actor=actor, version_id=drafted.pk).pk, {"section": section})
    raise ValueError(f"a row of no section was judged to be written: {cells}")


def _write_body(actor: "User", row: Row, found: FoundBody) -> Written:
    superior = _body(*found.superior).pk if found.superior else None
    texts = {name: str(found.values[name]) for name in ("name_zh", "name_en", "telephone")}
    desk = found.values["has_desk"] is True
    before = found.before
    if before is None:
        made = register_organisation(
            actor=actor,
            code=row.cells["code"],
            region_code=found.region,
            kind=found.kind,
            superior_id=superior,
            has_desk=desk,
            name_zh=texts["name_zh"],
            name_en=texts["name_en"],
            telephone=texts["telephone"],
        )
        return Written(made.pk, {"section": CitySection.BODY, "held": None})
    held = {name: getattr(before, name) for name in (*texts, "has_desk")}
    edit_organisation(
        actor=actor,
        organisation_id=before.pk,
        name_zh=texts["name_zh"],
        name_en=texts["name_en"],
        telephone=texts["telephone"],
        has_desk=desk,
    )
    above = str(before.superior_id) if before.superior_id else None
    set_superior(actor=actor, organisation_id=before.pk, superior_id=superior)
    return Written(before.pk, {"section": CitySection.BODY, "held": held, "superior": above})


def _write_view(actor: "User", row: Row, now: datetime) -> Written:
    region, code, before = row.found
    body = _body(region, code)
    owner = before.owner if before is not None else people_of_body(body.pk).first() or actor
    held = None if before is None else before.query
    view = share_with_body(
        owner=owner,
        organisation_id=body.pk,
        path=row.cells["path"],
        name=row.cells["name"],
        query=row.cells.get("query", ""),
        now=now,
    )
    return Written(view.pk, {"section": CitySection.VIEW, "held": held})


def undo_city(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """What came goes, what changed holds again what it held, the last first. Conflict where policy is in force by now, or
    something builds on what would go.
    """
    for one in sorted(written, key=_undone_behind, reverse=True):
        _undo(actor, one.id, one.before or {})


def _undone_behind(one: Written) -> tuple[int, int]:
    """What is written first is undone last; areas behind the towns in them."""
    told = one.before or {}
    return list(CitySection).index(CitySection(told["section"])), len(str(told.get("code", "")))


def _undo(actor: "User", written: UUID, told: Mapping[str, Any]) -> None:
    match CitySection(told["section"]):
        case CitySection.AREA:
            if told["names"] is None:
                withdraw(actor, told["code"])
            else:
                write_names(actor, told["code"], AreaNames(*told["names"]))
        case CitySection.BODY if told["held"] is None:
            withdraw_organisation(actor=actor, organisation_id=written)
        case CitySection.BODY:
            edit_organisation(actor=actor, organisation_id=written, **told["held"])
            above = told["superior"]
            set_superior(actor=actor, organisation_id=written, superior_id=UUID(above) if above else None)
        case CitySection.DUTY:
            body = Organisation.objects.get(pk=told["body"])
            days = {one: date.fromisoformat(day) if (day := told["duty"][one]) else None for one in _DAYS}
            gone = NewDuty(**{**told["duty"], **days})
            rest = [duty for one in body.duties.all() if (duty := duty_of(one)) != gone]
            set_duties(actor=actor, organisation_id=body.pk, duties=rest)
        case CitySection.PERSON:
            withdraw_unused_account(actor=actor, user_id=written)
        case CitySection.ROLE:
            revoke_role(actor=actor, grant_id=written)
        case CitySection.VIEW:
            take_shared_view_back(view_id=written, query=told["held"])
        case CitySection.POLICY:
            _undo_policy(actor, written)


def _undo_policy(actor: "User", version_id: UUID) -> None:
    row = PolicyVersion.objects.get(pk=version_id)
    if row.effective_from is not None:
        text = _("The policy %(name)s was confirmed meanwhile: withdraw its version on its page.")
        raise Conflict(text % {"name": row.policy})
    if row.effective_to is None:
        decline_version(actor=actor, version_id=version_id, words=_("The file that brought it was undone."))


def _body(region: str, code: str) -> Organisation:
    found = Organisation.objects.filter(region_id=region, code=code).first()
    if found is None:
        raise Conflict(_("Region %(region)s has no organisation %(code)s.") % {"region": region, "code": code})
    return found


def _duty_id(body: UUID, duty: NewDuty) -> UUID:
    return deterministic_id("duty", str(body), *(str(one) for one in asdict(duty).values()))


CITY: Final = ImportKind(
    name="city",
    title=pgettext_lazy("rows of a table", "Settings of a city or county"),
    permission="organisations.manage",
    headings=lambda: CITY_HEADINGS,
    needed=("section",),
    example={"section": "body", "code": "gas_company", "name_zh": "示例：燃气公司", "name_en": "Gas company", "kind": "owner"},
    page="setup",
    judge=judge_city,
    write=write_city,
    undo=undo_city,
    features=city_rows,
    order=section_order,
    suffixes=(".toml", ".xlsx", ".csv"),
    limits=lambda: UsualLimits(most_rows=5_000),
    also=("people.manage", "roles.grant", "policy.edit"),
    most_text=100_000,
)
