"""A step is left out with a reason, and taken up again."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.audit.services import record_audit
from tocsin.records.setup.models import SkippedStep
from tocsin.screens.readiness import setup_steps

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_TEXT: Final = 300


@transaction.atomic
def skip_step(*, actor: "User", step: str, region_code: str, reason: str, now: datetime) -> SkippedStep:
    """The area does without this step; the reason is kept. A second time writes the new reason.

    InvalidInput for a step or an area that is not there, and without a reason.
    """
    _check(actor, step, region_code)
    reason = reason.strip()
    if not 0 < len(reason) <= MOST_TEXT:
        raise InvalidInput(_("Say in up to %(most)d characters why the step is left out.") % {"most": MOST_TEXT})
    found, _made = SkippedStep.objects.update_or_create(
        step=step, region_code=region_code, defaults={"reason": reason, "at": now, "by": actor}
    )
    record_audit(actor, "setup.step_skipped", "setup_step", step, region_code, {"reason": reason})
    return found


@transaction.atomic
def take_up_step(*, actor: "User", step: str, region_code: str) -> None:
    """The step counts again."""
    _check(actor, step, region_code)
    deleted, _rows = SkippedStep.objects.filter(step=step, region_code=region_code).delete()
    if deleted:
        record_audit(actor, "setup.step_taken_up", "setup_step", step, region_code, {})


def _check(actor: "User", step: str, region_code: str) -> None:
    if step not in {one.name for one in setup_steps()}:
        raise InvalidInput(_("There is no step %(name)s.") % {"name": step[:40]})
    if not all_regions().filter(pk=region_code).exists():
        raise InvalidInput(_("There is no area %(code)s.") % {"code": region_code[:12]})
    require(actor, "system.see", region_code)
