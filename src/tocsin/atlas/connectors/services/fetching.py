"""Sources whose time has come are asked, some at the same time; what they bring goes the way of every delivery.

Threads fetch onto disk and ask no database; the loop's own thread delivers and writes down how it went. A process that dies in
between leaves a connector whose next try is minutes away, and a delivery that is known again by its digest.
"""

import hashlib
import logging
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.models import ResourceConnector
from tocsin.atlas.connectors.policy import connector_policy
from tocsin.atlas.connectors.queries import due_connectors, last_fetched, rhythm_h
from tocsin.atlas.connectors.rules.schedules import next_after_failure, next_after_success
from tocsin.atlas.connectors.rules.sources import Source, read_source
from tocsin.atlas.connectors.services.messages import keep_messages_aside, too_many_aside
from tocsin.atlas.connectors.services.readers import bring, errand_to
from tocsin.atlas.connectors.services.secrets import secret_of
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.atlas.resources.models import Delivery
from tocsin.atlas.resources.queries.rows import folder
from tocsin.atlas.resources.rules.levels import OPEN, Shared, Stage
from tocsin.atlas.resources.services.landing import confirm_unchanged, deliver
from tocsin.atlas.resources.services.notices import tell_of_unfetched
from tocsin.base.errors import InvalidInput, Refusal, Unavailable
from tocsin.federation.rules.outcomes import Reason, Unreadable
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit

log = logging.getLogger(__name__)

BATCH: Final = 32
CLAIMED: Final = timedelta(minutes=15)  # so long a connector is not asked again when its process dies
_CHUNK: Final = 1_000_000


def fetch_due(*, now: datetime) -> bool:
    """Asks the sources that are due; True where more are."""
    due = list(due_connectors(now)[:BATCH])
    if not due:
        return False
    with ThreadPoolExecutor(connector_policy().fetch.at_once, thread_name_prefix="fetch") as pool:
        jobs: dict[Future[Fetched | Reason], tuple[ResourceConnector, Path]] = {}
        for one in due:
            prepared = _claim(one, now)
            if prepared is not None:
                source, errand = prepared
                jobs[pool.submit(_bring, source, errand)] = one, errand.into
        for job in as_completed(jobs):
            one, path = jobs[job]
            try:
                _settle(one, job.result(), path, now)
            finally:
                path.unlink(missing_ok=True)
    return len(due) == BATCH


def _claim(one: ResourceConnector, now: datetime) -> tuple[Source, Errand] | None:
    """What is asked, and until when nobody else asks it."""
    ResourceConnector.objects.filter(pk=one.pk).update(tried_at=now, next_at=now + CLAIMED)
    try:
        source = read_source(one.source)
    except InvalidInput as refusal:
        note_failed(one, Reason(str(refusal)), now)
        return None
    full = too_many_aside(one)
    if full is not None:
        note_failed(one, full, now)
        return None
    into = folder() / "fetch" / str(one.pk)
    into.parent.mkdir(parents=True, exist_ok=True)
    last = last_fetched(one.resource)
    mark = one.mark if _is_settled(one, last) else {}
    is_undecided = last is not None and last.stage in OPEN
    return source, errand_to(into, one.resource.slug, secret=secret_of(one), mark=mark, is_undecided=is_undecided)


def _bring(source: Source, errand: Errand) -> Fetched | Reason:
    try:
        return bring(source, errand)
    except Unreadable as refusal:
        return refusal.reason
    except Exception as error:  # whatever one source brings, the others have their turn
        log.exception("a source can't be fetched")
        return Reason(_UNFORESEEN, {"kind": type(error).__name__})


_UNFORESEEN: Final = gettext_noop("fetching it failed inside Tocsin (%(kind)s): it is tried again; the log says more")


def _settle(one: ResourceConnector, came: Fetched | Reason, path: Path, now: datetime) -> None:
    """Writes down what came of a fetch, and delivers what is new."""
    if isinstance(came, Reason):
        note_failed(one, came, now)
        return
    last = last_fetched(one.resource)
    digest = "" if came.unchanged else _digest(path)
    settled = _is_settled(one, last)
    if came.unchanged or (settled and digest in (last.digest if last else "", one.mark.get("digest"))):
        _note_same(one, last, came, digest, now)
        return
    if not path.stat().st_size:
        note_failed(one, Reason(gettext_noop("the source sends an empty file")), now)
        return
    try:
        deliver(
            actor=system_actor(within=one.resource.region_code),
            resource_id=one.resource_id,
            file_name=came.name,
            content=path,
            now=now,
            way=Shared.CONNECTOR,
            with_arrival=lambda: _note_fetched(one, came, {**came.mark, "digest": digest}, now, changed=True),
        )
    except (Refusal, Unavailable) as refusal:
        note_failed(one, Reason("%(why)s", {"why": str(refusal)}), now)


def _is_settled(one: ResourceConnector, last: Delivery | None) -> bool:
    """Whether the last that came was judged by the contract that holds. One that was dropped comes again where somebody asks for
    it: then the mark is empty.
    """
    if last is None or (last.stage == Stage.DROPPED.value and not one.mark):
        return False
    return last.stage == Stage.ARRIVED.value or last.contract_id == one.resource.contract_id


def _note_same(one: ResourceConnector, last: Delivery | None, came: Fetched, digest: str, now: datetime) -> None:
    """Nothing is new: what is served is as good as new where the source tells how things are now."""
    if last is not None and came.is_present and last.stage == Stage.LANDED.value:
        confirm_unchanged(one.resource_id, last.pk, now=now)
    mark = {**came.mark, "digest": digest or one.mark.get("digest", "")}
    _note_fetched(one, came, mark if last is not None else {}, now, changed=False)


@transaction.atomic
def _note_fetched(one: ResourceConnector, came: Fetched, mark: dict[str, str], now: datetime, *, changed: bool) -> None:
    """How far the source was read is written down with what came of it."""
    with suppress(ResourceConnector.DoesNotExist):  # taken away meanwhile
        row = _locked(one)
        if row.failures and row.told_at:
            details = {"name": one.resource.name_zh, "failures": row.failures}
            record_audit(system_actor(), "connector.recovered", "resource", one.resource_id, one.resource.region_code, details)
        row.mark, row.fetched_at, row.failures, row.problem, row.told_at = mark, now, 0, {}, None
        row.changed_at = now if changed else row.changed_at
        if row.next_at is None or row.next_at > now:  # else somebody has asked for it again meanwhile
            row.next_at = now if came.unchanged and came.more else next_after_success(now, rhythm_h(row))
        row.save()
        if came.set_aside:
            keep_messages_aside(row, came.set_aside, now)


@transaction.atomic
def note_failed(one: ResourceConnector, reason: Reason, now: datetime) -> None:
    """Writes a failure down; the old rows stay served. The owner is told once in a row of failures."""
    schedule = connector_policy().schedule
    with suppress(ResourceConnector.DoesNotExist):
        row = _locked(one)
        row.failures += 1
        row.problem = {"template": reason.template, "figures": dict(reason.figures)}
        if row.next_at is None or row.next_at > now:
            row.next_at = next_after_failure(
                now,
                failures=row.failures,
                retry_min=schedule.retry_min,
                longest_h=schedule.longest_retry_h,
                every_h=rhythm_h(row),
            )
        if row.failures >= schedule.tell_after and row.told_at is None:
            row.told_at = now
            details = {"name": one.resource.name_zh, "failures": row.failures, "why": str(reason)}
            record_audit(system_actor(), "connector.failing", "resource", one.resource_id, one.resource.region_code, details)
            tell_of_unfetched(row.resource, row.problem, now)
        row.save()


def _locked(one: ResourceConnector) -> ResourceConnector:
    """The row as it is now: somebody may have configured it anew during the fetch."""
    return ResourceConnector.objects.select_for_update(of=("self",)).select_related("resource__owner").get(pk=one.pk)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
