"""Keys by which devices enrol themselves, as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class EnrolmentKey(models.Model):
    """What lets `most` devices in until a moment: each exchanges it, once, for a secret of its own. Kept as its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    key_sha256 = models.CharField(max_length=64, unique=True)
    region_code = models.CharField(max_length=6, db_index=True)
    organisation = models.ForeignKey(
        "jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )  # whose the devices are
    code_prefix = models.CharField(max_length=63, blank=True)  # with which their codes begin
    like = models.ForeignKey("sensing.Device", null=True, on_delete=models.PROTECT, related_name="+")  # whose channels they get
    model = models.ForeignKey(
        "sensing.DeviceModel", null=True, on_delete=models.PROTECT, related_name="enrolment_keys"
    )  # of which they are; instead of a device like them
    lon = models.FloatField(null=True)  # of devices that name no place themselves
    lat = models.FloatField(null=True)
    most = models.IntegerField()
    used = models.IntegerField(default=0)
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # that it is closed while devices are missing; none since it was made or renewed
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    refused = models.IntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    refused_why = models.JSONField(default=dict)  # of the latest, as `base.reasons` keeps it

    class Meta:
        ordering = ("-made_at",)


class Enrolment(models.Model):
    """One device that came in by a key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.ForeignKey(EnrolmentKey, on_delete=models.PROTECT, related_name="enrolments")
    device = models.OneToOneField("sensing.Device", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    address = models.CharField(max_length=60)  # from which it asked

    class Meta:
        ordering = ("-at",)
