"""Travel times, and closed roads, as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.supplies.roads.rules.closures import Closure, RoadShape


class TravelTime(models.Model):
    """How many minutes a vehicle takes from a store to a place of need, as an area knows it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)  # whose table it stands in: the store may lie in a smaller area
    store = models.ForeignKey("supplies.Store", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=120)
    lon = models.FloatField()
    lat = models.FloatField()
    minutes = models.FloatField()
    km = models.FloatField(null=True)

    class Meta:
        ordering = ["region_code", "place", "id"]
        constraints = [models.UniqueConstraint(fields=["region_code", "store", "place"], name="one_travel_time_of_a_way")]
        indexes = [models.Index(fields=["lat", "lon"], name="travel_time_by_spot")]

    def __str__(self) -> str:
        return self.place


class ClosedRoad(models.Model):
    """A stretch of road or an area that no vehicle passes, from a moment on, until an end or until it is opened again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    shape = models.CharField(max_length=6)  # `rules.closures.RoadShape`
    corners = models.JSONField(default=list)  # longitude and latitude of each
    reason = models.CharField(max_length=300)
    detour_min = models.PositiveIntegerField(null=True)  # as somebody knows it; else by the rule
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_why = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField(null=True)  # when plans that it concerns were asked for anew

    class Meta:
        ordering = ["-from_at", "-id"]
        indexes = [models.Index(fields=["opened_at", "until_at", "from_at"], name="closed_road_in_force")]

    def __str__(self) -> str:
        return self.name

    def closure(self, beside_m: float) -> Closure:
        """What the rule takes; built once, since thousands of ways are held against it."""
        built: Closure | None = self.__dict__.get("built_closure")
        if built is None or built.beside_m != beside_m:
            corners = tuple((float(lon), float(lat)) for lon, lat in self.corners)
            built = self.__dict__["built_closure"] = Closure(RoadShape(self.shape), corners, beside_m)
        return built
