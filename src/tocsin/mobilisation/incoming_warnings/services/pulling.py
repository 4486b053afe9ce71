"""Services with a feed are asked: only what changed, with pauses after failures, within bounds of size and time."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tocsin.base.errors import InvalidInput, TocsinError
from tocsin.base.reasons import kept
from tocsin.federation.rules.outcomes import Outcome
from tocsin.federation.services.outgoing import Reply, request
from tocsin.mobilisation.incoming_warnings.models import FeedEntry, WarningService
from tocsin.mobilisation.incoming_warnings.policy import IncomingPolicy, incoming_policy
from tocsin.mobilisation.incoming_warnings.rules.feeds import Entry, read_feed
from tocsin.mobilisation.incoming_warnings.services.taking import take_message
from tocsin.mobilisation.public_warnings.rules.cap.reading import LARGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)
NOT_CHANGED = 304


def pull_services(*, now: datetime) -> int:
    """Asks every service whose time has come, one after the other; returns how many were asked."""
    machine_now = timezone.now()
    due = WarningService.objects.filter(Q(next_at=None) | Q(next_at__lte=machine_now), way="pull", ended_at=None)
    found = list(due.order_by("next_at", "id"))
    for service in found:
        try:
            waits, lacking = _pull(service, now)
            _settle(service, None, now, waits=waits, lacking=lacking)
        except InvalidInput as reason:
            _settle(service, reason, now)
        except Exception as error:  # whatever one service brings, the next one has its turn
            log.exception("warning service %s failed", service.pk)
            inside = InvalidInput("reading it failed inside Tocsin (%(kind)s): the log says more", kind=type(error).__name__)
            _settle(service, inside, now)
    return len(found)


def _pull(service: WarningService, now: datetime) -> tuple[bool, InvalidInput | None]:
    """Asks for the feed and fetches what is new in it: whether more of it waits, and why a message of it could not be fetched."""
    policy = incoming_policy(service.region_code)
    since = {"If-None-Match": service.etag, "If-Modified-Since": service.modified}
    reply = _ask(service, service.address, policy, {name: text for name, text in since.items() if text}, policy.feed_bytes)
    if reply.status == NOT_CHANGED:
        return False, None
    entries = read_feed(reply.body, service.address)
    known = set(service.entries.values_list("mark", flat=True))
    new = [one for one in reversed(entries) if one.mark not in known]  # feeds tell the newest first
    lacking: InvalidInput | None = None
    for entry in new[: policy.entries_at_once]:
        try:
            take_message(service=service, data=_content(service, entry, policy), now=now)
        except InvalidInput as reason:
            lacking = reason  # the others have their turn; this one is asked for again with the feed
        else:
            FeedEntry.objects.get_or_create(service=service, mark=entry.mark)
    service.entries.exclude(mark__in=[one.mark for one in entries]).delete()
    waits = len(new) > policy.entries_at_once
    is_whole = not waits and lacking is None
    service.etag = reply.headers.get("etag", "")[:300] if is_whole else ""
    service.modified = reply.headers.get("last-modified", "")[:100] if is_whole else ""
    return waits, lacking


def _content(service: WarningService, entry: Entry, policy: IncomingPolicy) -> bytes:
    return entry.content or _ask(service, entry.address, policy, {}, LARGEST_BYTES).body


def _ask(service: WarningService, address: str, policy: IncomingPolicy, headers: "Mapping[str, str]", most_bytes: int) -> Reply:
    reply = request(
        address,
        None,
        method="GET",
        headers={"Accept": "application/atom+xml, application/cap+xml, application/rss+xml, */*;q=0.1", **headers},
        timeout_s=policy.timeout_s,
        most_bytes=most_bytes + 1,
        private=service.private,
    )
    if reply.status == NOT_CHANGED:
        return reply
    if reply.outcome is not Outcome.TAKEN:
        raise InvalidInput("%(address)s: %(words)s", address=address[:300], words=reply.words)
    if len(reply.body) > most_bytes:
        raise InvalidInput("%(address)s: the answer is longer than %(bytes)s bytes", address=address[:300], bytes=most_bytes)
    return reply


def _settle(
    service: WarningService,
    reason: TocsinError | None,
    now: datetime,
    *,
    waits: bool = False,
    lacking: TocsinError | None = None,
) -> None:
    """When it is asked again: at its interval; after failures later and later, at most as policy allows."""
    policy = incoming_policy(service.region_code)
    with transaction.atomic():
        held = WarningService.objects.select_for_update().get(pk=service.pk)
        held.tried_at = now
        if reason is None:
            held.failures, held.error, held.good_at, held.silent_told_at = 0, kept(lacking) if lacking else {}, now, None
            pause = 0 if waits else held.interval_s
            if held.address == service.address:
                held.etag, held.modified = service.etag, service.modified
        else:
            held.failures, held.error = min(held.failures + 1, 1000), kept(reason)
            pause = min(held.interval_s * 2 ** min(held.failures, 12), max(policy.longest_pause_s, held.interval_s))
        held.next_at = timezone.now() + timedelta(seconds=pause)
        held.save()
