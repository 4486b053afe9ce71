"""The routing table and the standard's list of situations: read, searched, taken as a file, proposed from one."""

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.base.tables import csv_text
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.mobilisation.hazard_reports.policy.routing import NAME, routing_policy
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.services.importing import COLUMN_WORDS, HEADINGS, ListImport, import_situations
from tocsin.mobilisation.hazard_reports.shown.routing import describe_routing
from tocsin.screens.acts import act
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.request import actor_of
from tocsin.screens.tables import csv_file, wants_csv


@dataclass(frozen=True)
class Filters:
    """Which situations are shown."""

    trade: str = ""
    q: str = ""


@never_cache
@require_GET
def routing(request: HttpRequest) -> HttpResponse:
    """The table; as a file it is the list in the form in which it is taken in, headings alone where it has no rows."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Reports by the public are nothing that you may see."))
    if wants_csv(request):
        return csv_file("situations", _as_table())
    return _page(request, read_filters(Filters, request.GET))


def _page(request: HttpRequest, chosen: Filters, done: ListImport | None = None) -> HttpResponse:
    table = describe_routing(trade=chosen.trade, q=chosen.q)
    context = {
        "table": table,
        "chosen": chosen,
        "trades": [(one.key, one.name) for one in table.trades],
        "policy": NAME,
        "known": len(routing_policy().situation),
        "may_import": may(request.user, "policy.edit", EVERYWHERE),
        "done": done,
    }
    return render(request, "mobilisation/hazard_reports/routing.html", context, status=400 if done else 200)


def _as_table() -> str:
    chinese = (get_language() or "zh").startswith("zh")
    heads = [HEADINGS[one][0] if chinese else one for one in COLUMN_WORDS]
    rows = [[getattr(one, column) for column in COLUMN_WORDS] for one in routing_policy().situation]
    return csv_text(heads, rows)


@act("hazard_routing", alone=True)
def propose_situations(request: HttpRequest, *, source: Line) -> HttpResponse:
    """A file with the list: a draft that another person confirms, or the page with every error."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refusal(_("Choose a file."))
    done = import_situations(actor=actor_of(request), content=file.read(), source=source, region_code=EVERYWHERE)
    if done.version_id is None:
        return _page(request, Filters(), done)
    return redirect("policy_version", done.version_id)
