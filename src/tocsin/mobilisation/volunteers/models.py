"""The register of volunteers as rows."""

from datetime import date

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.mobilisation.volunteers.rules.register import Kind, Standing, certificate_counts


class Volunteer(models.Model):
    """Who comes to help: a person, or somebody who answers for a team or machines. Their home is exact here and blurred where
    it is shown to who need not call them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, default=Kind.PERSON.value)
    name = models.CharField(max_length=120, blank=True)  # empty once they have left
    body = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")  # which keeps the entry
    region_code = models.CharField(max_length=6)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place = models.CharField(max_length=120, blank=True)
    most_km = models.FloatField(null=True)  # as far as they are willing to go
    standing = models.CharField(max_length=20, default=Standing.APPLIED.value)
    reason = models.CharField(max_length=500, blank=True)  # of a refusal
    entered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    consent_version = models.CharField(max_length=20, blank=True)
    consent_at = models.DateTimeField(null=True)
    reserved_for = models.UUIDField(null=True)  # the call that has them: nobody is asked for two things at once
    home_at = models.DateTimeField(null=True)  # they last came home then, and
    served_min = models.PositiveIntegerField(default=0)  # had been out so long: they rest accordingly
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["standing", "region_code"], name="volunteers_of_region"),
            models.Index(fields=["body", "standing"], name="volunteers_of_body"),
        ]

    def __str__(self) -> str:
        return self.name or f"…{self.pk.hex[-6:]}"


class Ability(models.Model):
    """Something that a volunteer can do, or machines that they bring, with the certificate for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="abilities")
    code = models.CharField(max_length=30)  # of the policy's skills
    quantity = models.PositiveSmallIntegerField(default=1)  # people of the team who can, or machines
    certificate = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["volunteer", "code"], name="ability_of_a_volunteer_once")]

    def counts(self, *, needed: bool, day: date) -> bool:
        """Whether it counts on that day; `needed`: a certificate is."""
        return certificate_counts(needed=needed, number=self.certificate, valid_until=self.valid_until, day=day)
