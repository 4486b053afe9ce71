"""Alarms, their history, device findings, diagnoses, and how far the log has been applied, as rows."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.warning.rules import SET_ASIDE, AlarmState, Standing

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
    level_held = models.BooleanField(default=False)  # set by a person: detection may raise it, not lower it
    unknown = models.BooleanField(default=False)  # the sensor is saturated: its value says nothing, the alarm stays
    flapping_since = models.DateTimeField(null=True)  # it comes and goes: level and state are held until it is calm
    explained_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="explains")  # a loss, a flood
    case_number = models.CharField(max_length=30, blank=True)  # the case that it belongs to, as told by who keeps cases
    late = models.BooleanField(default=False)  # raised by readings of long ago: told, but not rung
    count = models.PositiveIntegerField(default=0)  # how often the condition was met while the alarm was open

    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    figures = models.JSONField(default=dict)
    cause = models.JSONField(null=True)  # the first hypothesis of the newest diagnosis: cause, probability, asset_code, owner
    true_cause = models.CharField(max_length=40, blank=True)  # what people found; the finding that stands says where and who

    raised_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    shelved_until = models.DateTimeField(null=True)
    shelved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    shelved_reason = models.CharField(max_length=500, blank=True)
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
        ]
        indexes = [
            models.Index(fields=["closed_at", "-level", "-raised_at"], name="alarm_list"),
            models.Index(fields=["region_code", "-raised_at"], name="alarm_by_region"),
            models.Index(fields=["state", "shelved_until"], name="alarm_clocks"),
            models.Index(fields=["raised_at"], name="alarm_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.state} {self.id}"

    @property
    def standing(self) -> Standing:
        """State and the state beneath, as `rules.transition` takes them."""
        return Standing(AlarmState(self.state), AlarmState(self.beneath) if self.beneath else None)


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


class Diagnosis(models.Model):
    """What the machine thought, with what was known at `at`. Codes and figures; sentences are made for the reader."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="diagnoses")
    at = models.DateTimeField()
    made_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=20)
    duration_ms = models.PositiveIntegerField()
    result = models.JSONField()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["alarm", "-made_at"], name="diagnosis_of_alarm")]


class Shown(models.Model):
    """What of a diagnosis was shown to whom, once per person, diagnosis, language and channel. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="shown")
    diagnosis = models.ForeignKey(Diagnosis, on_delete=models.CASCADE, related_name="shown")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()  # by the judging clock
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=20)  # console, case, api
    ranking = models.JSONField()  # [[cause, probability, asset_code], ...], those that were shown, as they stood
    story = models.CharField(max_length=4000, blank=True)  # the paragraph as it was read

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["diagnosis", "person", "language", "channel"], name="shown_once")]
        indexes = [models.Index(fields=["alarm", "at"], name="shown_of_alarm")]


class Answer(models.Model):
    """What a crew measured or somebody said by telephone, for one alarm. Its weight stays as it was when it was given.

    `given`, `of` and `reach_m` are those of `engine.diagnosis.answers.Answer`, as they were then. A withdrawn answer stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="answers")
    check_id = models.CharField(max_length=40)
    asset_code = models.CharField(max_length=64, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    outcome = models.CharField(max_length=40, blank=True)  # empty: does not know, or could not be measured
    value = models.FloatField(null=True)  # in the canonical unit
    given_value = models.FloatField(null=True)  # as it was entered
    given_unit = models.CharField(max_length=20, blank=True)
    given = models.JSONField(default=dict)
    of = models.JSONField(default=list)
    reach_m = models.FloatField(default=0)
    said_by = models.CharField(max_length=100)  # a body or a post, not a person's name
    channel = models.CharField(max_length=20)  # telephone, radio, on_site
    at = models.DateTimeField()  # by the judging clock
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alarm", "check_id", "asset_code"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_answer_per_check_and_place",
            )
        ]


class Finding(models.Model):
    """What people found on site to be the cause. A correction is a new row; the row that it replaces stays.

    `dispatched` and `last` are the rankings that were shown when the alarm was taken and when the finding came in:
    {"diagnosis", "ranking": [[cause, probability, owner], ...], "lon", "lat"}, null where there was none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="findings")
    cause = models.CharField(max_length=40)  # a known cause, "other" (in words), or "not_found"
    cause_in_words = models.CharField(max_length=200, blank=True)
    asset_code = models.CharField(max_length=64, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    owner = models.CharField(max_length=40, blank=True)  # the body whose fault it was to mend
    found_by = models.CharField(max_length=100)  # a body or a post, not a person's name
    found_at = models.DateTimeField()
    text = models.CharField(max_length=2000, blank=True)
    region_code = models.CharField(max_length=6)
    dispatched = models.JSONField(null=True)
    last = models.JSONField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alarm"], condition=Q(replaced_at__isnull=True), name="one_standing_finding_per_alarm"
            )
        ]
        indexes = [models.Index(fields=["replaced_at", "region_code", "found_at"], name="findings_that_stand")]


class PriorReset(models.Model):
    """From here on the priors of a region learn anew: findings that were recorded before are forgotten. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["-at", "-id"]


class EarlySign(models.Model):
    """What the watch holds for likely before a limit is crossed: silent, without a clock, for the analyst. Its id comes from
    region, sensor, cause and time, so that a second telling makes no second row.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    sensor = models.ForeignKey("sensing.Sensor", on_delete=models.PROTECT, related_name="early_signs")
    region_code = models.CharField(max_length=6)
    cause = models.CharField(max_length=40)
    probability = models.FloatField()
    asset_code = models.CharField(max_length=64, blank=True)
    owner = models.CharField(max_length=40, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    hypothesis = models.JSONField()  # as in Diagnosis.result, with evidence and way
    limit_at = models.DateTimeField(null=True)  # when the sensor reaches its limit if it goes on so
    raised_at = models.DateTimeField()  # by the readings' time
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=20, blank=True)  # alarm, another_cause, calm
    alarm = models.ForeignKey(Alarm, null=True, on_delete=models.SET_NULL, related_name="early_signs")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [
            models.Index(fields=["ended_at", "-raised_at"], name="early_sign_list"),
            models.Index(fields=["region_code", "-raised_at"], name="early_sign_by_region"),
        ]


class TemplateSet(models.Model):
    """The causes with which a region and those below it are judged from `at` on, by a person's decision. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    text = models.TextField(blank=True)  # as in causes.toml; empty: the file that comes with the program
    run = models.ForeignKey("ReplayRun", null=True, on_delete=models.PROTECT, related_name="+")  # what was seen before
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["-at", "-id"]


class ReplayRun(models.Model):
    """Past alarms judged again with the causes in force (`before`; null: those of the program) and with edited ones (`text`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    before = models.ForeignKey(TemplateSet, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]


class ReplayResult(models.Model):
    """One kept diagnosis to be judged again; work to do until `done_at`.

    `old` and `new` are as `Finding.last`: {"ranking": [[cause, probability, owner], ...], "asset_code", "lon", "lat"}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(ReplayRun, on_delete=models.CASCADE, related_name="results")
    diagnosis = models.ForeignKey(Diagnosis, on_delete=models.CASCADE, related_name="replays")
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    error = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["done_at", "id"], name="replay_to_do")]
