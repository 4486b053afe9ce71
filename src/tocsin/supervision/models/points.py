"""The ledger of points, what moves it, appeals, and what a colour triggers."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class LedgerDay(models.Model):
    """One object's points of one day, with its lines inside. Only added; a correction is a row of a later revision.

    Points are whole hundredths of a point. `lines` is the text of a JSON list, kept byte for byte as it was reckoned:
    `[reason code, hundredths, evidence]` each (`engine.points.ledger`); the score is their sum. The key begins with the day, so
    that a night's rows lie side by side and one object's days are found one by one. Objects are never deleted, so the database
    need not look for each of a million of them again.
    """

    pk = models.CompositePrimaryKey("day", "object_id", "revision")
    day = models.DateField()
    object = models.ForeignKey(
        "supervision.SupervisedObject", on_delete=models.PROTECT, related_name="ledger", db_constraint=False, db_index=False
    )
    revision = models.PositiveSmallIntegerField(default=0)
    score = models.IntegerField()
    feedback = models.IntegerField(default=0)  # hundredths for the day's own tasks; no part of the score
    band = models.CharField(max_length=6)  # what score, red lines and data alone say
    standing = models.CharField(max_length=6)  # where the object stands after steps and stability; kept while it is grey
    colour = models.CharField(max_length=6)  # what is shown
    days_in_yellow = models.PositiveSmallIntegerField(default=0)  # on end in this band or a better one
    days_in_blue = models.PositiveSmallIntegerField(default=0)
    days_in_green = models.PositiveSmallIntegerField(default=0)
    rule_version = models.CharField(max_length=40)
    lines = models.TextField()

    class Meta:
        ordering = ["-day", "object_id", "-revision"]


class PointsEvent(models.Model):
    """Something that takes points for a time, or turns the code red until it is lifted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="points_events")
    kind = models.CharField(max_length=40)  # key of deductions or red lines in `policy/points.toml`
    key = models.CharField(max_length=120)  # what it comes from, so that the same thing counts once
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    evidence = models.JSONField(default=dict)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-began_on"]
        constraints = [models.UniqueConstraint(fields=["object", "key"], name="one_points_event_per_key")]


class PointsRun(models.Model):
    """How far the nightly points of one day are: a run that died goes on where it stood."""

    day = models.DateField(primary_key=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cursor = models.CharField(max_length=40, blank=True)
    scored = models.PositiveIntegerField(default=0)
    tallies = models.JSONField(default=list)  # [region, trade, colour, objects] of the newest revisions, once the day is through
    moves = models.JSONField(default=dict)  # region -> "before>after" -> objects

    class Meta:
        ordering = ["-day"]


class Appeal(models.Model):
    """A firm's objection to a line of its ledger, with a clock for the answer (申诉)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="appeals")
    day = models.DateField()
    reason_code = models.CharField(max_length=60)
    line_key = models.CharField(max_length=120, blank=True)  # which of several lines of that reason
    text = models.CharField(max_length=2000)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()  # the answer
    won = models.BooleanField(null=True)
    granted = models.IntegerField(default=0)  # hundredths given back a day, where a part of the score was appealed
    until = models.DateField(null=True)  # the last day that a won appeal reaches
    answer = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at"]


class Consequence(models.Model):
    """What a change of colour triggered, with its time (talk, check, notice)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="consequences")
    day = models.DateField()
    colour = models.CharField(max_length=10)
    kind = models.CharField(max_length=40)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-day", "kind"]
        constraints = [models.UniqueConstraint(fields=["day", "object", "kind"], name="one_consequence_per_object_day_kind")]
        # Open ones are found by time, or by a range of objects: without statistics SQLite would take an index that begins with
        # `done_at` for both, and read all open ones for each range.
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="open_consequence_by_due"),
            models.Index(fields=["object", "kind"], condition=Q(done_at=None), name="open_consequence_of_object"),
        ]
