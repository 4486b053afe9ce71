"""Organisations entered and changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.areas.models import Region, Town
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, TOWN_DIGITS, governs
from tocsin.jurisdiction.areas.rules.hours import WeekHours
from tocsin.jurisdiction.bodies.models import ORGANISATION_KINDS, Duty, Organisation
from tocsin.jurisdiction.bodies.rules import NewDuty, level_of, makes_a_circle
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.services import require

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
TELEPHONE = re.compile(r"[0-9+() -]{0,40}")
AREA = re.compile(r"[1-9]\d{5}")
TOWN = re.compile(r"[1-9]\d{8}")
SUBJECT = re.compile(r"[a-z0-9_]{0,60}")


@transaction.atomic
def register_organisation(
    *,
    actor: "_User",
    code: str,
    region_code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    telephone: str = "",
    duties: Sequence[NewDuty] = (),
    superior_id: UUID | None = None,
    has_desk: bool = False,
) -> Organisation:
    """A new body; Conflict where the region has one of this code, InvalidInput for an unknown region, kind, duty or superior."""
    require(actor, "organisations.manage", region_code)
    _check_texts(code, name_zh, name_en, telephone)
    if kind not in ORGANISATION_KINDS or not Region.objects.filter(pk=region_code).exists():
        raise InvalidInput(
            _("There is no organisation kind %(kind)s in a region %(region)s.") % {"kind": kind, "region": region_code}
        )
    organisation = Organisation(
        code=code,
        region_id=region_code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        telephone=telephone,
        superior=_superior(superior_id, region_code),
        has_desk=has_desk,
    )
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            _("Region %(region)s already has an organisation %(code)s.") % {"region": region_code, "code": code}
        ) from None
    _write_duties(organisation, duties)
    tell(RightsActed(actor, "organisation.registered", "organisation", str(organisation.pk), region_code, {"code": code}))
    return organisation


@transaction.atomic
def edit_organisation(
    *,
    actor: "_User",
    organisation_id: UUID,
    name_zh: str,
    name_en: str,
    telephone: str,
    has_desk: bool | None = None,
) -> Organisation:
    """New names, telephone number and, where given, whether its desk is manned. Code and region stay: data refers to them."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require(actor, "organisations.manage", organisation.region_id)
    _check_texts(organisation.code, name_zh, name_en, telephone)
    new: dict[str, object] = {"name_zh": name_zh, "name_en": name_en, "telephone": telephone}
    if has_desk is not None:
        new["has_desk"] = has_desk
    changed = {key: [getattr(organisation, key), value] for key, value in new.items() if getattr(organisation, key) != value}
    if changed:
        for key, value in new.items():
            setattr(organisation, key, value)
        organisation.save(update_fields=list(new))
        _tell_edited(actor, organisation, changed)
    return organisation


@transaction.atomic
def set_superior(*, actor: "_User", organisation_id: UUID, superior_id: UUID | None) -> Organisation:
    """Where a matter goes when this desk does not answer. InvalidInput for a body of a foreign area or one below itself."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require(actor, "organisations.manage", organisation.region_id)
    superior = _superior(superior_id, organisation.region_id)
    if superior is not None:
        superior_of = dict(Organisation.objects.values_list("pk", "superior_id"))
        if makes_a_circle(organisation.pk, superior.pk, superior_of):
            raise InvalidInput(_("%(body)s stands below this organisation.") % {"body": superior})
    old = organisation.superior_id
    if old != superior_id:
        organisation.superior = superior
        organisation.save(update_fields=["superior"])
        _tell_edited(actor, organisation, {"superior": [old and str(old), superior_id and str(superior_id)]})
    return organisation


@transaction.atomic
def set_duties(*, actor: "_User", organisation_id: UUID, duties: Sequence[NewDuty]) -> Organisation:
    """All duties of a body anew; InvalidInput for one that can't be read or lies outside the area of the actor."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require(actor, "organisations.manage", organisation.region_id)
    old = [_told(duty) for duty in organisation.duties.all()]
    organisation.duties.all().delete()
    new = [_told(duty) for duty in _write_duties(organisation, duties)]
    if sorted(map(str, old)) != sorted(map(str, new)):
        _tell_edited(actor, organisation, {"duties": [old, new]})
    return organisation


@transaction.atomic
def withdraw_organisation(*, actor: "_User", organisation_id: UUID) -> None:
    """Takes back a body that was entered by mistake. Conflict where something builds on it: people, cases, devices …"""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require(actor, "organisations.manage", organisation.region_id)
    details: dict[str, object] = {"code": organisation.code}
    tell(RightsActed(actor, "organisation.withdrawn", "organisation", str(organisation.pk), organisation.region_id, details))
    try:
        with transaction.atomic():
            organisation.delete()
    except (ProtectedError, RestrictedError):
        raise Conflict(_("%(body)s is in use: it stays.") % {"body": organisation}) from None


@transaction.atomic
def enter_area(*, actor: "_User", code: str, name_zh: str, name_en: str) -> Region:
    """A new administrative area, or new names of one; its level follows from its code. By who manages organisations above it.

    InvalidInput for a code that is none of GB/T 2260, and for a name that is missing or too long.
    """
    if not AREA.fullmatch(code) or code == EVERYWHERE:
        raise InvalidInput(_("The code of an area has six digits (GB/T 2260)."))
    if not (0 < len(name_zh) <= 60 and 0 < len(name_en) <= 100):
        raise InvalidInput(_("An area has a Chinese name of up to 60 and an English one of up to 100 characters."))
    require(actor, "organisations.manage", code)
    level = level_of(code)
    area, made = Region.objects.get_or_create(
        pk=code, defaults={"name_zh": name_zh, "name_en": name_en, "level": level, "kind": level}
    )
    if made or (area.name_zh, area.name_en) != (name_zh, name_en):
        area.name_zh, area.name_en = name_zh, name_en
        area.save(update_fields=["name_zh", "name_en"])
        details: dict[str, object] = {"name_zh": name_zh, "new": made}
        tell(RightsActed(actor, "area.entered", "area", code, code, details))
    return area


@transaction.atomic
def withdraw_area(*, actor: "_User", code: str) -> None:
    """Takes back an area that was entered by mistake. Conflict where bodies stand in it."""
    require(actor, "organisations.manage", code)
    area = Region.objects.select_for_update().get(pk=code)
    tell(RightsActed(actor, "area.withdrawn", "area", code, code, {"name_zh": area.name_zh}))
    try:
        with transaction.atomic():
            area.delete()
    except (ProtectedError, RestrictedError):
        raise Conflict(_("%(body)s is in use: it stays.") % {"body": area}) from None


@transaction.atomic
def enter_town(*, actor: "_User", code: str, name_zh: str) -> Town:
    """A new street or town, or a new name of one. By who manages organisations in its area.

    InvalidInput for a code that is no statistical code of nine digits or begins with no known area, and for a name that is
    missing or too long.
    """
    if not TOWN.fullmatch(code):
        raise InvalidInput(_("The code of a town has %(digits)s digits (statistical code).") % {"digits": TOWN_DIGITS})
    if not 0 < len(name_zh) <= 60:
        raise InvalidInput(_("A town has a Chinese name of up to 60 characters."))
    region_code = code[:6]
    require(actor, "organisations.manage", region_code)
    if not Region.objects.filter(pk=region_code).exists():
        raise InvalidInput(_("There is no area %(code)s for this town: enter the area first.") % {"code": region_code})
    town, made = Town.objects.get_or_create(pk=code, defaults={"region_id": region_code, "name_zh": name_zh})
    if made or town.name_zh != name_zh:
        town.name_zh = name_zh
        town.save(update_fields=["name_zh"])
        details: dict[str, object] = {"name_zh": name_zh, "new": made}
        tell(RightsActed(actor, "town.entered", "town", code, region_code, details))
    return town


@transaction.atomic
def withdraw_town(*, actor: "_User", code: str) -> None:
    """Takes back a town that was entered by mistake. Conflict where a body answers for it."""
    require(actor, "organisations.manage", code[:6])
    town = Town.objects.select_for_update().get(pk=code)
    if Duty.objects.filter(area_code__startswith=code).exists():
        raise Conflict(_("%(body)s is in use: it stays.") % {"body": town})
    tell(RightsActed(actor, "town.withdrawn", "town", code, town.region_id, {"name_zh": town.name_zh}))
    town.delete()


def _write_duties(organisation: Organisation, duties: Sequence[NewDuty]) -> list[Duty]:
    rows = []
    for duty in duties:
        area_code = duty.area_code or organisation.region_id
        WeekHours.parse(duty.hours)
        if duty.kind not in ORGANISATION_KINDS or (duty.lifeline and duty.trade):
            raise InvalidInput(_("A duty is of a known kind, and for a lifeline, for a trade, or for everything."))
        if not (SUBJECT.fullmatch(duty.lifeline) and len(duty.lifeline) <= 30 and SUBJECT.fullmatch(duty.trade)):
            raise InvalidInput(_("Lifelines and trades are named in lower-case letters, digits and underscores."))
        if not (governs(organisation.region_id, area_code) and re.fullmatch(r"\d{6}(\d{3}){0,2}", area_code)):
            raise InvalidInput(
                _("Area %(area)s does not lie in region %(region)s.") % {"area": area_code, "region": organisation.region_id}
            )
        if duty.effective_from and duty.effective_to and duty.effective_to < duty.effective_from:
            raise InvalidInput(_("A duty ends before it begins."))
        rows.append(Duty(organisation=organisation, **{**asdict(duty), "area_code": area_code}))
    return Duty.objects.bulk_create(rows)


def _superior(superior_id: UUID | None, region_code: str) -> Organisation | None:
    """The superior of that id; InvalidInput where its region does not govern this one."""
    if superior_id is None:
        return None
    superior = Organisation.objects.filter(pk=superior_id).first()
    if superior is None or not governs(superior.region_id, region_code):
        raise InvalidInput(_("A superior is an organisation of the same region or of one above it."))
    return superior


def _told(duty: Duty) -> dict[str, str]:
    """A duty in the audit trail."""
    names = ("kind", "lifeline", "trade", "area_code", "hours", "effective_from", "effective_to")
    return {name: str(getattr(duty, name)) for name in names if getattr(duty, name)}


def _tell_edited(actor: "_User", organisation: Organisation, changed: Mapping[str, object]) -> None:
    details: dict[str, object] = {"code": organisation.code, "changed": dict(changed)}
    tell(RightsActed(actor, "organisation.edited", "organisation", str(organisation.pk), organisation.region_id, details))


def text_problems(code: str, name_zh: str, name_en: str, telephone: str) -> list[tuple[str, str]]:
    """What is wrong with the texts of a body, each with its column: missing, too long or of the wrong form."""
    found = []
    if not CODE.fullmatch(code):
        found.append(("code", _("A code has lower-case letters, digits, dashes and underscores, 60 at most.")))
    if not (0 < len(name_zh) <= 120 and 0 < len(name_en) <= 120):
        found.append(("name_zh", _("An organisation has a Chinese and an English name of at most 120 characters.")))
    if not TELEPHONE.fullmatch(telephone):
        text = _("A telephone number has digits, spaces, plus, dashes and brackets, 40 at most.")
        found.append(("telephone", text))
    return found


def is_subject(word: str) -> bool:
    """Whether a lifeline or trade may be called so."""
    return SUBJECT.fullmatch(word) is not None and len(word) <= 30


def _check_texts(code: str, name_zh: str, name_en: str, telephone: str) -> None:
    """InvalidInput for a text that is missing, too long or of the wrong form."""
    for _column, text in text_problems(code, name_zh, name_en, telephone):
        raise InvalidInput(text)
