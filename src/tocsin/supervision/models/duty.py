"""Key people on post: certificates, planned shifts, signs of presence, verdicts, roll calls."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class PersonCertificate(models.Model):
    """A certificate of a key person; valid through the day `expires`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("supervision.KeyPerson", on_delete=models.CASCADE, related_name="certificates")
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)
    issued = models.DateField(null=True)
    expires = models.DateField(null=True)
    status = models.CharField(max_length=10)  # valid, expired, revoked

    class Meta:
        ordering = ["person", "name", "-issued"]


class DutyShift(models.Model):
    """One planned shift of one person (排班). Approved leave keeps the row; a swap adds one for the colleague."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("supervision.KeyPerson", on_delete=models.CASCADE, related_name="shifts")
    role = models.CharField(max_length=40)
    post = models.CharField(max_length=120, blank=True)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    leave = models.BooleanField(default=False)
    swapped_with = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["start_at", "role"]
        constraints = [models.UniqueConstraint(fields=["person", "start_at"], name="one_shift_per_person_and_start")]


class PresenceSign(models.Model):
    """A raw sign of presence. Deleted after the days in policy: only the fact, the role and the time are kept longer."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("supervision.KeyPerson", on_delete=models.CASCADE, related_name="signs")
    source = models.CharField(max_length=30)  # `engine.duty.Sign`
    at = models.DateTimeField(db_index=True)
    value = models.FloatField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["person", "source", "at"], name="one_sign_per_source_and_time")]


class DutyVerdict(models.Model):
    """Whether a person was, or is, on post in one shift."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.OneToOneField(DutyShift, on_delete=models.CASCADE, related_name="verdict")
    state = models.CharField(max_length=20)  # `engine.duty.DutyState`
    p_present = models.FloatField()
    votes = models.JSONField(default=list)
    judged_at = models.DateTimeField()


class RollCall(models.Model):
    """A call to the people on post of one object to answer within a time (查岗)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="roll_calls")
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20)  # running, answered, unanswered

    class Meta:
        ordering = ["-called_at"]


class RollCallAnswer(models.Model):
    """One person called, and when and by what the answer came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(RollCall, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey("supervision.KeyPerson", on_delete=models.CASCADE, related_name="roll_calls")
    answered_at = models.DateTimeField(null=True)
    means = models.CharField(max_length=20, blank=True)  # phone page, terminal, telephone

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="one_answer_per_call_and_person")]
