"""Stock-takes as rows: the frozen list, what was counted, and every count that was entered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry


class Stocktake(models.Model):
    """A count of what lies in a store (盘点): its list was frozen when it was opened; movements since then are reckoned."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40)
    store = models.ForeignKey("supplies.Store", on_delete=models.PROTECT, related_name="stocktakes")
    region_code = models.CharField(max_length=6)
    extent = models.CharField(max_length=12)  # `rules.counting.Extent`
    category = models.CharField(max_length=4, blank=True)
    percent = models.FloatField()  # the limit of differences as it was when this was opened
    state = models.CharField(max_length=12)  # `rules.counting.TakeState`
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)  # who counts says that all is counted
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-opened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["store"], condition=Q(state="counting"), name="one_open_stocktake_of_a_store"),
            models.UniqueConstraint(fields=["store", "number"], name="one_stocktake_per_number"),
        ]
        indexes = [models.Index(fields=["region_code", "state"], name="stocktake_by_region")]

    def __str__(self) -> str:
        return self.number


class CountLine(models.Model):
    """One lot of the frozen list: what the book said when it was frozen, what was counted, and what that differs by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stocktake = models.ForeignKey(Stocktake, on_delete=models.CASCADE, related_name="lines")
    holding = models.ForeignKey("supplies.Holding", on_delete=models.PROTECT, related_name="count_lines")
    place = models.PositiveIntegerField()  # in the list
    frozen = models.BigIntegerField()
    counted = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=60, blank=True)
    difference = models.BigIntegerField(default=0)  # from what the ledger said at the moment of the count
    reason = models.CharField(max_length=300, blank=True)
    reason_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    conflict = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["stocktake", "holding"], name="a_lot_once_in_a_stocktake")]


class CountEntry(Entry):
    """One thing that somebody entered, at a lot or about the whole."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.CASCADE, related_name="entries")
    line = models.ForeignKey(CountLine, null=True, on_delete=models.CASCADE, related_name="entries")

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["stocktake", "version"], name="one_entry_per_version_of_a_stocktake")]
