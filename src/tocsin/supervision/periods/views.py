"""Special periods: what was named, for whom, how far firms were told; an authority names and ends them here."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.periods import queries, services
from tocsin.supervision.periods.models import SpecialPeriod
from tocsin.supervision.periods.shown import describe_period, describe_telling

COLUMNS = ("name", "region_code", "trades", "first", "last", "reason", "state", "state_name", "named_by", "named_at", "ended_at")
EMPTY = EmptyState(
    gettext_lazy("A special period asks key people of firms to be at their posts."),
    link=gettext_lazy("Name a period"),
    to="#name-period",
    may="may_name",
)


@never_cache
@require_GET
def periods(request: HttpRequest) -> HttpResponse:
    """Periods of the reader's areas, the newest first, each with how far the firms were told for who may name them."""
    user, now = request.user, current_time()
    if not any(may_anywhere(user, one) for one in (rights.SEE, rights.PRESENCE, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    found = queries.visible_periods(user)

    def row(period: SpecialPeriod) -> dict[str, object]:
        leads = may(user, rights.LEAD, period.region_code)
        shown = describe_period(period, now)
        telling = describe_telling(period) if leads and shown.state in ("ahead", "running") else None
        return {"period": shown, "telling": telling, "may_end": leads and shown.state in ("ahead", "running")}

    context = {
        "may_name": may_anywhere(user, rights.LEAD),
        "regions": regions_within(user, rights.LEAD),
        "trades": sorted(((key, one.name) for key, one in trades().items()), key=lambda one: one[1]),
        "now": now,
    }
    return list_file(request, found, "special-periods", COLUMNS, lambda one: describe_period(one, now)) or list_page(
        request, found, "supervision/periods/periods.html", empty=EMPTY, describe=row, context=context
    )


@act("special_periods", alone=True)
def name(request: HttpRequest, *, name: str, region: str, first: date, last: date, reason: str, trades: list[str]) -> str:
    """An authority names a special period."""
    services.name_period(
        actor=actor_of(request),
        name=name,
        region_code=region,
        first=first,
        last=last,
        reason=reason,
        trades=trades,
        now=current_time(),
    )
    return _("Named. The firms concerned are being told.")


@act("special_periods", alone=True)
def end(request: HttpRequest, special_period_id: UUID) -> str:
    """It ends before its last day."""
    found = queries.visible_periods(request.user).get(pk=special_period_id)
    services.end_period(actor=actor_of(request), period_id=found.pk, now=current_time())
    return _("Ended. Who was told of it is being told.")
