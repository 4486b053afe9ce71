"""The page on which a person of the desk says what of a photo is blurred, and a photo of danger to life seen whole."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.engine.blurring import Box, BoxKind
from tocsin.mobilisation.hazard_reports.queries.photos import photo_at_the_desk, photos_of, photos_to_decide
from tocsin.mobilisation.hazard_reports.services import blurring
from tocsin.mobilisation.hazard_reports.shown.photos import KIND_NAMES, describe_photo
from tocsin.records.face import bytes_of
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form, read_rows
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.mobilisation.hazard_reports.models import ReportPhoto

EMPTY_ROWS: Final = 3  # for boxes by hand, where no script draws them


@dataclass(frozen=True)
class BoxRow:
    """One row of the form; without a kind it counts for nothing."""

    kind: BoxKind | None
    left: int | None
    top: int | None
    width: int | None
    height: int | None


@dataclass(frozen=True)
class SentRow:
    """The same as it was sent, for a page that is refused."""

    kind: Line
    left: Line
    top: Line
    width: Line
    height: Line


@dataclass(frozen=True)
class Looked:
    """How many decisions there were when the page was opened."""

    seen: int


@never_cache
@require_GET
def photo(request: HttpRequest, hazard_report_id: UUID, photo_number: int) -> HttpResponse:
    """One photo with what is proposed, or was decided last."""
    known = photo_at_the_desk(actor_of(request), hazard_report_id, photo_number)
    return _page(request, known)


@require_POST
def decide_photo(request: HttpRequest, hazard_report_id: UUID, photo_number: int) -> HttpResponse:
    """What is blurred; where it is refused the page comes back with the boxes as they were sent."""
    actor, sent = actor_of(request), request.POST
    known = photo_at_the_desk(actor, hazard_report_id, photo_number)
    with Attempt(temporarily=True) as attempt:
        boxes = [box for number, row in enumerate(read_rows(BoxRow, sent), start=1) if (box := _box(row, number)) is not None]
        blurring.decide_boxes(
            actor=actor,
            report_id=hazard_report_id,
            number=photo_number,
            boxes=boxes,
            seen=read_form(Looked, sent).seen,
            now=current_time(),
        )
    if not attempt.done:
        return _page(request, known, refused=attempt.reason, status=attempt.status)
    messages.success(request, _("Blurred: who else reads this report sees the blurred copy from now on."))
    following = photos_to_decide(actor, current_time()).filter(report=known.report_id).first()
    if following is not None:
        return redirect("hazard_photo", hazard_report_id, following.number)
    return redirect("hazard_report", hazard_report_id)


@require_POST
def look_again(request: HttpRequest, hazard_report_id: UUID, photo_number: int) -> HttpResponse:
    """The machine looks at the photo anew."""
    actor = actor_of(request)
    photo_at_the_desk(actor, hazard_report_id, photo_number)
    with Attempt() as attempt:
        blurring.look_again(actor=actor, report_id=hazard_report_id, number=photo_number, now=current_time())
    if attempt.done:
        messages.success(request, _("The machine looks at this photo again: open the page once more in a moment."))
    else:
        messages.error(request, attempt.reason)
    return redirect("hazard_photo", hazard_report_id, photo_number)


def _box(row: BoxRow, number: int) -> Box | None:
    if row.kind is None:
        return None
    sides = [row.left, row.top, row.width, row.height]
    if None in sides:
        raise InvalidInput(_("Box %(number)d lacks a figure: left, top, width and height, in pixels.") % {"number": number})
    return Box(row.kind, *(int(one or 0) for one in sides))


def _page(request: HttpRequest, known: "ReportPhoto", *, refused: str = "", status: int = 200) -> HttpResponse:
    every = photos_of(known.report)
    shown = describe_photo(next(one for one in every if one.pk == known.pk), whole=True)
    rows = [one.dict() for one in shown.boxes]
    if refused:
        rows = [asdict(one) for one in read_rows(SentRow, request.POST) if one.kind]
    context = {
        "report": known.report,
        "photo": shown,
        "rows": [*rows, *([{"empty": True}] * EMPTY_ROWS)],
        "kinds": [(kind.value, name) for kind, name in KIND_NAMES.items()],
        "others": [one.number for one in every if one.pk != known.pk],
        "refused": refused,
    }
    return render(request, "mobilisation/hazard_reports/photo.html", context, status=status)


@act("hazard_report")
def open_photo(request: HttpRequest, hazard_report_id: UUID, photo_number: int, *, reason: str) -> HttpResponse:
    """The whole photo of a report of danger to life, for who can't wait."""
    found = blurring.open_whole_photo(
        actor=actor_of(request), report_id=hazard_report_id, number=photo_number, reason=reason, now=current_time()
    )
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(bytes_of(found), content_type=found.media_type, headers=headers)
