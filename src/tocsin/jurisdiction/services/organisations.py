"""Organisations entered and changed."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.events import RightsActed, tell
from tocsin.jurisdiction.models import Organisation, Region, User
from tocsin.jurisdiction.services.checks import require

KINDS = ("owner", "department", "government", "rescue", "centre", "other")


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
    if kind not in KINDS or not Region.objects.filter(pk=region_code).exists():
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
