"""Diagnoses, what was shown of them, answers, findings, resets of priors, edited causes and replays, as rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.warning.alarms.models import Alarm


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


class ReplayRun(models.Model):
    """Past alarms judged again with the causes in force (`before`; null: those of the program) and with edited ones (`text`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    before = models.ForeignKey("records.PolicyVersion", null=True, on_delete=models.PROTECT, related_name="+")
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
