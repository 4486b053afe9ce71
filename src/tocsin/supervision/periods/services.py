"""Special periods are named and ended by an authority; the firms concerned are told, a few at a time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import all_regions, require
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.face import record_audit, working_days
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import trades as known_trades
from tocsin.supervision.objects.queries.register import colours_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.periods.events import SpecialPeriodEnded, SpecialPeriodNamed
from tocsin.supervision.periods.models import SpecialPeriod
from tocsin.supervision.periods.queries import firms_concerned, notices_of
from tocsin.supervision.periods.rules import CONCERNED, SPECIAL_PERIOD
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.rules import task_rules_for, task_rules_in_force
from tocsin.supervision.tasks.rules.planning import Subject, applies, due_after
from tocsin.supervision.tasks.services.assignment import event_task

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.objects.models import SupervisedObject


@transaction.atomic
def name_period(
    *,
    actor: "User",
    name: str,
    region_code: str,
    first: date,
    last: date,
    reason: str,
    trades: Sequence[str] = (),
    now: datetime,
) -> SpecialPeriod:
    """An authority names days for which leaders of firms have to be on duty. Never for days that are over: nobody is asked
    backwards. InvalidInput names what does not fit.
    """
    require(actor, rights.LEAD, region_code)
    policy = post_policy().special_periods
    if region_code != EVERYWHERE and not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    if not name.strip() or not reason.strip():
        raise InvalidInput(_("Give the period a name and the reason for it."))
    if last < first:
        raise InvalidInput(_("The last day lies before the first."))
    if first < timezone.localdate(now):
        raise InvalidInput(_("A period begins today at the earliest: nobody can be asked for days that are over."))
    if (last - first).days >= policy.longest_days:
        raise InvalidInput(_("A period has at most %(days)d days.") % {"days": policy.longest_days})
    if unknown := [one for one in trades if one not in known_trades()]:
        raise InvalidInput(_("There is no trade %(trade)s.") % {"trade": unknown[0]})
    period = SpecialPeriod.objects.create(
        name=name.strip()[:120],
        region_code=region_code,
        trades=sorted(set(trades)),
        first=first,
        last=last,
        reason=reason.strip()[:500],
        named_at=now,
        named_by=actor,
        body=actor.organisation,
    )
    event = SpecialPeriodNamed(
        period_id=str(period.pk), name=period.name, first=first.isoformat(), last=last.isoformat(), trades=tuple(period.trades)
    )
    record_event(event, region=region_code)
    told = {"name": period.name, "first": first.isoformat(), "last": last.isoformat(), "trades": period.trades}
    record_audit(actor, "special_period.named", "special_period", period.pk, region_code, told)
    return period


@transaction.atomic
def end_period(*, actor: "User", period_id: UUID, now: datetime) -> SpecialPeriod:
    """The period ends before its last day; who was told of it is told of that. Conflict where it is over."""
    period = SpecialPeriod.objects.select_for_update().get(pk=period_id)
    require(actor, rights.LEAD, period.region_code)
    if period.ended_at is not None or period.last < timezone.localdate(now):
        raise Conflict(_("This period is over."))
    period.ended_at, period.ended_by = now, actor
    period.save(update_fields=["ended_at", "ended_by"])
    record_event(SpecialPeriodEnded(period_id=str(period.pk)), region=period.region_code)
    record_audit(actor, "special_period.ended", "special_period", period.pk, period.region_code, {"name": period.name})
    return period


def tell_firms(*, now: datetime) -> int:
    """Tells some more firms of periods that were named or ended; how many were looked at. Firms that come to the register while a
    period lasts are told, too.
    """
    today = timezone.localdate(now)
    running = Q(ended_at__isnull=True, last__gte=today) | Q(ended_at__isnull=False, last__gte=today)
    return sum(_tell_some(one.pk, now) for one in SpecialPeriod.objects.filter(running).order_by(F("named_at")))


@transaction.atomic
def _tell_some(period_id: UUID, now: datetime) -> int:
    period = SpecialPeriod.objects.select_for_update().get(pk=period_id)
    cursor = "told_until" if period.ended_at is None else "end_told_until"
    behind = getattr(period, cursor)
    firms = firms_concerned(period).filter(organisation__isnull=False).select_related("organisation__region")
    if behind is not None:
        firms = firms.filter(pk__gt=behind)
    found = list(firms[: post_policy().special_periods.told_at_once])
    if not found:
        return 0
    told = set(found)
    if period.ended_at is not None:
        knew = set(notices_of(period).filter(key__in=[_key(period, one) for one in found]).values_list("key", flat=True))
        told = {one for one in found if _key(period, one) in knew}
    if told:
        write_all([_draft(period, one) for one in found if one in told], Directory(now))
    if period.ended_at is None:
        _make_tasks(period, found, now)
    setattr(period, cursor, found[-1].pk)
    period.save(update_fields=[cursor])
    return len(found)


def _make_tasks(period: SpecialPeriod, firms: Sequence["SupervisedObject"], now: datetime) -> None:
    """What task rules ask of a firm before a special period: until the day before it, or as soon as the rule leaves time for."""
    today, calendar = timezone.localdate(now), working_days()
    in_force, colours, made = task_rules_in_force(today), colours_of(one.pk for one in firms), []
    for firm in firms:
        rules = task_rules_for(in_force, firm.region_code)
        place = Subject(firm.trade, firm.risk_class, colours[firm.pk].colour, firm.kind, firm.major_hazard)
        for rule in (one for one in rules.policy.rules if one.after == SPECIAL_PERIOD and applies(one, place)):
            soonest = due_after(rule, today, lambda one: calendar.kind(one).is_worked)
            task = event_task(rules, rule, firm.pk, str(period.pk), now, max(soonest, period.first - timedelta(days=1)))
            task.evidence = {"special_period": period.name}
            made.append(task)
    Task.objects.bulk_create(made, ignore_conflicts=True)


def _draft(period: SpecialPeriod, firm: "SupervisedObject") -> Draft:
    ended = period.ended_at is not None
    figures = {
        "period": period.name,
        "firm": firm.name,
        "object": str(firm.pk),
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "reason": period.reason,
        "ended": ended,
    }
    key = f"special-period-end-{period.pk}-{firm.pk}" if ended else _key(period, firm)
    return Draft(SPECIAL_PERIOD, CONCERNED, urgent=False, key=key, organisation=firm.organisation, figures=figures)


def _key(period: SpecialPeriod, firm: "SupervisedObject") -> str:
    return f"special-period-{period.pk}-{firm.pk}"
