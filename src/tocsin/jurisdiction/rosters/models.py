"""Who is on duty when, as rows. What has been is never rewritten: a layer is ended and a new one begun."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.models import reads_chinese
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import Post
from tocsin.jurisdiction.people.models import User

TURNS = {"shift": _("every shift"), "day": _("every day"), "week": _("every week")}
LEAVE_KINDS = {"leave": _("leave"), "sick": _("sick"), "training": _("training"), "travel": _("duty travel")}
SWAP_STATES = {"asked": _("asked"), "agreed": _("agreed"), "refused": _("refused"), "withdrawn": _("withdrawn")}

_ONE_OF_BOTH = models.Q(user__isnull=False, post__isnull=True) | models.Q(user__isnull=True, post__isnull=False)


class Roster(models.Model):
    """One place of an organisation that is filled at all times, such as the duty officer; `order` is who is called first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rosters")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["organisation_id", "order", "name_zh"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name_zh"], name="one_roster_per_name_and_organisation")]

    def __str__(self) -> str:
        return self.name_zh if reads_chinese() else self.name_en


class RosterLayer(models.Model):
    """One rotation of a roster; where several have somebody at one time the one of the highest `order` counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="layers")
    order = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    handovers = models.CharField(max_length=60, default="08:30")  # "08:30,17:30"
    turn = models.CharField(max_length=10, choices=TURNS, default="day")
    hours = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["roster_id", "order", "starts_on"]


class RosterMember(models.Model):
    """A person or post of a layer; those of one `position` are on together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    layer = models.ForeignKey(RosterLayer, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["layer_id", "position", "id"]
        constraints = [models.CheckConstraint(condition=_ONE_OF_BOTH, name="roster_member_person_or_post")]


class Swap(models.Model):
    """A person asks another to take hours of theirs, and may offer to take hours in return."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_from = models.DateTimeField()
    given_until = models.DateTimeField()
    taken_from = models.DateTimeField(null=True)
    taken_until = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=SWAP_STATES, default="asked")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]


class StandIn(models.Model):
    """Somebody is on in place of another (`replaces`), or of everybody where none is named, for some hours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="stand_ins")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    swap = models.ForeignKey(Swap, null=True, on_delete=models.PROTECT, related_name="stand_ins")
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["roster_id", "starts_at", "made_at"]
        constraints = [models.CheckConstraint(condition=_ONE_OF_BOTH, name="stand_in_person_or_post")]


class Leave(models.Model):
    """Hours in which a person can't be on duty anywhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="leaves")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=LEAVE_KINDS, default="leave")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]


class RosterTelling(models.Model):
    """What has been told of a roster, so that it is told once: a coming shift to its person, a hole to who keeps the roster."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="tellings")
    what = models.CharField(max_length=10)  # shift, hole
    starts_at = models.DateTimeField()
    whom = models.CharField(max_length=60)  # id of the person or post, empty for a hole
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "what", "starts_at", "whom"], name="roster_told_once")]
