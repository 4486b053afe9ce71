"""Every subscriber concerned gets a row for a warning that was issued: in the database itself, so many in a
transaction that it stays short."""

from datetime import datetime
from time import monotonic

from django.db import connection, transaction
from django.db.models import Max

from tocsin.bus.news import note_write
from tocsin.mobilisation.public_warnings.models import PublicWarning, SubscriberTown, WarningDelivery, WarningSubscriber
from tocsin.mobilisation.public_warnings.queries.reach import concerned_codes, prefixes_of
from tocsin.mobilisation.public_warnings.rules.states import FROZEN

LEAST, MOST = 1_000, 20_000  # subscribers of one transaction
AIM_S = 0.05  # for one of them: within 200 ms also where the machine is busy, so that nobody who writes waits for long


class Pace:
    """How many subscribers the next transaction of this process takes."""

    rows = 5_000


PACE = Pace()


def queue_deliveries(*, now: datetime) -> bool:
    """One step for the oldest warning that has not reached its last subscriber; True while more waits. Exercises have none."""
    waiting = PublicWarning.objects.filter(state__in=FROZEN, exercise=False, queued_at__isnull=True)
    found = waiting.select_related("earlier").defer("cap").order_by("issued_at", "id").first()
    if found is None:
        return False
    codes = prefixes_of(concerned_codes(found))
    last = WarningSubscriber.objects.aggregate(last=Max("pk"))["last"] or 0
    began = monotonic()
    with transaction.atomic():
        warning = PublicWarning.objects.select_for_update().only("pk", "queued_after", "queued_at").get(pk=found.pk)
        if warning.queued_at is None:
            until = min(warning.queued_after + PACE.rows, last)
            if codes and until > warning.queued_after:
                _insert(warning, codes, warning.queued_after, until)
            warning.queued_after, warning.queued_at = until, now if until >= last else None
            warning.save(update_fields=["queued_after", "queued_at"])
    PACE.rows = paced(PACE.rows, monotonic() - began)
    return True


def paced(rows: int, took_s: float) -> int:
    """How many the next transaction takes after one of so many took so long.

    >>> paced(5000, 0.02), paced(5000, 0.04), paced(5000, 0.4)
    (10000, 5000, 1000)
    """
    if AIM_S / 2 <= took_s <= AIM_S:
        return rows
    return min(MOST, 2 * rows, max(LEAST, int(rows * AIM_S / took_s)))


def _insert(warning: PublicWarning, prefixes: tuple[str, ...], after: int, until: int) -> None:
    """Names of our own models, all values as parameters."""
    name = connection.ops.quote_name
    wholes = sorted({prefix[:6] for prefix in prefixes if len(prefix) > 6})  # whoever chose a district is told of its towns
    towns = " OR ".join(["(town_code >= %s AND town_code < %s)"] * len(prefixes) + ["town_code = %s"] * len(wholes))
    bounds = [*(bound for prefix in prefixes for bound in (prefix, str(int(prefix) + 1))), *wholes]
    pk = PublicWarning._meta.pk.get_db_prep_value(warning.pk, connection)
    to, of, other = (name(model._meta.db_table) for model in (WarningDelivery, WarningSubscriber, SubscriberTown))
    into = f"INSERT INTO {to} (warning_id, subscriber_id, channel, address, language, town_code, fate, attempts, outcome) "
    ways = "s.id, s.channel, s.address, s.language"
    concerned, otherwise = towns.replace("town_code", "s.town_code"), towns.replace("town_code", "t.town_code")
    # The part is taken by its numbers first: a planner without statistics would walk through whole towns for each part.
    part = (
        f"WITH s AS MATERIALIZED (SELECT id, channel, address, language, town_code FROM {of} "  # noqa: S608
        "WHERE id > %s AND id <= %s AND ended_at IS NULL) "
    )
    first = f"{part} SELECT %s, {ways}, s.town_code, 'queued', 0, '' FROM s WHERE {concerned}"  # noqa: S608
    further = (  # those who chose further towns, once each, where their first one is not concerned
        f"{part} SELECT %s, {ways}, MIN(t.town_code), 'queued', 0, '' FROM s JOIN {other} t ON t.subscriber_id = s.id "  # noqa: S608
        f"WHERE ({otherwise}) AND NOT ({concerned}) GROUP BY {ways}"
    )
    with connection.cursor() as cursor:
        cursor.execute(into + first, [after, until, pk, *bounds])
        cursor.execute(into + further, [after, until, pk, *bounds, *bounds])
    note_write(WarningDelivery._meta.db_table)
