"""Work permits, their gas tests, measures, signatures and steps."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry
from tocsin.hazchem.permits.rules.kinds import PermitState


class WorkPermit(models.Model):
    """A permit for one special operation. `round`: counts up with every stop; analyst and approver sign in each anew."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    unit = models.ForeignKey("PlantUnit", null=True, on_delete=models.PROTECT, related_name="permits")
    serves = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="served_by")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)  # `rules.kinds.PermitKind`
    grade = models.CharField(max_length=12)
    base_grade = models.CharField(max_length=12)
    raised_by = models.JSONField(default=list)  # `rules.grading.Raise`
    work = models.CharField(max_length=300)
    place = models.CharField(max_length=200)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    hazards = models.CharField(max_length=2000, blank=True)
    explosive_area = models.BooleanField(default=False)
    live = models.BooleanField(default=False)
    bund = models.BooleanField(default=False)
    pipe_rack = models.BooleanField(default=False)
    open_air = models.BooleanField(default=False)
    necessary = models.BooleanField(default=False)
    fall_factor = models.BooleanField(default=False)
    enriched = models.BooleanField(default=False)
    wind = models.PositiveSmallIntegerField(null=True)  # Beaufort
    height_m = models.FloatField(null=True)
    load_t = models.FloatField(null=True)
    lel_percent = models.FloatField(null=True)
    toxics = models.JSONField(default=list)  # codes of the policy
    emits = models.JSONField(default=list)  # `rules.kinds.Emission`
    isolations = models.JSONField(default=list)  # tags
    blinds = models.JSONField(default=list)  # tags
    disturbs = models.JSONField(default=list)  # tags of points of the unit whose alarms the work is known to cause
    cover_ids = models.JSONField(default=list)  # of `warning.Cover`, one a point, those that hold now
    blind = models.CharField(max_length=60, blank=True)
    blind_action = models.CharField(max_length=8, blank=True)  # `rules.kinds.BlindAction`
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    analyst = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    watcher = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=PermitState.DRAFT)
    state_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    joint = models.BooleanField(default=False)  # the approver accepted the works beside it
    started_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopping_alarm = models.ForeignKey("warning.Alarm", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0, db_default=0)  # counts up with every entry of the field

    class Meta:
        ordering = ["-begins_at", "-id"]
        indexes = [
            models.Index(fields=["object", "state"], name="permit_by_firm_and_state"),
            models.Index(fields=["state", "ends_at"], name="permit_by_state_and_end"),
        ]

    def __str__(self) -> str:
        return self.number


class GasTest(models.Model):
    """A gas test, by hand or of a sensor's reading. Shares in percent of the volume, toxics in mg/m³."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    permit = models.ForeignKey(WorkPermit, on_delete=models.CASCADE, related_name="tests")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    flammable_percent = models.FloatField(null=True)
    oxygen_percent = models.FloatField(null=True)
    toxics = models.JSONField(default=dict)
    sensor = models.ForeignKey("sensing.Sensor", null=True, on_delete=models.SET_NULL, related_name="+")
    good = models.BooleanField()
    faults = models.JSONField(default=list)  # [code, what, value, limit]

    class Meta:
        ordering = ["-at", "-id"]


class PermitMeasure(models.Model):
    """A measure that was ticked on site. `applies`: whether the work needs it at all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    permit = models.ForeignKey(WorkPermit, on_delete=models.CASCADE, related_name="measures")
    code = models.CharField(max_length=40)
    applies = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["permit", "code"], name="a_measure_once_of_a_permit")]


class PermitSignature(models.Model):
    """A signature in one round."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    permit = models.ForeignKey(WorkPermit, on_delete=models.CASCADE, related_name="signatures")
    round = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10)  # `rules.kinds.SigningRole`
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["permit", "round", "role"], name="a_role_signs_once_in_a_round")]


class PermitStep(models.Model):
    """What happened to a permit. `by` None: the clock, or an alarm."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    permit = models.ForeignKey(WorkPermit, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=12)  # `rules.kinds.PermitAct`
    text = models.CharField(max_length=300, blank=True)  # as a person wrote it

    class Meta:
        ordering = ["at", "id"]


class PermitEntry(Entry):
    """What somebody entered on site. `at_place`: whether the code of the place was scanned there; None where none was."""

    permit = models.ForeignKey(WorkPermit, on_delete=models.CASCADE, related_name="entries")
    at_place = models.BooleanField(null=True)

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["permit", "version"], name="one_entry_per_version_of_a_permit")]
