"""Agreements by which one body reads fields of another's resource, who has read what, and files of large selections."""

from django.conf import settings
from django.db import models

from tocsin.atlas.exchange.rules.agreements import AgreementState, Standing
from tocsin.atlas.exchange.rules.selection_files import WAITING, FileState
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


class SelectionFile(models.Model):
    """A large selection that the worker writes into a file for one person (选取文件).

    `asked`: the parameters as they came. `reach`: a digest of the rights by which it was asked for; with others it is neither
    made nor opened. `maker`: the run of a worker that writes it. `rows`: as counted when it was asked for, then as written.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.UUIDField(null=True)  # of the program that asked
    language = models.CharField(max_length=12)
    collection = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    resource = models.ForeignKey("atlas.Resource", null=True, on_delete=models.CASCADE, related_name="+")
    region_code = models.CharField(max_length=6)
    form = models.CharField(max_length=8)
    asked = models.JSONField(default=dict)
    address = models.CharField(max_length=500)  # of the features, as the file says
    digest = models.CharField(max_length=32)  # of the whole selection
    reach = models.CharField(max_length=32)
    state = models.CharField(max_length=10, default=FileState.ASKED.value)
    trouble = models.CharField(max_length=10, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    maker = models.UUIDField(null=True)
    rows = models.BigIntegerField(default=0)
    written = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # made, failed or dropped
    lapses_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="selection_file_of_person"),
            models.Index(fields=["state", "lapses_at"], name="selection_file_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "digest"],
                condition=models.Q(state__in=WAITING),
                name="one_waiting_file_per_selection",
            )
        ]
