"""Key people on post: certificates, planned shifts, leave and swaps, signs of presence, verdicts, roll calls."""

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
    end_at = models.DateTimeField(db_index=True)
    leave = models.BooleanField(default=False)
    swapped_with = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["start_at", "role"]
        constraints = [models.UniqueConstraint(fields=["person", "start_at"], name="one_shift_per_person_and_start")]


class ShiftChange(models.Model):
    """Leave or a swap that was asked for. Whoever asks does not approve."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.ForeignKey(DutyShift, on_delete=models.CASCADE, related_name="changes")
    colleague = models.ForeignKey("supervision.KeyPerson", null=True, on_delete=models.CASCADE, related_name="+")  # of a swap
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)  # `posts.rules.ChangeState`
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-asked_at"]


class PresenceSign(models.Model):
    """A raw sign of presence. Deleted after the days in policy: only the fact, the role and the time are kept longer."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("supervision.KeyPerson", on_delete=models.CASCADE, related_name="signs")
    source = models.CharField(max_length=30)  # `engine.duty.Sign`
    at = models.DateTimeField(db_index=True)
    value = models.FloatField()
    by_firm = models.BooleanField(default=False, db_default=False)  # told by the firm itself: its word, no evidence

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["person", "source", "at", "by_firm"], name="one_sign_per_source_and_time")]


class PresenceTerminal(models.Model):
    """What one token of the authority may say: of the people of one firm, by these kinds of signs."""

    token_id = models.UUIDField(primary_key=True, editable=False)  # `jurisdiction.ApiToken`; ends with it
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="terminals")
    sources = models.JSONField(default=list)  # `engine.duty.Sign`; `roll_call`: it answers calls
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at"]


class DutyVerdict(models.Model):
    """Whether a person was, or is, on post in one shift. `since`: when this state was first told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.OneToOneField(DutyShift, on_delete=models.CASCADE, related_name="verdict")
    state = models.CharField(max_length=20)  # `engine.duty.DutyState`
    p_present = models.FloatField(null=True)  # as the votes, forgotten with the signs
    votes = models.JSONField(default=list)
    since = models.DateTimeField()
    judged_at = models.DateTimeField(db_index=True)


class RollCall(models.Model):
    """A call to people on post of one object to answer within a time (查岗). It keeps the figures it began with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="roll_calls")
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer_s = models.FloatField()
    calls = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True, db_index=True)  # when the machine must act next; none when it is over

    class Meta:
        ordering = ["-called_at"]


class RollCallAnswer(models.Model):
    """One person called: when, the answer, and where none came the task of the county and what was seen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(RollCall, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey("supervision.KeyPerson", on_delete=models.CASCADE, related_name="roll_calls")
    shift = models.ForeignKey(DutyShift, null=True, on_delete=models.CASCADE, related_name="calls")
    called_ms = models.JSONField(default=list)  # each call, Unix ms
    answered_at = models.DateTimeField(null=True)
    means = models.CharField(max_length=20, blank=True)  # `posts.rules.Means`
    told_at = models.DateTimeField(null=True)  # the firm itself said that the person is there: no answer
    state = models.CharField(max_length=20)  # `engine.duty.CallState`
    task_at = models.DateTimeField(null=True)
    task_due_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # somebody of the county looked
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    seen_text = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="one_answer_per_call_and_person")]


class PermitPost(models.Model):
    """A post that must be filled while a permit holds. The permit's own register opens and closes it, known by `permit`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="permit_posts")
    permit = models.CharField(max_length=80)  # its number or id in that register
    kind = models.CharField(max_length=40)  # key of a `permit_post` of `objects/policy/posts.toml`
    start_at = models.DateTimeField()
    end_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["start_at", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["object", "permit", "kind"], name="one_permit_post_per_permit_and_kind"),
            models.CheckConstraint(condition=models.Q(end_at__gt=models.F("start_at")), name="permit_post_lasts"),
        ]


class AbsenceList(models.Model):
    """The absences found until an hour of this day have been listed to the bodies that supervise."""

    day = models.DateField(primary_key=True)

    class Meta:
        ordering = ["-day"]
