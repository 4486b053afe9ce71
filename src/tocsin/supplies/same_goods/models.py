"""Pairs of lots that are, or may be, the same goods."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class SameGoods(models.Model):
    """Two lots of one item from two reporters, as the machine judged them and, where it did, a person.

    What the machine holds apart has no row. `first` is the one with the smaller id. `region_code`: the smallest area that holds
    both; who leads supplies there decides.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey("supplies.Lot", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("supplies.Lot", on_delete=models.CASCADE, related_name="+")
    region_code = models.CharField(max_length=6)
    standing = models.CharField(max_length=8)  # `engine.same_goods.Sameness`
    probability = models.FloatField()
    bars = models.JSONField(default=list)  # of `engine.same_goods.Bar`
    judged_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-probability", "id"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="one_verdict_per_pair_of_lots")]
        indexes = [models.Index(fields=["standing", "region_code"], name="same_goods_by_standing")]
