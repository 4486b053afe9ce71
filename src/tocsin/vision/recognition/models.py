"""Sources of frames and a city's own models as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.decoding import convert
from tocsin.base.ids import new_id
from tocsin.engine.frames.measuring import LabelFigures
from tocsin.vision.recognition.rules.own_models import OwnModelCard, OwnModelState


class CameraSource(models.Model):
    """Where frames of a camera come from, what is looked for in them, and how it goes. `fault`: of `rules.sources.FetchFault`."""

    camera = models.OneToOneField("vision.Camera", primary_key=True, on_delete=models.CASCADE, related_name="source")
    kind = models.CharField(max_length=10)
    address = models.CharField(max_length=500, blank=True)
    username = models.CharField(max_length=64, blank=True)  # its password: CameraSecret
    period_s = models.FloatField()
    looking = models.JSONField(default=list)  # codes of `engine.frames.watching.Looking`
    most_people = models.PositiveIntegerField(default=0)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)  # the newest frame
    fault = models.CharField(max_length=20, blank=True)
    fault_detail = models.CharField(max_length=80, blank=True)
    fault_since = models.DateTimeField(null=True)
    frames = models.PositiveBigIntegerField(default=0)  # that were judged
    dropped = models.PositiveBigIntegerField(default=0)  # a newer one came before they could be judged

    class Meta:
        ordering = ["camera"]


class CameraSecret(models.Model):
    """The password by which frames are fetched, sealed."""

    source = models.OneToOneField(CameraSource, on_delete=models.CASCADE, related_name="secret")
    sealed = models.TextField()


class OwnModel(models.Model):
    """A detector that the city, a firm or a supplier trained: which of its versions runs, at the cameras of `OwnModelCamera`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    region_code = models.CharField(max_length=6)
    in_use = models.ForeignKey("vision.OwnModelVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    in_use_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class OwnModelVersion(models.Model):
    """One file of a model with its test set, both below `<data>/recognisers/`, and how right it was.

    `card`: as `rules.own_models.OwnModelCard`; `figures`: as `engine.frames.measuring.LabelFigures`, one a label; `fault`: the
    text of an InvalidInput, with `fault_named` in its places. Without `has_model` or `has_tests` that file is deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.ForeignKey(OwnModel, on_delete=models.CASCADE, related_name="versions")
    version = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=OwnModelState.WAITING.value)
    card = models.JSONField()
    sha256 = models.CharField(max_length=64)
    model_bytes = models.PositiveBigIntegerField()
    has_model = models.BooleanField(default=True)
    has_tests = models.BooleanField(default=True)
    pictures = models.PositiveIntegerField()  # of the test set
    spent_s = models.FloatField(default=0.0)
    figures = models.JSONField(default=list)
    fault = models.CharField(max_length=300, blank=True)
    fault_named = models.JSONField(default=dict)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    measured_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["model", "version"], name="one_row_per_own_model_version")]
        indexes = [models.Index(fields=["state", "given_at"], name="own_model_version_by_state")]

    def __str__(self) -> str:
        return f"{self.model} {self.version}"

    def typed_card(self) -> OwnModelCard:
        """The card as the rules take it."""
        return convert(self.card, OwnModelCard)

    def label_figures(self) -> tuple[LabelFigures, ...]:
        """Figures of each label; none before it was measured."""
        return convert(self.figures, tuple[LabelFigures, ...])


class OwnModelPicture(models.Model):
    """What a version saw in one picture of its test set. `truths`, `found`: lists of `engine.frames.measuring`'s classes."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(OwnModelVersion, on_delete=models.CASCADE, related_name="measured_pictures")
    number = models.PositiveIntegerField()  # from 0, in the order of names
    name = models.CharField(max_length=200)
    truths = models.JSONField()
    found = models.JSONField()
    right = models.BooleanField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_row_per_measured_picture")]


class OwnModelCamera(models.Model):
    """A camera at which a model runs."""

    id = models.BigAutoField(primary_key=True)
    model = models.ForeignKey(OwnModel, on_delete=models.CASCADE, related_name="cameras")
    camera = models.ForeignKey("vision.Camera", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["camera__name", "id"]
        constraints = [models.UniqueConstraint(fields=["model", "camera"], name="one_row_per_own_model_and_camera")]
