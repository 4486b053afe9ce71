"""Public warnings as rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.mobilisation.public_warnings.rules.states import WarningState


class PublicWarning(models.Model):
    """A warning to the public, from its draft to its end. Its id is its identifier in CAP.

    What was issued is `cap`, those bytes and no others: they are sent, kept and shown, and their hash stands beside them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    organisation = models.ForeignKey(
        "jurisdiction.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # in whose name it is issued
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    exercise = models.BooleanField(default=False)  # never leaves the house
    of_drill = models.BooleanField(default=False)  # drafted from a drill: always an exercise
    msg_type = models.CharField(max_length=10, default="Alert")  # Alert, Update, Cancel
    earlier = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")
    source_kind = models.CharField(max_length=20, blank=True)  # case, alarm, early_sign, message; empty: by hand
    source_id = models.UUIDField(null=True, blank=True)
    source_label = models.CharField(max_length=60, blank=True)
    texts = models.JSONField(default=dict)  # language -> headline, caution, measures, area
    places = models.JSONField(default=list)  # `rules.places.Place`, each with its kind
    onset_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    state = models.CharField(max_length=10, default=WarningState.DRAFT.value)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.CharField(max_length=500, blank=True)  # why the second person gave it back
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # its author was told that it ends soon
    cap = models.BinaryField(null=True, blank=True)
    cap_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["region_code", "-created_at"], name="public_warning_of_region"),
            models.Index(fields=["expires_at"], name="public_warning_runs", condition=Q(state=WarningState.ISSUED.value)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["earlier"],
                name="one_successor_of_a_warning",
                condition=Q(state__in=[WarningState.ISSUED.value, WarningState.REPLACED.value, WarningState.CANCELLED.value]),
            )
        ]

    def __str__(self) -> str:
        return str(self.texts.get("zh", {}).get("headline") or self.texts.get("en", {}).get("headline") or self.pk)
