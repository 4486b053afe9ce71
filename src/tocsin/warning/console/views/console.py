"""The console and its drawer."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from tocsin.atlas.face import layers_for
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import charged
from tocsin.warning.alarms.policy import quality
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.console.shown import KIND_NAMES
from tocsin.warning.console.views.drawer import drawer_context
from tocsin.warning.console.views.texts import console_texts
from tocsin.warning.diagnosis.queries import diagnoses as queries
from tocsin.warning.diagnosis.shown.diagnoses import ShownToOut

GROUPS = (
    ("gas", pgettext_lazy("network", "Gas")),
    ("heat", pgettext_lazy("network", "Heating")),
    ("water", pgettext_lazy("network", "Water")),
    ("drainage", pgettext_lazy("network", "Drainage")),
    ("power", pgettext_lazy("network", "Power")),
    ("telecom", pgettext_lazy("network", "Telecom")),
)
SHORT_LEVELS = {
    AlarmLevel.RED: gettext_lazy("Level 1"),
    AlarmLevel.ORANGE: gettext_lazy("Level 2"),
    AlarmLevel.YELLOW: gettext_lazy("Level 3"),
    AlarmLevel.BLUE: gettext_lazy("Level 4"),
}


@never_cache
@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """The console; those without alarms are led to their own work."""
    if not may_anywhere(request.user, PERMISSION_SEE):
        return redirect("home")
    return render(request, "warning/console/console.html", _page(request.user))


@never_cache
@vary_on_headers("HX-Request")
@require_GET
@charged
def alarm(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """One alarm: the fragment for htmx, else the console opened on it."""
    context = drawer_context(request.user, alarm_id)
    if getattr(request, "htmx", False):
        return render(request, "warning/console/_alarm.html", context)
    return render(request, "warning/console/console.html", {**_page(request.user), **context})


@never_cache
@require_GET
def shown(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """What was shown of an alarm's diagnoses to whom, newest first: the list that the drawer fetches when it is opened."""
    found = queries.shown_to_people(request.user, alarm_id)
    return render(request, "warning/console/_shown.html", {"shown": [ShownToOut.from_orm(one) for one in reversed(found)]})


def _page(user: Any) -> dict[str, object]:
    return {
        "level_names": [(level.value, level.name.lower(), name) for level, name in SHORT_LEVELS.items()],
        "groups": GROUPS,
        "layers": layers_for(user),
        "page_texts": console_texts(),
        "flood": quality().flood,
        "place_kinds": [(kind.value, name) for kind, name in KIND_NAMES.items()],
        "map_notice": _("Networks: internal use only"),
    }
