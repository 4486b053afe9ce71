"""Events of recognisers and sightings as rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.vision.sightings.rules.sightings import Verdict


class Recognition(models.Model):
    """One event of a recogniser as it came. `sha256`: of the crop at capture; the crop itself lies in `Crop`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    camera = models.ForeignKey("vision.Camera", on_delete=models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=80)
    model = models.CharField(max_length=60)
    version = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()  # by the camera's clock
    received_at = models.DateTimeField()
    score = models.FloatField()
    box = models.JSONField()  # left, upper, width, height as shares of the picture
    sha256 = models.CharField(max_length=64, blank=True)
    in_zone = models.BooleanField(default=True)
    judged = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["camera", "model", "event_id"], name="one_recognition_per_event")]
        indexes = [
            models.Index(fields=["id"], name="recognition_unjudged", condition=Q(judged=False)),
            models.Index(fields=["camera", "received_at"], name="recognition_by_camera"),
            models.Index(fields=["received_at"], name="recognition_by_age"),
        ]


class Crop(models.Model):
    """What a recogniser cut out of the picture, byte for byte. `hidden`: boxes (left, top, width, height in pixels) around faces
    and plates; `looked`: how looking for them ended (`records.LookVerdict`), empty where nobody has looked yet.
    """

    recognition = models.OneToOneField(Recognition, primary_key=True, on_delete=models.CASCADE, related_name="crop")
    data = models.BinaryField()
    hidden = models.JSONField(default=list)
    looked = models.CharField(max_length=12, blank=True)


class Sighting(models.Model):
    """What events of one camera and kind came to: from when to when, how many, the first and the best, and what a person said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    camera = models.ForeignKey("vision.Camera", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    kind = models.CharField(max_length=30)
    urgent = models.BooleanField(default=False)
    asks = models.CharField(max_length=12)
    began_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField()
    best_score = models.FloatField()
    first = models.ForeignKey(Recognition, null=True, on_delete=models.SET_NULL, related_name="+")
    best = models.ForeignKey(Recognition, null=True, on_delete=models.SET_NULL, related_name="+")
    verdict = models.CharField(max_length=10, default=Verdict.WAITING.value)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)  # since when the verdict counts
    outcome = models.CharField(max_length=12, blank=True)  # `rules.leading.Outcome`
    reference = models.CharField(max_length=60, blank=True)  # what came of it: number of case, hidden danger, permits
    referred_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [
            models.Index(fields=["region_code", "verdict", "raised_at"], name="sighting_by_verdict"),
            models.Index(fields=["verdict", "settled_at"], name="sighting_to_settle"),
            models.Index(fields=["camera", "kind"], name="sighting_of_camera"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.camera_id}"


class RunState(models.Model):
    """How the run of one camera and kind stands, see `engine.sightings.runs.Run`."""

    id = models.BigAutoField(primary_key=True)
    camera = models.ForeignKey("vision.Camera", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    first_ms = models.BigIntegerField()
    last_ms = models.BigIntegerField()
    count = models.PositiveIntegerField()
    strong = models.JSONField(default=list)
    raised_ms = models.BigIntegerField(null=True)
    best_score = models.FloatField()
    best_ms = models.BigIntegerField()
    first = models.ForeignKey(Recognition, null=True, on_delete=models.SET_NULL, related_name="+")
    best = models.ForeignKey(Recognition, null=True, on_delete=models.SET_NULL, related_name="+")
    sighting = models.ForeignKey(Sighting, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["camera", "kind"], name="one_run_per_camera_and_kind")]


class CropView(models.Model):
    """Who looked at a crop of a sighting or took it away, since when and how often: the chain of custody."""

    id = models.BigAutoField(primary_key=True)
    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="views")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exported = models.BooleanField(default=False)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sighting", "user", "exported"], name="one_crop_view_per_person")]


class EventFault(models.Model):
    """How many events of a camera were refused for which reason; the newest as a sample."""

    id = models.BigAutoField(primary_key=True)
    camera = models.ForeignKey("vision.Camera", on_delete=models.CASCADE, related_name="faults")
    fault = models.CharField(max_length=20)
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()
    sample = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["camera", "fault"], name="one_row_per_camera_and_fault")]


class Tuning(models.Model):
    """What counts of one camera and kind: a threshold of its own, masked cells of the picture, and whether it is muted.

    `muted_models`: which models and versions were poor; another one ends the muting. `fresh_since`: verdicts before it tell
    nothing of how it is now.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    camera = models.ForeignKey("vision.Camera", on_delete=models.CASCADE, related_name="tunings")
    kind = models.CharField(max_length=30)
    threshold = models.FloatField(null=True)
    mask = models.JSONField(default=list)  # column and row of cells of 8 by 8
    tuned_at = models.DateTimeField(null=True)
    tuned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    muted_at = models.DateTimeField(null=True)
    muted_models = models.JSONField(default=list)
    fresh_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-muted_at", "id"]
        constraints = [models.UniqueConstraint(fields=["camera", "kind"], name="one_tuning_per_camera_and_kind")]
        indexes = [models.Index(fields=["muted_at"], name="tuning_by_muted")]
