"""Exposed bodies with the history of their figures, population grids in tiles, and the files that both came from."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class ExposedBody(models.Model):
    """One building, school, hospital, bridge, reservoir … (承灾体) with who is in it. `kind`: a kind of the policy.

    `lon`, `lat`: its place; `shape`: its GeoJSON geometry where it is more than a point. `figures`: numbers by attribute of its
    kind. `people_*`: counted people; where one is None it is reckoned from the figures. `within`: another body in whose people
    these are counted already. `figures_on`: the day of which the figures are.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    code = models.CharField(max_length=40)  # of whoever keeps it, one within the region
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=60, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    shape = models.JSONField(null=True)
    figures = models.JSONField(default=dict)
    people_day = models.PositiveIntegerField(null=True)
    people_night = models.PositiveIntegerField(null=True)
    people_day_off = models.PositiveIntegerField(null=True)
    within = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="parts")
    source = models.CharField(max_length=200, blank=True)
    figures_on = models.DateField()
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["region_code", "code"]
        constraints = [models.UniqueConstraint(fields=["region_code", "code"], name="one_body_per_code_and_region")]
        indexes = [models.Index(fields=["kind", "region_code"], name="body_by_kind")]

    def __str__(self) -> str:
        return self.name


class BodyFigures(models.Model):
    """What was known of a body from a moment on: never changed, never removed while the body is there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    body = models.ForeignKey(ExposedBody, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(default=dict)
    people_day = models.PositiveIntegerField(null=True)
    people_night = models.PositiveIntegerField(null=True)
    people_day_off = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=200, blank=True)
    figures_on = models.DateField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["body", "at"], name="figures_of_body")]


class PopulationGrid(models.Model):
    """The people of one region by cell. One of a region is in force; of those before it only this row stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=200, blank=True)  # of the file; empty where it was made from bodies
    source = models.CharField(max_length=200, blank=True)
    figures_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cells = models.PositiveIntegerField()
    people_day = models.FloatField()
    people_night = models.FloatField()
    people_day_off = models.FloatField()
    in_force = models.BooleanField(default=False)
    delivery = models.ForeignKey("atlas.Delivery", null=True, on_delete=models.PROTECT, related_name="+")  # whose rows it is

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region_code"], condition=models.Q(in_force=True), name="one_grid_in_force")
        ]

    def __str__(self) -> str:
        return self.name


class PopulationTile(models.Model):
    """32 by 32 cells of a grid: float32 in the order time of day, row, column."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    grid = models.ForeignKey(PopulationGrid, on_delete=models.CASCADE, related_name="tiles")
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    people = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grid", "y", "x"], name="one_tile_per_place")]


class RegisterState(models.Model):
    """One row: a mark that is another one after each change of bodies, so that every process knows when its copy is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.UUIDField()
