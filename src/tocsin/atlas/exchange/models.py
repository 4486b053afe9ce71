"""Agreements by which one body reads fields of another's resource, and who has read what."""

from django.conf import settings
from django.db import models

from tocsin.atlas.exchange.rules.agreements import AgreementState, Standing
from tocsin.base.ids import new_id


class SharingAgreement(models.Model):
    """A body asks for fields of a resource, for a purpose and a time; its owner grants all or fewer, or refuses (共享协议).

    `asked_fields`, `asked_until` stay as they were asked; `fields`, `rows`, `until` are what was granted. `rows`: a filter in
    CQL2 text that every row shown fulfils; empty: all rows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey("atlas.Resource", on_delete=models.PROTECT, related_name="agreements")
    region_code = models.CharField(max_length=6)  # of the resource
    consumer = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=500)
    asked_fields = models.JSONField(default=list)
    asked_until = models.DateField()
    fields = models.JSONField(default=list)
    rows = models.CharField(max_length=2000, blank=True)
    until = models.DateField(null=True)
    state = models.CharField(max_length=10, default=AgreementState.ASKED.value)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)  # of a refusal, of an end
    told_standing = models.CharField(max_length=10, default=Standing.GOOD.value)  # of the rows, as the consumer was told last

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["consumer", "state"], name="agreement_of_consumer"),
            models.Index(fields=["state", "until"], name="agreement_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "consumer"],
                condition=models.Q(state__in=[AgreementState.ASKED.value, AgreementState.GRANTED.value]),
                name="one_open_agreement_per_body",
            )
        ]


class CollectionReading(models.Model):
    """What one reader read of one collection within one hour by one selection (读取记录)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hour = models.DateTimeField()
    collection = models.CharField(max_length=100)
    resource = models.ForeignKey("atlas.Resource", null=True, on_delete=models.CASCADE, related_name="readings")
    agreement = models.ForeignKey(SharingAgreement, null=True, on_delete=models.SET_NULL, related_name="readings")
    consumer = models.CharField(max_length=50)  # token:ID, person:ID, or nobody
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    program = models.CharField(max_length=120, blank=True)  # name of the token
    form = models.CharField(max_length=8)
    selection = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=32)  # of the whole selection
    requests = models.PositiveIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "-id"]
        indexes = [
            models.Index(fields=["resource", "-last_at"], name="reading_of_resource"),
            models.Index(fields=["consumer", "hour"], name="reading_of_consumer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consumer", "collection", "form", "digest", "hour"], name="one_reading_per_selection_and_hour"
            )
        ]
