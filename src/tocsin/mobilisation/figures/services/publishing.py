"""A period is published as an edition that never changes; a correction is a further edition with a reason.

What is hidden takes seconds to settle, so that the loop does it, and no page waits for it.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require, system_actor
from tocsin.mobilisation.figures.models import FigureEdition
from tocsin.mobilisation.figures.policy import figures_policy
from tocsin.mobilisation.figures.queries import counts
from tocsin.mobilisation.figures.queries.editions import edition_of, figures_of, tallies_of
from tocsin.mobilisation.figures.rules import rights
from tocsin.mobilisation.figures.rules.areas import REST
from tocsin.mobilisation.figures.rules.counting import Figures, Frame, Part, Tally, publish
from tocsin.mobilisation.figures.rules.periods import Period, is_due, longer_than, parts_since, periods_between, read_period
from tocsin.mobilisation.figures.services.telling import tell_of_edition
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.rewards.models import Reward
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def publish_figures(*, now: datetime) -> bool:
    """One round: what an officer asked for, else the oldest period that is over since long enough. Whether there may be more."""
    asked = FigureEdition.objects.filter(published_at=None).order_by("asked_at", "period").first()
    if asked is not None:
        _publish(asked, now=now)
        return True
    first = counts.first_day()
    if first is None:
        return False
    today, after = timezone.localdate(now), figures_policy().days_after
    done = set(FigureEdition.objects.values_list("period", flat=True))
    for period in periods_between(first, today):
        if (
            str(period) not in done
            and is_due(period, today, after)
            and all(str(part) in done for part in parts_since(period, first))
        ):
            _publish(FigureEdition(period=str(period), number=1, asked_at=now), now=now)
            return True
    return False


@transaction.atomic
def ask_for_edition(*, actor: "User", period: str, reason: str, now: datetime) -> FigureEdition:
    """An officer publishes a period that is over before its day, or corrects what was published: the loop does it at once."""
    wanted = read_period(period)
    if wanted is None:
        raise InvalidInput(_("A period is written as 2026-10, 2026-Q4 or 2026."))
    if not reason.strip():
        raise InvalidInput(_("Say why: everybody reads it with the figures."))
    if wanted.end > timezone.localdate(now):
        raise Conflict(_("This period is not over yet."))
    frame = _frame(now)
    require(actor, rights.PUBLISH, _top(frame))
    if FigureEdition.objects.filter(period=str(wanted), published_at=None).exists():
        raise Conflict(_("This period is being published: look again in a minute."))
    earlier, (tallies, _parts_there) = edition_of(str(wanted)), _tallies(wanted, frame)
    if earlier is not None and tallies_of(earlier) == tallies:
        raise Conflict(_("Nothing has changed since this period was published."))
    number = 1 if earlier is None else earlier.number + 1
    made = FigureEdition.objects.create(
        period=str(wanted),
        number=number,
        region_code=_top(frame),
        k=figures_policy().k,
        asked_at=now,
        published_by=actor,
        reason=reason.strip()[:500],
    )
    _audit(made, actor, "figures.asked")
    return made


def _audit(edition: FigureEdition, actor: "User", what: str) -> None:
    details = {"period": edition.period, "edition": edition.number, "reason": edition.reason}
    record_audit(actor, what, "figures", edition.pk, edition.region_code, details)


def _frame(now: datetime) -> Frame:
    used = counts.used_areas(now)
    if not used:
        raise Conflict(_("Nothing was reported yet: there is nothing to publish."))
    return counts.frame_of(used, figures_policy().k)


def _top(frame: Frame) -> str:
    return frame.areas[0].removesuffix(REST)


def _publish(edition: FigureEdition, *, now: datetime) -> None:
    """Counts and hides outside a transaction, then writes. One worker at a time does so."""
    period = read_period(edition.period)
    if period is None:
        raise ValueError(f"{edition.period} is no period")
    frame, k, earlier = _frame(now), figures_policy().k, edition_of(edition.period)
    tallies, parts = _tallies(period, frame)
    before: list[Figures] = list(figures_of(earlier).values()) if earlier is not None else []
    figures = publish(tallies, frame, k, percent=figures_policy().dominance_percent, parts=parts, before=before)
    edition.region_code, edition.k, edition.published_at = _top(frame), k, now
    edition.tallies, edition.figures = msgspec.to_builtins(tallies), msgspec.to_builtins(figures)
    with transaction.atomic():
        edition.save()
        _audit(edition, edition.published_by or system_actor(), "figures.published" if earlier is None else "figures.corrected")
        tell_of_edition(edition, now=now)
        _correct_longer(period, edition, frame, now)


def _correct_longer(period: Period, published: FigureEdition, frame: Frame, now: datetime) -> None:
    """A quarter that holds this month, a year that holds this quarter, is corrected by the next round where it was published with
    other numbers. One that is not yet published will hold them; one of which a part is still missing waits for that part.
    """
    longer = longer_than(period)
    known = edition_of(str(longer)) if longer is not None else None
    if longer is None or known is None or FigureEdition.objects.filter(period=str(longer), published_at=None).exists():
        return
    if not _is_complete(longer) or tallies_of(known) == _tallies(longer, frame)[0]:
        return
    reason = published.reason if period.months > 1 else f"{period}: {published.reason}".removesuffix(": ")
    made = FigureEdition.objects.create(
        period=str(longer),
        number=known.number + 1,
        region_code=published.region_code,
        k=published.k,
        asked_at=now,
        published_by=published.published_by,
        reason=reason[:500],
    )
    _audit(made, published.published_by or system_actor(), "figures.asked")


def _is_complete(period: Period) -> bool:
    """Whether all its parts were published, back to the first month of which anything was reported."""
    first = counts.first_day() or period.first
    return all(edition_of(str(part)) is not None and _is_complete(part) for part in parts_since(period, first))


def _tallies(period: Period, frame: Frame) -> tuple[list[Tally], list[Part]]:
    """A month is counted; what is longer is the sum of what was published of its months."""
    if period.months == 1:
        return _count(period, frame), []
    parts = _parts(period)
    if not parts:
        raise Conflict(_("Nothing was reported yet: there is nothing to publish."))
    return _together(parts), parts


def _count(period: Period, frame: Frame) -> list[Tally]:
    start, end = period.bounds(timezone.get_default_timezone())
    return counts.count(HazardReport.objects.all(), Reward.objects.all(), start, end, frame)


def _parts(period: Period) -> list[Part]:
    """Its quarters, then its months, as they were published last; from the first month on of which anything was reported."""
    first = counts.first_day() or period.first
    parts = parts_since(period, first)
    found = [_part(part) for part in parts]
    for at, quarter in enumerate(parts):
        found += [_part(month, at) for month in parts_since(quarter, first)]
    return found


def _part(period: Period, parent: int = -1) -> Part:
    edition = edition_of(str(period))
    if edition is None:
        raise Conflict(_("%(period)s has not been published: it comes first.") % {"period": period})
    return Part(tallies_of(edition), list(figures_of(edition).values()), parent)


def _together(parts: list[Part]) -> list[Tally]:
    """The sum of the shortest periods."""
    inner = {part.parent for part in parts}
    told: dict[tuple[str, str], Tally] = {}
    for at, part in enumerate(parts):
        for one in part.tallies if at not in inner else ():
            known = told.setdefault((one.area, one.trade), Tally(one.area, one.trade))
            known.accepted += one.accepted
            known.true += one.true
            known.not_true += one.not_true
            known.days = [*known.days, *one.days]
            known.removed += one.removed
            known.yuan = [*known.yuan, *one.yuan]
    return [told[key] for key in sorted(told)]
