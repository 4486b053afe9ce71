"""What a reporter reads and claims of rewards by number and secret; both are sent, so that a secret stands in no address."""

from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from tocsin.mobilisation.hazard_reports.services.following import Key, open_report
from tocsin.mobilisation.hazard_reports.views.public import open_to_all, read_sent
from tocsin.mobilisation.rewards.services import paying
from tocsin.mobilisation.rewards.shown import claims
from tocsin.screens.clock import current_time


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its secret, and the reward that is claimed; none: they are read."""

    number: str
    secret: str
    claim: UUID | None = None


@require_POST
@open_to_all
def own_rewards(request: HttpRequest) -> HttpResponse:
    """The rewards of a report; a claim answers its code, this once."""
    asked = read_sent(request, Asked)
    key, now = Key(asked.number, asked.secret), current_time()
    code = paying.claim(key=key, reward_id=asked.claim, now=now).code if asked.claim is not None else ""
    return JsonResponse({"rewards": claims.own_rewards(open_report(key), now=now, claimed=asked.claim, code=code)})
