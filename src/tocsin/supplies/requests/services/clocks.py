"""Clocks of requests and deliveries: what is late rings once a step, what is lent is asked back."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tocsin.supplies.requests.models import Delivery, SupplyRequest
from tocsin.supplies.requests.policy import requests_policy
from tocsin.supplies.requests.rules.states import IN_STORE, DeliveryState, RequestState
from tocsin.supplies.requests.services.notes import note, tell_askers, tell_deciders, tell_store
from tocsin.supplies.requests.services.plans import in_both_languages

AT_ONCE: Final = 50


def run_request_clocks(*, now: datetime) -> int:
    """Rings for decisions, steps and returns whose time has come; how many."""
    return _late_decisions(now) + _late_deliveries(now) + _returns(now)


def _late_decisions(now: datetime) -> int:
    due = SupplyRequest.objects.filter(state=RequestState.ASKED, due_at__lte=now, late_told_at=None).order_by("due_at")
    return sum(_ring_for_decision(one, now) for one in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _ring_for_decision(pk: UUID, now: datetime) -> int:
    rows = SupplyRequest.objects.select_for_update(of=("self",)).select_related("body", "asked_by", "opened_by")
    request = rows.filter(pk=pk, state=RequestState.ASKED, late_told_at=None).first()
    if request is None:
        return 0
    request.late_told_at = now
    request.save(update_fields=["late_told_at"])
    note(request, "late_decision", now, None)
    tell_deciders(request, "late_decision", now)
    return 1


def _late_deliveries(now: datetime) -> int:
    due = Delivery.objects.filter(due_at__lte=now, late_told_at=None).order_by("due_at")
    return sum(_ring_for_step(one, now) for one in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _ring_for_step(pk: UUID, now: datetime) -> int:
    delivery = _held(pk).filter(due_at__lte=now, late_told_at=None).first()
    if delivery is None or delivery.due_at is None:
        return 0
    delivery.late_told_at = now
    delivery.save(update_fields=["late_told_at"])
    at = timezone.localtime(delivery.due_at).strftime("%m-%d %H:%M")
    note(delivery.request, "late", now, None, figures={"delivery": delivery.number, "store": delivery.store.name})
    if DeliveryState(delivery.state) in (*IN_STORE, DeliveryState.LOADED):
        tell_store(delivery, "late", now, at=at)
    tell_askers(delivery.request, "late", now, urgent=True, delivery=delivery, at=at)
    return 1


def _returns(now: datetime) -> int:
    again = now - timedelta(days=requests_policy().clocks.ask_again_days)
    due = Delivery.objects.filter(return_by__lte=now, state=DeliveryState.HANDED_OVER)
    due = due.filter(Q(return_told_at=None) | Q(return_told_at__lte=again)).order_by("return_by")
    return sum(_ask_back(one, now) for one in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _ask_back(pk: UUID, now: datetime) -> int:
    delivery = _held(pk).filter(state=DeliveryState.HANDED_OVER, return_by__lte=now).first()
    if delivery is None:
        return 0
    delivery.return_told_at = now
    delivery.save(update_fields=["return_told_at"])
    rows = delivery.lines.select_related("holding__item")
    goods = in_both_languages((one.holding.item, one.out) for one in rows if one.out)
    note(delivery.request, "return_asked", now, None, figures={"delivery": delivery.number, "goods": goods["zh"]})
    tell_askers(delivery.request, "return", now, urgent=True, delivery=delivery, goods=goods)
    return 1


def _held(pk: UUID) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_for_update(of=("self",))
    return rows.filter(pk=pk).select_related("store__body", "request__body", "request__asked_by", "request__opened_by")
