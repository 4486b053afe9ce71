"""Certificates of devices, and the authorities that sign them, as rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import new_id
from tocsin.sensing.certificates.rules.judging import CertificateWay

WAY_NAMES = {
    CertificateWay.PINNED: pgettext_lazy("certificate of a device", "entered"),
    CertificateWay.ISSUED: pgettext_lazy("certificate of a device", "issued here"),
    CertificateWay.MAKER: pgettext_lazy("certificate of a device", "of an enrolled authority"),
}


class CertificateAuthority(models.Model):
    """Who signs certificates of devices in its region: a maker's, or the city's own, whose key lies sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    region_code = models.CharField(max_length=6, db_index=True)
    is_own = models.BooleanField()
    pem = models.TextField()  # of an own one its one certificate, of a maker's all that sign
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the first
    subject = models.CharField(max_length=500)
    not_after = models.DateTimeField()  # the earliest end of its certificates
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-entered_at",)

    def __str__(self) -> str:
        return self.name


class AuthorityKey(models.Model):
    """The private key of an own authority, sealed; gone when that is withdrawn."""

    authority = models.OneToOneField(CertificateAuthority, on_delete=models.CASCADE, related_name="key")
    sealed = models.TextField()


class RevocationList(models.Model):
    """The newest list of what an authority has revoked, of one of its keys and, where the list names one, distribution point."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    authority = models.ForeignKey(CertificateAuthority, on_delete=models.CASCADE, related_name="revocation_lists")
    signer = models.CharField(max_length=64)  # SHA-256 of the certificate that has signed it
    scope = models.CharField(max_length=300, blank=True)
    issuer = models.TextField()
    number = models.CharField(max_length=50, blank=True)  # up to 20 bytes, in decimal
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    entries = models.JSONField(default=dict)  # serial number in hex: [since, reason]
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    overdue_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-taken_at",)
        constraints = [
            models.UniqueConstraint(fields=["authority", "signer", "scope"], name="one_list_of_an_authority_and_scope"),
        ]


class ListSource(models.Model):
    """From where lists of an authority are fetched, and how that went."""

    authority = models.OneToOneField(CertificateAuthority, primary_key=True, on_delete=models.CASCADE, related_name="list_source")
    url = models.CharField(max_length=500)
    next_at = models.DateTimeField(db_index=True)
    tried_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.JSONField(default=dict)  # a kept reason
    failure_told_at = models.DateTimeField(null=True)


class DeviceCertificate(models.Model):
    """A certificate that is a device's, or was. What it says is None or empty where only its fingerprint is known yet."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey("sensing.Device", on_delete=models.PROTECT, related_name="certificates")
    way = models.CharField(max_length=10, choices=[(one.value, name) for one, name in WAY_NAMES.items()])
    fingerprint = models.CharField(max_length=64, unique=True)
    pem = models.TextField(blank=True)
    subject = models.CharField(max_length=500, blank=True)
    issuer = models.CharField(max_length=500, blank=True)
    serial = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=30, blank=True)
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True, db_index=True)
    authority = models.ForeignKey(CertificateAuthority, null=True, on_delete=models.PROTECT, related_name="certificates")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)  # when a device came in by it last
    ends_at = models.DateTimeField(null=True)  # a newer one takes its place then
    revoked_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(null=True)  # since when a list of its maker revokes it
    listed_reason = models.CharField(max_length=30, blank=True, default="")  # as in rules.revocation.REASONS
    matter = models.CharField(max_length=32, blank=True, db_index=True)  # of the notice that it ends soon; empty: not told

    class Meta:
        ordering = ("-entered_at",)
