"""The register of volunteers, what is needed of them, and calls, as rows."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry
from tocsin.mobilisation.volunteers.rules.calls import RUNNING, CallState
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
    consent_asked = models.CharField(max_length=20, blank=True)  # the version for which they were told that it is asked anew
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
    warned = models.BooleanField(default=False)  # told that the certificate expires
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["volunteer", "code"], name="ability_of_a_volunteer_once")]

    def counts(self, *, needed: bool, day: date) -> bool:
        """Whether it counts on that day; `needed`: a certificate is."""
        return certificate_counts(needed=needed, number=self.certificate, valid_until=self.valid_until, day=day)


class NeedBook(models.Model):
    """Counts the needs of a county and day."""

    key = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Need(models.Model):
    """What volunteers are asked for, where and until when. It lapses unless somebody renews it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    region_code = models.CharField(max_length=6)
    body = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")  # which asks
    reach = models.JSONField(default=list)  # prefixes of the areas whose people may be called; none: of this body alone
    what = models.CharField(max_length=120)
    text = models.CharField(max_length=1000, blank=True)
    skills = models.JSONField(default=list)  # all of them; codes of the policy
    count = models.PositiveSmallIntegerField()  # people or machines
    lon = models.FloatField()
    lat = models.FloatField()
    place = models.CharField(max_length=120)
    radius_m = models.FloatField()
    area_code = models.CharField(max_length=6, blank=True)  # only people of there; empty: by radius alone
    begins_at = models.DateTimeField(null=True)  # null: at once
    subject_kind = models.CharField(max_length=30, blank=True)  # for what: a case, known by kind and number alone
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lapses_at = models.DateTimeField()
    calling = models.BooleanField(default=False)  # whoever declines or keeps silent is replaced
    answer_min = models.PositiveSmallIntegerField()
    most_called = models.PositiveSmallIntegerField()
    waves = models.PositiveSmallIntegerField(default=0)
    warned_at = models.DateTimeField(null=True)  # told that it lapses
    unfilled_at = models.DateTimeField(null=True)  # told that nobody is left to call
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=20, blank=True)  # stood_down or lapsed

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="needs_of_subject"),
            models.Index(fields=["lapses_at"], name="need_open", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number


class NeedLine(models.Model):
    """One line of what happened to a need."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField()
    act = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000, blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]


class Call(models.Model):
    """One volunteer called for one need: their answer, their way, their hours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="calls")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="calls")
    region_code = models.CharField(max_length=6)
    state = models.CharField(max_length=20, default=CallState.CALLED.value)
    wave = models.PositiveSmallIntegerField()
    way_m = models.FloatField()
    burden_h = models.FloatField()
    counts = models.PositiveSmallIntegerField(default=1)  # places of the need that they fill
    called_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    set_out_at = models.DateTimeField(null=True)
    there_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    home_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # by then a sign of life is due
    late_told_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    served_min = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["called_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["need", "volunteer"], name="one_call_per_need_and_volunteer"),
            models.UniqueConstraint(
                fields=["volunteer"],
                condition=Q(state__in=sorted(one.value for one in RUNNING)),
                name="one_running_call_per_volunteer",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], name="call_unanswered", condition=Q(state="called")),
            models.Index(fields=["due_at"], name="call_due", condition=Q(due_at__isnull=False)),
        ]


class CallEntry(Entry):
    """One thing that a volunteer said about a call."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="entries")
    said_by = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=20)

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["call", "version"], name="one_entry_per_version_of_a_call")]
