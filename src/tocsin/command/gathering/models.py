"""What the machine would change and asks first, and what a person keeps apart."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case


class Apart(models.Model):
    """A person said that these are two matters. The machine joins nothing of the one to the other."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    one = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="cases_are_apart_once"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="case_is_not_apart_from_itself"),
        ]


class Proposal(models.Model):
    """Alarms that may belong to another case. The machine asks, since a person is at work there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    alarm = models.ForeignKey("warning.Alarm", on_delete=models.PROTECT, related_name="+")
    whole = models.BooleanField()  # the whole case into the other, else this alarm alone
    reason = models.CharField(max_length=30)
    figures = models.JSONField(default=dict)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "other", "alarm"], condition=Q(answered_at__isnull=True), name="one_open_proposal_of_a_kind"
            ),
        ]
