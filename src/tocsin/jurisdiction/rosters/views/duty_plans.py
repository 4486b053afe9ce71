"""A duty plan by dates: a file is looked at row by row, and taken over from the page that shows it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tocsin.base.errors import InvalidInput
from tocsin.base.tables import csv_text
from tocsin.jurisdiction.rights.views import needs
from tocsin.jurisdiction.rosters.services import duty_plans as services
from tocsin.jurisdiction.rosters.services.duty_plans import MOST_BYTES, NEEDED
from tocsin.jurisdiction.rosters.views.rosters import visible
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of


@needs("rosters.manage")
@act("roster")
def import_duty_plan(request: HttpRequest, roster_id: UUID, *, rows: str, leave_wrong: bool) -> HttpResponse | str:
    """With a file: what it would do, with every problem by its row. With the rows of that page: takes them over."""
    found, actor, now = visible(request, roster_id), actor_of(request), current_time()
    read = services.read_duty_plan(rows.encode() if rows else _file(request), request.user.pk)
    if rows:
        read = services.take_duty_plan(actor=actor, roster_id=found.pk, rows=read, leave_wrong=leave_wrong, now=now)
    else:
        read = services.preview_duty_plan(actor=actor, roster_id=found.pk, rows=read, now=now)
    wrong = [row for row in read if row.problems]
    if rows and (not wrong or leave_wrong):
        count = len(read) - len(wrong)
        return ngettext("%(count)d shift is entered.", "%(count)d shifts are entered.", count) % {"count": count}
    context = {
        "roster": found,
        "rows": read,
        "wrong": wrong,
        "right": len(read) - len(wrong),
        "text": csv_text(NEEDED, [row.text for row in read]).lstrip("\ufeff"),
    }
    return render(request, "jurisdiction/rosters/duty_plan.html", context)


@require_GET
@needs("rosters.manage")
def duty_plan_template(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """The columns of a duty plan as a file with one example."""
    visible(request, roster_id)
    day = current_time().date()
    text = csv_text(("开始时间", "结束时间", "值班人员"), [(f"{day} 08:30", "17:30", actor_of(request).username)])
    return HttpResponse(
        text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="duty-plan.csv"'}
    )


def _file(request: HttpRequest) -> bytes:
    file = request.FILES.get("plan")
    if file is None or (file.size or 0) > MOST_BYTES:
        raise InvalidInput(_("Choose a CSV or Excel file of at most %(most)d MB.") % {"most": MOST_BYTES // 1_000_000})
    return bytes(file.read())
