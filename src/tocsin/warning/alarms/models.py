"""Alarms, their history, findings about devices, diagnoses that are due, and how far the log has been applied, as rows."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.warning.alarms.rules.states import SET_ASIDE, AlarmState, Standing

_SET_ASIDE = [state.value for state in SET_ASIDE]


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Questions that many ask of alarms."""

    def open(self) -> "AlarmQuerySet":
        """Alarms that hold the place of their condition: everything but normal."""
        return self.filter(closed_at__isnull=True)


class Alarm(models.Model):
    """One condition that was met: a rule at a sensor, or at an object without one (an asset, a device as a whole).

    While it is open it is the only one of its condition. What follows from what is decided in `rules.transition` and written in
    `services`; times are the judging clock's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sensor = models.ForeignKey("sensing.Sensor", null=True, on_delete=models.PROTECT, related_name="alarms")
    asset = models.ForeignKey("lifelines.Asset", null=True, on_delete=models.PROTECT, related_name="alarms")
    device = models.ForeignKey("sensing.Device", null=True, on_delete=models.PROTECT, related_name="alarms")
    rule = models.CharField(max_length=40)
    quantity = models.CharField(max_length=40, blank=True)
    region_code = models.CharField(max_length=6)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    state = models.CharField(max_length=30)
    beneath = models.CharField(max_length=30, blank=True)  # the state that lives on while the alarm is set aside
    latching = models.BooleanField(default=False)
    level = models.PositiveSmallIntegerField(default=AlarmLevel.NONE.value)
    peak_level = models.PositiveSmallIntegerField(default=AlarmLevel.NONE.value)
    detected_level = models.PositiveSmallIntegerField(default=AlarmLevel.NONE.value)  # as detection said last
    level_held = models.BooleanField(default=False)  # set by a person: detection may raise it, not lower it
    level_held_until = models.DateTimeField(null=True)
    rises_at = models.DateTimeField(null=True)  # nobody confirms it: then its level rises
    lapses_at = models.DateTimeField(null=True)  # nothing follows its acknowledgement: then it rings again
    unknown = models.BooleanField(default=False)  # the sensor is saturated: its value says nothing, the alarm stays
    flapping_since = models.DateTimeField(null=True)  # it comes and goes: level and state are held until it is calm
    explained_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="explains")  # a loss, a flood
    case_number = models.CharField(max_length=30, blank=True)  # the case that it belongs to, as told by who keeps cases
    cover = models.ForeignKey("Cover", null=True, on_delete=models.PROTECT, related_name="alarms")  # under which it arose
    doubt = models.CharField(max_length=20, blank=True, default="")  # why its sensor is not believed alone: below red till then
    loud = models.BooleanField(default=False)  # a person wants to hear it, whatever covers it
    case_level = models.PositiveSmallIntegerField(default=AlarmLevel.NONE.value)  # of that case while it is open
    case_state = models.CharField(max_length=20, blank=True)
    speaks_for_case = models.BooleanField(default=False)  # it leads its case: screens count and sort it by the case's level
    late = models.BooleanField(default=False)  # raised by readings of long ago: told, but not rung
    count = models.PositiveIntegerField(default=0)  # how often the condition was met while the alarm was open

    value = models.FloatField(null=True)  # with limit, figures and moment: of the highest that it has had
    limit = models.FloatField(null=True)
    figures = models.JSONField(default=dict)
    rule_versions = models.JSONField(default=list)  # of the detection policy by which it was raised; none: as shipped
    value_at = models.DateTimeField(null=True)
    cause = models.JSONField(null=True)  # the first hypothesis of the newest diagnosis: cause, probability, asset_code, owner
    true_cause = models.CharField(max_length=40, blank=True)  # what people found; the finding that stands says where and who

    raised_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)  # since when nobody has taken note of it: of its last change to that
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)  # somebody confirmed what was done about it; its history says what
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    shelved_until = models.DateTimeField(null=True)
    shelved_once = models.BooleanField(default=False)  # the shelf ends as soon as the condition is gone, at the latest then
    shelved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    shelved_reason = models.CharField(max_length=500, blank=True)
    suppressed_until = models.DateTimeField(null=True)  # these three: of a person who suppressed it or took it out of service
    suppressed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    suppressed_reason = models.CharField(max_length=500, blank=True)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Alarm"]] = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "rule"], condition=Q(closed_at__isnull=True), name="one_open_alarm_per_sensor_and_rule"
            ),
            models.UniqueConstraint(
                fields=["asset", "rule"], condition=Q(closed_at__isnull=True), name="one_open_alarm_per_asset_and_rule"
            ),
            models.UniqueConstraint(
                fields=["device", "rule"], condition=Q(closed_at__isnull=True), name="one_open_alarm_per_device_and_rule"
            ),
            models.CheckConstraint(
                condition=Q(sensor__isnull=False, asset__isnull=True, device__isnull=True)
                | Q(sensor__isnull=True, asset__isnull=False, device__isnull=True)
                | Q(sensor__isnull=True, asset__isnull=True, device__isnull=False),
                name="alarm_of_one_sensor_asset_or_device",
            ),
            models.CheckConstraint(
                condition=Q(state=AlarmState.NORMAL.value, closed_at__isnull=False)
                | (~Q(state=AlarmState.NORMAL.value) & Q(closed_at__isnull=True)),
                name="alarm_is_closed_when_normal",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_SET_ASIDE) & ~Q(beneath="")) | (~Q(state__in=_SET_ASIDE) & Q(beneath="")),
                name="alarm_set_aside_lives_on_beneath",
            ),
            models.CheckConstraint(
                condition=~Q(state=AlarmState.SHELVED.value) | Q(shelved_until__isnull=False), name="a_shelf_has_an_end"
            ),
        ]
        indexes = [
            models.Index(fields=["closed_at", "-level", "-raised_at"], name="alarm_list"),
            models.Index(fields=["region_code", "-raised_at"], name="alarm_by_region"),
            models.Index(fields=["state", "shelved_until"], name="alarm_clocks"),
            models.Index(fields=["raised_at"], name="alarm_by_time"),
            models.Index(fields=["rises_at"], condition=Q(rises_at__isnull=False), name="alarm_rises"),
            models.Index(fields=["lapses_at"], condition=Q(lapses_at__isnull=False), name="alarm_lapses"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.state} {self.id}"

    @property
    def standing(self) -> Standing:
        """State and the state beneath, as `rules.transition` takes them."""
        return Standing(AlarmState(self.state), AlarmState(self.beneath) if self.beneath else None, self.shelved_once)


class AlarmEntry(models.Model):
    """One line of an alarm's history: what happened, who did it, and how the alarm stood afterwards. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField()  # by the judging clock; a detection's own time
    written_at = models.DateTimeField(auto_now_add=True)
    act = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20)  # detection, console, api, clock, diagnosis
    detection_id = models.UUIDField(null=True)
    state = models.CharField(max_length=30)
    level = models.PositiveSmallIntegerField()
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    text = models.CharField(max_length=2000, blank=True)  # reason or comment in the person's own words
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "written_at", "id"]
        indexes = [
            models.Index(fields=["alarm", "at"], name="alarm_history"),
            models.Index(fields=["act", "at"], name="alarm_history_by_act"),
        ]


class DetectionRecord(models.Model):
    """A detection that has been applied. Its id is made from what was detected, so that a second delivery changes nothing."""

    id = models.UUIDField(primary_key=True, editable=False)
    applied_at = models.DateTimeField(auto_now_add=True, db_index=True)


class DeviceFinding(models.Model):
    """Something that stands against a sensor itself (stuck, silent, ...). Several may; the sensor shows the worst."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sensor = models.ForeignKey("sensing.Sensor", on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=40)
    since = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["sensor", "rule"], name="one_finding_per_sensor_and_rule")]


class LogPosition(models.Model):
    """How far a consumer has come in the log, written with the effects of what it read."""

    consumer = models.CharField(max_length=60, primary_key=True)
    sequence = models.PositiveBigIntegerField()


class DiagnosisTask(models.Model):
    """A diagnosis that is due. Whoever works on it holds the row until `free_at`; done work is deleted. The machine's times."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="diagnosis_tasks")
    reason = models.CharField(max_length=20)  # raised, escalated, repeated, later
    due_at = models.DateTimeField(db_index=True)
    deadline = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    free_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at"]
