"""Guidance is written, changed and withdrawn in the product."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.command.casebook.rules import rights
from tocsin.command.guidance.models import GuidanceLine
from tocsin.command.guidance.policy import GUIDANCE
from tocsin.command.guidance.rules.lines import ANY, GuidanceKind
from tocsin.jurisdiction.face import require
from tocsin.lifelines.face import assets_by_code
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def write_guidance(
    *,
    actor: "User",
    key: str,
    kind: GuidanceKind,
    of_class: str,
    region_code: str,
    asset_code: str = "",
    zh: str,
    en: str,
    source: str,
    confidence: str,
    reason: str,
    withdrawn: bool = False,
    effective_from: datetime | None = None,
    effective_to: datetime | None = None,
) -> GuidanceLine:
    """A line of guidance at class × area × object, from that time on (else from now); with the key of a line above or below it,
    it takes that one's place where it is narrower or newer. `withdrawn`: that line does not hold here.
    """
    require(actor, rights.PLANS, region_code)
    now = current_time()
    begins = effective_from or now
    if of_class not in {*GUIDANCE.current().classes, ANY}:
        raise InvalidInput(_("There is no such class."))
    if not all(one.strip() for one in (key, zh, en, source, reason)) or confidence not in ("A", "B", "C"):
        raise InvalidInput(_("A line needs a key, its text in both languages, its source with a mark A, B or C, and a reason."))
    if begins.tzinfo is None or (effective_to is not None and (effective_to.tzinfo is None or effective_to <= begins)):
        raise InvalidInput(_("A line ends after it begins; times need a time zone."))
    asset = assets_by_code(region_code, [asset_code]).get(asset_code) if asset_code else None
    if asset_code and asset is None:
        raise InvalidInput(_("There is no object of that code in this region."))
    line = GuidanceLine.objects.create(
        key=key.strip()[:60],
        kind=kind.value,
        of_class=of_class,
        region_code=region_code,
        asset=asset,
        zh=zh.strip()[:500],
        en=en.strip()[:500],
        withdrawn=withdrawn,
        effective_from=begins,
        effective_to=effective_to,
        source=source.strip()[:200],
        confidence=confidence,
        reason=reason.strip()[:500],
        written_by=actor,
        written_at=now,
    )
    details = {
        "key": line.key,
        "class": of_class,
        "object": asset_code,
        "withdrawn": withdrawn,
        "zh": line.zh,
        "reason": line.reason,
    }
    record_audit(actor, "guidance.written", "guidance", line.pk, region_code, details)
    return line
