"""Verdicts on work, episodes that need a person, and places watched for electrical danger."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class WorkDay(models.Model):
    """The verdict on a firm's work on one day, with its votes."""

    id = models.BigAutoField(primary_key=True)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="work_days")
    day = models.DateField()
    state = models.CharField(max_length=20)  # `engine.work.WorkState`
    p_working = models.FloatField()
    votes = models.JSONField(default=list)
    conflict = models.JSONField(default=list)
    settled = models.BooleanField(default=False)  # by a person, after an objection: the machine leaves it
    judged_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["object", "day"], name="one_work_day_per_object")]


class WorkVerdict(models.Model):
    """Whether a firm is working now, and what follows from it."""

    object = models.OneToOneField(
        "supervision.SupervisedObject", primary_key=True, on_delete=models.CASCADE, related_name="work_verdict"
    )
    at = models.DateTimeField()
    p_working = models.FloatField(null=True)  # empty: cannot tell
    decision = models.CharField(max_length=30)
    reasons = models.JSONField(default=list)  # `engine.work.decision.Reason`
    votes = models.JSONField(default=list)
    conflict = models.JSONField(default=list)  # statements of the firm that machines contradict
    missing = models.JSONField(default=list)  # silent sources that would help
    hours = models.CharField(max_length=200, null=True)  # the registered hours by which it was judged; None: not noted yet
    hours_since = models.DateTimeField(null=True)  # since when these; what lay before is not judged by them


class Episode(models.Model):
    """Something in a firm's work that needs a person. Found by the machine; what it was is decided by people."""

    id = models.UUIDField(primary_key=True, editable=False)  # deterministic
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="episodes")
    meter = models.ForeignKey("supervision.Meter", null=True, on_delete=models.SET_NULL, related_name="episodes")
    kind = models.CharField(max_length=30)  # `engine.work.EpisodeKind`
    level = models.CharField(max_length=10)  # red, orange, yellow, task
    region_code = models.CharField(max_length=6)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True)
    detected_at = models.DateTimeField()
    probability = models.FloatField()
    why = models.JSONField(default=list)
    state = models.CharField(max_length=20)  # `work.rules.episodes.EpisodeState`
    due_at = models.DateTimeField(null=True)  # of the step that is waited for
    delivered_at = models.DateTimeField(null=True)  # when the question that waits reached the firm
    decided_at = models.DateTimeField(null=True)  # a person said what it was: from then on nothing of it is moved
    kept = models.JSONField(default=dict)  # `work.shown.kept.Kept`: figures, votes, orders and curve as they were decided on
    case_number = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-start_at"]
        indexes = [models.Index(fields=["state", "region_code"], name="episode_by_state")]


class EpisodeEntry(models.Model):
    """One step with an episode: asked, answered, sent to look, found, closed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="entries")
    act = models.CharField(max_length=30)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(act=""), name="episode_entry_has_an_act")]


class WorkObjection(models.Model):
    """A firm says that a verdict on its work is wrong (异议): about an episode, or about a day. Somebody answers in time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="work_objections")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.CASCADE, related_name="objections")
    day = models.DateField(null=True)
    region_code = models.CharField(max_length=6)
    text = models.CharField(max_length=2000)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)  # None: waits
    answer = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(episode__isnull=True) ^ Q(day__isnull=True), name="objection_has_one_subject"),
            models.UniqueConstraint(fields=["episode"], condition=Q(upheld__isnull=True), name="one_open_objection_per_episode"),
            models.UniqueConstraint(
                fields=["object", "day"], condition=Q(upheld__isnull=True), name="one_open_objection_per_day"
            ),
        ]


class ElectricalPoint(models.Model):
    """A place that is watched for electrical danger: the phases of a feeder, a residual current, a joint."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="electrical_points")
    kind = models.CharField(max_length=20)  # `work.rules.electrical.PointKind`
    name = models.CharField(max_length=120)
    rated_a = models.FloatField(null=True)  # of a feeder
    limit = models.FloatField(null=True)  # mA of a residual current, °C of a joint; empty: as policy says
    sensor = models.ForeignKey("sensing.Sensor", on_delete=models.PROTECT, related_name="+")  # of a feeder: its first phase
    second = models.ForeignKey("sensing.Sensor", null=True, on_delete=models.PROTECT, related_name="+")
    third = models.ForeignKey("sensing.Sensor", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "kind"]
        constraints = [models.UniqueConstraint(fields=["object", "name", "kind"], name="one_electrical_point_per_name_and_kind")]

    def __str__(self) -> str:
        return self.name


class ElectricalDanger(models.Model):
    """How one quantity at a watched place stood with its limit when it was last looked at."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = models.ForeignKey(ElectricalPoint, on_delete=models.CASCADE, related_name="dangers")
    kind = models.CharField(max_length=20)  # `engine.work.danger.DangerKind`
    verdict = models.CharField(max_length=20)  # `DangerVerdict`; never unknown: then the last known one stays
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    hours_to_limit = models.FloatField(null=True)  # empty: it does not get there
    since = models.DateTimeField()  # of this verdict
    judged_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(null=True)  # from the delivery of the notice
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["hours_to_limit", "id"]
        constraints = [models.UniqueConstraint(fields=["point", "kind"], name="one_danger_per_point_and_kind")]
