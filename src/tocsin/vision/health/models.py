"""How cameras stand, as rows."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.engine.frames.health import CameraFault, FaultStanding, Standing


class CameraWatch(models.Model):
    """What the frames of a camera have shown so far. `picture`: the newest, grey, 640 × 360, as JPEG."""

    camera = models.OneToOneField("vision.Camera", primary_key=True, on_delete=models.CASCADE, related_name="watch")
    at = models.DateTimeField()  # by the camera's clock
    received_at = models.DateTimeField()
    by_itself = models.BooleanField(default=False)  # frames come without a person: when none comes, that is a fault
    picture = models.BinaryField()
    anchor = models.BinaryField()  # fingerprint of the last frame in which more changed than a clock
    still_since = models.DateTimeField()
    figures = models.JSONField(default=dict)  # `engine.frames.health.FrameFigures`
    standing = models.JSONField(default=list)  # fault, since, raised at, gone since

    def faults(self) -> Standing:
        """The faults as the engine follows them."""
        return {
            CameraFault(fault): FaultStanding(datetime.fromisoformat(since), _moment(raised), _moment(gone))
            for fault, since, raised, gone in self.standing
        }

    def keep_faults(self, standing: Standing) -> None:
        """Takes them over as a row holds them."""
        self.standing = [
            [fault.value, one.since.isoformat(), _text(one.raised_at), _text(one.gone_since)] for fault, one in standing.items()
        ]


class CameraReference(models.Model):
    """A camera's picture, grey, 640 × 360, as a person says it is right."""

    id = models.BigAutoField(primary_key=True)
    camera = models.ForeignKey("vision.Camera", on_delete=models.CASCADE, related_name="references")
    picture = models.BinaryField()
    taken_at = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]


class CameraTrouble(models.Model):
    """A fault of a camera from when to when. `state`: a bad one of `cameras.rules.states.CameraState`."""

    id = models.BigAutoField(primary_key=True)
    camera = models.ForeignKey("vision.Camera", on_delete=models.CASCADE, related_name="troubles")
    state = models.CharField(max_length=10)
    since = models.DateTimeField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["camera", "state"], condition=Q(ended_at=None), name="one_open_trouble_per_state")
        ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
