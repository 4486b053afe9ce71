"""Applications of firms as rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.supervision.applications.rules import ApplicationState


class FirmApplication(models.Model):
    """A firm that asks to be registered and to get an account. Only the SHA-256 of its receipt is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    credit_code = models.CharField(max_length=18)  # GB 32100-2015, in its normal form
    name = models.CharField(max_length=200)
    trade = models.CharField(max_length=40)  # key of `objects/policy/trades.toml`
    address = models.CharField(max_length=300, blank=True)
    contact = models.CharField(max_length=120)
    telephone = models.CharField(max_length=40)
    language = models.CharField(max_length=10, blank=True)
    receipt_sha256 = models.CharField(max_length=64, unique=True)
    entered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)  # of a refusal
    object = models.ForeignKey("supervision.SupervisedObject", null=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")  # approved
    collected_at = models.DateTimeField(null=True)  # the one-time password was shown then

    class Meta:
        ordering = ["entered_at", "id"]
        indexes = [models.Index(fields=["region_code", "entered_at"], condition=Q(decided_at=None), name="firms_that_wait")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> ApplicationState:
        """Where it stands."""
        if self.decided_at is None:
            return ApplicationState.WAITING
        if self.object_id is None:
            return ApplicationState.REFUSED
        return ApplicationState.APPROVED if self.collected_at is None else ApplicationState.COLLECTED
