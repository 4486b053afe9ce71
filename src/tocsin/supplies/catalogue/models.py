"""Kinds of items, their names, units and parts as rows."""

from django.db import models

from tocsin.base.ids import new_id
from tocsin.supplies.catalogue.rules.kits import KitExpiry


class Item(models.Model):
    """One kind of supplies (物资品种) in the count unit of its trade. `region_code`: the area that keeps the entry."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12)  # class of GB/T 38565 and serial number: 1010203-0007
    class_code = models.CharField(max_length=7)
    category = models.CharField(max_length=4)  # one of the four categories of the province, key of `policy/classes.toml`
    resource_class = models.CharField(max_length=8, blank=True)  # class of the NDRC list of 2015
    survey_class = models.CharField(max_length=8, blank=True)  # kind of the national resource survey
    region_code = models.CharField(max_length=6)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    synonyms = models.CharField(max_length=500, blank=True)  # local names and other words, between commas
    search = models.TextField()  # `rules.words.search_text`
    unit_zh = models.CharField(max_length=20)
    unit_en = models.CharField(max_length=20, blank=True)
    pieces_per_unit = models.PositiveIntegerField(default=1000)  # thousandths; for totals only
    weight_g = models.PositiveBigIntegerField(null=True)  # of one unit; None: nobody has entered it
    volume_cm3 = models.PositiveBigIntegerField(null=True)
    pack = models.CharField(max_length=60, blank=True)
    shelf_life_months = models.PositiveSmallIntegerField(null=True)
    perishable = models.BooleanField(default=False)  # food, drugs: not given out when it is about to expire
    storage = models.CharField(max_length=120, blank=True)
    inspect_every_months = models.PositiveSmallIntegerField(default=12)
    upkeep = models.CharField(max_length=200, blank=True)  # what is done at each inspection: run the generator for 15 minutes
    kit_expiry = models.CharField(max_length=10, default=KitExpiry.SOONEST.value)
    confidence = models.CharField(max_length=1, default="C")
    source = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)
    used_at = models.DateTimeField(null=True)  # there is stock of it since: unit, pieces and category stay as they are
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["region_code", "code"], name="one_item_per_code_and_region")]
        indexes = [models.Index(fields=["category", "code"], name="item_by_category")]

    def __str__(self) -> str:
        return self.name_zh


class ItemUnit(models.Model):
    """Another unit of an item with what one of it holds: a box of 24 bottles."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="units")
    name = models.CharField(max_length=20)
    holds = models.PositiveBigIntegerField()  # thousandths of the count unit

    class Meta:
        ordering = ["holds", "name"]
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="one_unit_per_name_and_item")]


class KitPart(models.Model):
    """What one kit holds of another item."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kit = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField()  # thousandths of the part's unit

    class Meta:
        ordering = ["part__code"]
        constraints = [models.UniqueConstraint(fields=["kit", "part"], name="one_row_per_kit_and_part")]
