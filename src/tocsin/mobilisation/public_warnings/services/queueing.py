"""Every subscriber concerned gets a row for a warning that was issued: some thousand in a transaction, in the database itself."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from tocsin.bus.news import note_write
from tocsin.mobilisation.public_warnings.models import PublicWarning, WarningDelivery, WarningSubscriber
from tocsin.mobilisation.public_warnings.queries.reach import concerned_codes, prefixes_of
from tocsin.mobilisation.public_warnings.rules.states import FROZEN

AT_ONCE = 20_000  # subscribers of one transaction: about a tenth of a second


def queue_deliveries(*, now: datetime) -> bool:
    """One step for the oldest warning that has not reached its last subscriber; True while more waits. Exercises have none."""
    waiting = PublicWarning.objects.filter(state__in=FROZEN, exercise=False, queued_at__isnull=True)
    found = waiting.select_related("earlier").defer("cap").order_by("issued_at", "id").first()
    if found is None:
        return False
    codes = prefixes_of(concerned_codes(found))
    last = WarningSubscriber.objects.aggregate(last=Max("pk"))["last"] or 0
    with transaction.atomic():
        warning = PublicWarning.objects.select_for_update().only("pk", "queued_after", "queued_at").get(pk=found.pk)
        if warning.queued_at is None:
            until = min(warning.queued_after + AT_ONCE, last)
            if codes and until > warning.queued_after:
                _insert(warning, codes, warning.queued_after, until)
            warning.queued_after, warning.queued_at = until, now if until >= last else None
            warning.save(update_fields=["queued_after", "queued_at"])
    return True


def _insert(warning: PublicWarning, prefixes: tuple[str, ...], after: int, until: int) -> None:
    """Names of our own models, all values as parameters."""
    name = connection.ops.quote_name
    towns = " OR ".join(["(town_code >= %s AND town_code < %s)"] * len(prefixes))
    bounds = [bound for prefix in prefixes for bound in (prefix, str(int(prefix) + 1))]
    pk = PublicWarning._meta.pk.get_db_prep_value(warning.pk, connection)
    to, of = name(WarningDelivery._meta.db_table), name(WarningSubscriber._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {to} (warning_id, subscriber_id, channel, address, language, town_code, fate, attempts, outcome) "  # noqa: S608
            f"SELECT %s, id, channel, address, language, town_code, 'queued', 0, '' FROM {of} "
            f"WHERE id > %s AND id <= %s AND ended_at IS NULL AND ({towns})",
            [pk, after, until, *bounds],
        )
    note_write(WarningDelivery._meta.db_table)
