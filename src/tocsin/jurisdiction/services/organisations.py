"""Organisations entered and changed."""

import re
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.events import RightsActed, tell
from tocsin.jurisdiction.models import ORGANISATION_KINDS, Organisation, Region, User
from tocsin.jurisdiction.services.checks import require

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
TELEPHONE = re.compile(r"[0-9+() -]{0,40}")


@transaction.atomic
def register_organisation(
    *,
    actor: User,
    code: str,
    region_code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    telephone: str = "",
    duties: tuple[str, ...] = (),
) -> Organisation:
    """A new body; Conflict where the region has one of this code, InvalidInput for an unknown region or kind."""
    require(actor, "organisations.manage", region_code)
    _check_texts(code, name_zh, name_en, telephone)
    if kind not in ORGANISATION_KINDS or not Region.objects.filter(pk=region_code).exists():
        raise InvalidInput(
            _("There is no organisation kind %(kind)s in a region %(region)s.") % {"kind": kind, "region": region_code}
        )
    organisation = Organisation(
        code=code, region_id=region_code, name_zh=name_zh, name_en=name_en, kind=kind, telephone=telephone, duties=list(duties)
    )
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            _("Region %(region)s already has an organisation %(code)s.") % {"region": region_code, "code": code}
        ) from None
    tell(RightsActed(actor, "organisation.registered", "organisation", str(organisation.pk), region_code, {"code": code}))
    return organisation


@transaction.atomic
def edit_organisation(
    *, actor: User, organisation_id: UUID, name_zh: str, name_en: str, telephone: str, duties: tuple[str, ...] | None = None
) -> Organisation:
    """New names, telephone number and, where given, duties. Code and region stay: data refers to them."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require(actor, "organisations.manage", organisation.region_id)
    _check_texts(organisation.code, name_zh, name_en, telephone)
    new: dict[str, object] = {"name_zh": name_zh, "name_en": name_en, "telephone": telephone}
    if duties is not None:
        new["duties"] = list(duties)
    changed = {key: [getattr(organisation, key), value] for key, value in new.items() if getattr(organisation, key) != value}
    if changed:
        for key, value in new.items():
            setattr(organisation, key, value)
        organisation.save(update_fields=list(new))
        details: dict[str, object] = {"code": organisation.code, "changed": changed}
        tell(RightsActed(actor, "organisation.edited", "organisation", str(organisation.pk), organisation.region_id, details))
    return organisation


def _check_texts(code: str, name_zh: str, name_en: str, telephone: str) -> None:
    """InvalidInput for a text that is missing, too long or of the wrong form."""
    if not CODE.fullmatch(code):
        raise InvalidInput(_("A code has lower-case letters, digits, dashes and underscores, 60 at most."))
    if not (0 < len(name_zh) <= 120 and 0 < len(name_en) <= 120):
        raise InvalidInput(_("An organisation has a Chinese and an English name of at most 120 characters."))
    if not TELEPHONE.fullmatch(telephone):
        raise InvalidInput(_("A telephone number has digits, spaces, plus, dashes and brackets, 40 at most."))
