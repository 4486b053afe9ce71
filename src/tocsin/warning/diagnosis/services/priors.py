"""Priors of a region reset, with event and audit entry."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.face import record_audit
from tocsin.warning.diagnosis.events import PriorsReset
from tocsin.warning.diagnosis.models import PriorReset
from tocsin.warning.diagnosis.rules import PERMISSION_PRIORS

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def reset_priors(*, actor: "User", region_code: str, reason: str) -> PriorReset:
    """The region and those below it learn anew from the next finding on. NotAllowed without the right to change policy there."""
    require(actor, PERMISSION_PRIORS, region_code)
    if region_code != EVERYWHERE and not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no such region."))
    if not reason.strip():
        raise InvalidInput(_("Say why the priors are reset."))
    reset = PriorReset.objects.create(region_code=region_code, by=actor, reason=reason.strip()[:500])
    record_event(PriorsReset(region_code=region_code), region=region_code)
    record_audit(actor, "priors.reset", "region", region_code, region_code, {"reason": reset.reason})
    return reset
