"""Notices: who is told what, by which channels, and what became of each sending. The rows are the senders' outbox.

`not_before`, `leased_until` and `tried_at` are the machine's own time, since gateways and crashes are real; all else is told by
the judging clock.
"""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.rules.subjects import CASE, ORDER, Act, Subject


class Notice(models.Model):
    """One matter told to one body or person, or to somebody outside by a known address.

    Its text is rendered from `purpose` and `figures` in the reader's language.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(
        max_length=20, blank=True
    )  # what it is about: a kind of `messages.rules.subjects`, or nothing
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=40, blank=True)  # its number, as it was told
    act_kind = models.CharField(max_length=20, blank=True)  # what is signed for, by the body of `act_body_id`
    act_id = models.UUIDField(null=True)
    act_label = models.CharField(max_length=40, blank=True)
    act_body_id = models.UUIDField(null=True)
    region_code = models.CharField(max_length=6)
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    outside = models.CharField(max_length=120, blank=True)  # who is told and is neither a body nor a person here: a school
    purpose = models.CharField(max_length=20)
    why = models.CharField(max_length=40)  # as what: words for it are contributed
    level = models.PositiveSmallIntegerField(default=0)
    urgent = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    wall = models.JSONField(null=True)  # whom the drill names; null for what is real
    figures = models.JSONField(default=dict)
    key = models.CharField(max_length=120, unique=True)  # of identities: the same matter is never told twice to the same reader
    fate = models.CharField(
        max_length=20, default=Fate.QUEUED.value
    )  # the best of its sendings; signed and superseded are its own
    written_at = models.DateTimeField()
    deadline = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)  # it first reached somebody, by whichever way: deadlines run from here
    seen_at = models.DateTimeField(null=True)  # a signed-in person's page has shown it
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_as = models.CharField(max_length=120, blank=True)
    instead_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="upward")  # nobody was reached there
    untold_at = models.DateTimeField(null=True)  # nobody could be told: it rings until somebody sees to it
    link_seen_as = models.CharField(max_length=120, blank=True)  # by a link that others could read: no answer, it stops nothing
    link_reports = models.PositiveSmallIntegerField(default=0)  # what came by its link, the newest at machine time:
    link_reported_at = models.DateTimeField(null=True)
    seen_to_at = models.DateTimeField(null=True)
    seen_to_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "written_at"], name="notices_of_subject"),
            models.Index(fields=["act_kind", "act_id"], name="notices_of_act"),
            models.Index(fields=["person", "fate"], name="notices_of_person"),
            models.Index(fields=["organisation", "fate"], name="notices_of_organisation"),
            models.Index(
                fields=["written_at"], name="notice_unheard", condition=Q(fate__in=[Fate.FAILED.value, Fate.UNCERTAIN.value])
            ),
            models.Index(
                fields=["region_code"], name="notice_untold", condition=Q(untold_at__isnull=False, seen_to_at__isnull=True)
            ),
        ]

    @property
    def subject(self) -> Subject | None:
        """What it is about, as it was when the notice was written."""
        if self.subject_id is None:
            return None
        return Subject(self.subject_kind, self.subject_id, self.subject_label, self.region_code, self.level, self.wall)

    @property
    def act(self) -> Act | None:
        """What is signed for."""
        if self.act_id is None:
            return None
        return Act(self.act_kind, self.act_id, self.act_label, self.act_body_id)

    @property
    def case_id(self) -> UUID | None:
        """The subject as events and answers name it where it is a case."""
        return self.subject_id if self.subject_kind == CASE else None

    @property
    def order_id(self) -> UUID | None:
        """The act as events name it where it is an order."""
        return self.act_id if self.act_kind == ORDER else None


class Sending(models.Model):
    """One notice by one channel to one address: leased by a sender, tried until it is taken or its deadline is over.

    One by telephone is never leased: a person dials, and enters the fate by hand.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)  # the idempotency key where the gateway has one
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="sendings")
    channel = models.CharField(max_length=30)
    address = models.CharField(max_length=500)
    contact_point = models.UUIDField(null=True)  # whose address it is; a webhook's signing key hangs on it
    language = models.CharField(
        max_length=10, blank=True
    )  # of the person who reads it there; empty: the recipient's or the usual
    fate = models.CharField(max_length=20, default=Fate.QUEUED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_repeat = models.BooleanField(default=False)  # sent again because the first is uncertain or unheard: the text says so
    repeats = models.PositiveSmallIntegerField(default=0)  # how often it went again because nobody had heard it
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=500, blank=True)  # the gateway's words, or what was said on the telephone
    summary = models.ForeignKey(Notice, null=True, on_delete=models.SET_NULL, related_name="summed")  # told in that one
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["not_before", "id"]
        indexes = [
            models.Index(
                fields=["channel", "not_before"],
                name="sending_waits",
                condition=Q(fate__in=[Fate.QUEUED.value, Fate.SENDING.value]),
            ),
            models.Index(fields=["leased_until"], name="sending_leased", condition=Q(leased_until__isnull=False)),
            models.Index(fields=["channel", "address", "tried_at"], name="sendings_of_address"),
            models.Index(fields=["channel", "sent_at"], name="sendings_taken", condition=Q(sent_at__isnull=False)),
        ]
