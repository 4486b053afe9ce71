"""Units of plants, their equipment, what it holds, its points, and how a unit was graded."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class PlantUnit(models.Model):
    """A production or storage unit of a firm (生产单元、储存单元, GB 18218 3.4 and 3.5), with the grade it has now.

    `s`, `r`, `grade` from what can be there by design; the same `..._now` from what is there, empty while nothing is measured.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)  # `engine.major_hazard.UnitKind`
    area = models.CharField(max_length=16, blank=True)  # `rules.kinds.KeyArea`
    people = models.PositiveIntegerField(null=True)  # permanently within 500 m outside the site's limit
    people_told_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    outline = models.JSONField(default=list)  # [[lon, lat], …] of its boundary, closed; empty: not drawn
    filing_number = models.CharField(max_length=60, blank=True)
    filed_on = models.DateField(null=True)
    filed_grade = models.CharField(max_length=4, blank=True)  # the grade that was filed
    assessed_on = models.DateField(null=True)
    s = models.FloatField(default=0.0)
    r = models.FloatField(default=0.0)
    grade = models.CharField(max_length=4, blank=True)  # I to IV; empty: no major hazard
    s_now = models.FloatField(null=True)
    r_now = models.FloatField(null=True)
    grade_now = models.CharField(max_length=4, blank=True)
    graded_at = models.DateTimeField(null=True)
    told_grade = models.CharField(max_length=4, blank=True)  # of which firm and supervisor were told last
    told_grade_now = models.CharField(max_length=4, blank=True)
    untold_since = models.DateTimeField(null=True)  # since when the grades are others than those told
    problem = models.CharField(max_length=300, blank=True)  # why it can't be graded
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["object", "name"], condition=Q(active=True), name="one_unit_of_a_name_in_a_firm")
        ]
        indexes = [
            models.Index(fields=["region_code", "grade"], name="unit_by_region_and_grade"),
            models.Index(fields=["untold_since"], name="unit_with_an_untold_grade", condition=Q(untold_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class PlantEquipment(models.Model):
    """A tank, reactor, loading arm, bay of a warehouse. Sizes in metres and cubic metres."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(PlantUnit, on_delete=models.CASCADE, related_name="equipment")
    tag = models.CharField(max_length=60)  # 位号
    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20)  # `rules.kinds.EquipmentKind`
    shape = models.CharField(max_length=12, default="vertical")  # `engine.tanks.TankShape`
    volume_m3 = models.FloatField(null=True)
    height_m = models.FloatField(null=True)  # at which it is full, in the measure of its level
    liquefied = models.BooleanField(default=False)  # liquefied gas: never above 90 % of the volume
    bund = models.CharField(max_length=120, blank=True)  # in which it stands, by name; empty: nobody has told
    building = models.CharField(max_length=120, blank=True)
    out_since = models.DateTimeField(null=True)  # out of service since then
    out_until = models.DateTimeField(null=True)
    out_reason = models.CharField(max_length=300, blank=True)
    out_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        ordering = ["tag", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "tag"], name="one_equipment_of_a_tag_in_a_unit")]

    def __str__(self) -> str:
        return f"{self.tag} {self.name}".strip()


class PlantJoint(models.Model):
    """A pipe between two pieces of equipment of one firm. `isolating`: a valve on it can part them in an emergency (3.4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(PlantEquipment, on_delete=models.CASCADE, related_name="joints_out")
    target = models.ForeignKey(PlantEquipment, on_delete=models.CASCADE, related_name="joints_in")
    tag = models.CharField(max_length=60, blank=True)  # of the pipe, or of its valve
    isolating = models.BooleanField(default=False)

    class Meta:
        ordering = ["tag", "id"]
        constraints = [models.UniqueConstraint(fields=["source", "target", "tag"], name="one_joint_of_a_tag_between_two")]

    def __str__(self) -> str:
        return self.tag or f"{self.source.tag} – {self.target.tag}"


class HeldSubstance(models.Model):
    """What equipment holds: the most by design, and what is there now, in tonnes.

    `classes`: of table 2 of GB 18218, null where nobody has classified it; `present_from`: `level` (of its point) or `person`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    equipment = models.ForeignKey(PlantEquipment, on_delete=models.CASCADE, related_name="held")
    substance = models.CharField(max_length=120)
    cas = models.CharField(max_length=20, blank=True)
    classes = models.JSONField(null=True)
    content_percent = models.FloatField(null=True)
    mixture_of = models.CharField(max_length=120, blank=True)
    density_kg_m3 = models.FloatField(null=True)
    design_t = models.FloatField()
    present_t = models.FloatField(null=True)
    present_at = models.DateTimeField(null=True)
    present_from = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["substance", "id"]
        constraints = [models.UniqueConstraint(fields=["equipment", "substance"], name="a_substance_once_in_equipment")]

    def __str__(self) -> str:
        return self.substance


class PlantPoint(models.Model):
    """A point of equipment (level, temperature, pressure, flow, gas, flame, interlock). Limits in its sensor's own unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    equipment = models.ForeignKey(PlantEquipment, on_delete=models.CASCADE, related_name="points")
    tag = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)  # `rules.kinds.PointKind`
    sensor = models.ForeignKey("sensing.Sensor", null=True, on_delete=models.SET_NULL, related_name="+")
    low_low = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    high_high = models.FloatField(null=True)
    interlock = models.CharField(max_length=10, blank=True)  # `rules.kinds.InterlockState` of an interlock
    bypass_until = models.DateTimeField(null=True)
    bypass_reason = models.CharField(max_length=300, blank=True)
    bypass_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["tag", "id"]
        constraints = [models.UniqueConstraint(fields=["equipment", "tag"], name="one_point_of_a_tag_at_equipment")]
        indexes = [models.Index(fields=["sensor"], name="plant_point_of_sensor")]

    def __str__(self) -> str:
        return self.tag


class Grading(models.Model):
    """How a unit was graded when that changed. `lines`: of each substance the row it counted by, with its figures."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(PlantUnit, on_delete=models.CASCADE, related_name="gradings")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    s = models.FloatField()
    r = models.FloatField()
    grade = models.CharField(max_length=4, blank=True)
    s_now = models.FloatField(null=True)
    r_now = models.FloatField(null=True)
    grade_now = models.CharField(max_length=4, blank=True)
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-id"]
