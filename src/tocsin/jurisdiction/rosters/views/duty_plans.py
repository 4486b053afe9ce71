"""A duty plan by dates: a file is looked at row by row, and taken over from the page that shows it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.tables import csv_text
from tocsin.jurisdiction.rights.views import needs, person_of
from tocsin.jurisdiction.rosters.services import duty_plans as services
from tocsin.jurisdiction.rosters.services.duty_plans import MOST_BYTES, NEEDED
from tocsin.jurisdiction.rosters.views.rosters import visible


@require_POST
@needs("rosters.manage")
def import_duty_plan(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """With a file: what it would do, with every problem by its row. With the rows of that page: takes them over."""
    found, actor, now = visible(request, roster_id), person_of(request), settings.CONFIGURATION.clock.now()
    taken = request.POST.get("rows", "")
    try:
        rows = services.read_duty_plan(taken.encode() if taken else _file(request))
        if taken:
            leave_wrong = request.POST.get("leave_wrong") == "yes"
            rows = services.take_duty_plan(actor=actor, roster_id=found.pk, rows=rows, leave_wrong=leave_wrong, now=now)
        else:
            rows = services.preview_duty_plan(actor=actor, roster_id=found.pk, rows=rows, now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("roster", roster_id=found.pk)
    wrong = [row for row in rows if row.problems]
    if taken and (not wrong or leave_wrong):
        count = len(rows) - len(wrong)
        words = ngettext("%(count)d shift is entered.", "%(count)d shifts are entered.", count)
        messages.success(request, words % {"count": count})
        return redirect("roster", roster_id=found.pk)
    context = {
        "roster": found,
        "rows": rows,
        "wrong": wrong,
        "right": len(rows) - len(wrong),
        "text": csv_text(NEEDED, [row.text for row in rows]).lstrip("\ufeff"),
    }
    return render(request, "jurisdiction/rosters/duty_plan.html", context)


@require_GET
@needs("rosters.manage")
def duty_plan_template(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """The columns of a duty plan as a file with one example."""
    visible(request, roster_id)
    day = settings.CONFIGURATION.clock.now().date()
    text = csv_text(("开始时间", "结束时间", "值班人员"), [(f"{day} 08:30", "17:30", person_of(request).username)])
    return HttpResponse(
        text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="duty-plan.csv"'}
    )


def _file(request: HttpRequest) -> bytes:
    file = request.FILES.get("plan")
    if file is None or (file.size or 0) > MOST_BYTES:
        raise InvalidInput(_("Choose a CSV or Excel file of at most %(most)d MB.") % {"most": MOST_BYTES // 1_000_000})
    return bytes(file.read())
