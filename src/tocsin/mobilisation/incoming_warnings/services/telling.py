"""Who is told of the doors themselves: the desk of a refused message, desk and keeper of a service that is silent."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tocsin.jurisdiction.face import bodies_with_duty
from tocsin.mobilisation.incoming_warnings.models import WarningService
from tocsin.mobilisation.incoming_warnings.rules.notices import DESK_AS, KEEPS_AS, SERVICE
from tocsin.notices.face import Directory, Draft, write_all

if TYPE_CHECKING:
    from tocsin.mobilisation.incoming_warnings.models import IncomingMessage


def tell_refused(message: "IncomingMessage", now: datetime) -> None:
    """The desk of the service's area, once a day for each service and reason: the page has all of them."""
    day = timezone.localdate(now)
    figures = {"what": "refused", "message": str(message.pk), "verdict": message.verdict, "reason": message.reason}
    _tell(message.service, f"refused-{message.verdict}-{day}", figures, now)


@transaction.atomic
def watch_silence(*, now: datetime) -> int:
    """Tells once of every service that gives no sign of life, until it does again; returns how many were told."""
    told = 0
    for service in WarningService.objects.select_for_update().filter(ended_at=None, silent_told_at=None):
        since = service.good_at or service.made_at
        if now - since < timedelta(hours=service.silent_h):
            continue
        figures = {"what": "silent", "since": since.isoformat(), "reason": service.error}
        _tell(service, f"silent-{since:%Y%m%d%H%M%S}", figures, now)
        service.silent_told_at = now
        service.save(update_fields=["silent_told_at"])
        told += 1
    return told


def _tell(service: WarningService, key: str, figures: dict[str, object], now: datetime) -> None:
    told = {**figures, "service": str(service.pk), "name": service.name}
    desks = bodies_with_duty(kind="government", region_code=service.region_code, at=now)[:1]
    drafts = [
        Draft(SERVICE, DESK_AS, urgent=False, key=f"warning-service-{service.pk}-{key}-d", organisation=desk, figures=told)
        for desk in desks
    ]
    if figures["what"] == "silent" and service.made_by.is_active:
        keeper = Draft(
            SERVICE, KEEPS_AS, urgent=False, key=f"warning-service-{service.pk}-{key}-k", person=service.made_by, figures=told
        )
        drafts.append(keeper)
    if drafts:
        write_all(drafts, Directory(now))
