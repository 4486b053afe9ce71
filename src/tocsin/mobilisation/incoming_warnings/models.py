"""Services that warn, their messages as they came, and the warnings that follow from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.mobilisation.incoming_warnings.rules.states import IncomingState, MessageState


class WarningService(models.Model):
    """A service whose warnings are taken in: asked at its feed, or pushing by a token that is bound to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)  # whose administrators keep it
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)  # weather, quake, flood, mine, city, other
    way = models.CharField(max_length=4)  # pull, push
    address = models.CharField(max_length=500, blank=True)  # of the feed
    interval_s = models.PositiveIntegerField(default=300)
    private = models.JSONField(default=list)  # inner addresses and networks that may be asked
    regions = models.JSONField(default=list)  # codes of the areas of which it may speak
    certificates = models.TextField(blank=True)  # PEM: its signer's own, or of authorities that issue them
    takes_unsigned = models.BooleanField(default=False)
    silent_h = models.PositiveIntegerField(default=24)  # after so many hours without a sign of life it is silent
    token_id = models.UUIDField(null=True, blank=True, unique=True)  # of the program that pushes
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    etag = models.CharField(max_length=300, blank=True)
    modified = models.CharField(max_length=100, blank=True)  # Last-Modified, as it was told
    next_at = models.DateTimeField(null=True, blank=True)  # the machine's own time, as pauses are
    tried_at = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)  # last answer that could be read, last push
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.JSONField(default=dict)  # as `base.reasons` keeps it; empty: none
    silent_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class FeedEntry(models.Model):
    """An entry of a feed that was read, so that it is not fetched again while it stands there."""

    id = models.BigAutoField(primary_key=True)
    service = models.ForeignKey(WarningService, on_delete=models.CASCADE, related_name="entries")
    mark = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["service", "mark"], name="an_entry_is_read_once")]


class IncomingWarning(models.Model):
    """One warning of another service: a chain of messages, with what its newest one says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(WarningService, on_delete=models.PROTECT, related_name="warnings")
    region_code = models.CharField(max_length=6)  # the narrowest area that holds all of it
    kind = models.CharField(max_length=40)
    event = models.CharField(max_length=200)  # in the sender's words
    level = models.CharField(max_length=10)
    exercise = models.BooleanField(default=False)  # Exercise or Test: shown, nothing follows
    unsigned = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)  # language -> headline, caution, measures, area, sender
    shape = models.JSONField(default=dict)  # GeoJSON, cut to where the service may speak
    counties = models.JSONField(default=list)  # codes of the counties that it meets
    units = models.JSONField(default=list)  # codes of units, towns among them, where these say where it holds
    onset_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=IncomingState.IN_FORCE.value)
    came_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    words_of = models.UUIDField(null=True, blank=True)  # the message that says what is kept here
    to_join = models.BooleanField(default=True)  # who is concerned has not been looked for since it changed

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [
            models.Index(fields=["expires_at"], name="incoming_warning_runs", condition=Q(state=IncomingState.IN_FORCE.value)),
            models.Index(fields=["changed_at"], name="incoming_warning_to_join", condition=Q(to_join=True)),
        ]

    def __str__(self) -> str:
        return str(next((one["headline"] for one in self.texts.values() if one.get("headline")), "") or self.event or self.pk)


class WarnedCounty(models.Model):
    """A county that a warning meets: who may see the warning."""

    id = models.BigAutoField(primary_key=True)
    warning = models.ForeignKey(IncomingWarning, on_delete=models.CASCADE, related_name="warned_counties")
    region_code = models.CharField(max_length=6)

    class Meta:
        ordering = ["region_code"]
        constraints = [models.UniqueConstraint(fields=["warning", "region_code"], name="a_county_is_warned_once")]
        indexes = [models.Index(fields=["region_code"], name="warned_counties_by_code")]


class IncomingMessage(models.Model):
    """One message as it came, byte by byte, with its verdict; also those that were refused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(WarningService, on_delete=models.PROTECT, related_name="messages")
    region_code = models.CharField(max_length=6)
    warning = models.ForeignKey(IncomingWarning, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    came_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=MessageState.TAKEN.value)
    verdict = models.CharField(max_length=15)  # of `cap check`, or one of our own
    reason = models.JSONField(default=dict)
    signed_by = models.CharField(max_length=300, blank=True)
    sender = models.CharField(max_length=300, blank=True)
    identifier = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, blank=True)
    msg_type = models.CharField(max_length=10, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)  # somebody of the desk has seen that it was refused
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-came_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "sha256"], name="bytes_of_a_service_are_kept_once"),
            models.UniqueConstraint(
                fields=["service", "sender", "identifier", "sent_at"],
                name="one_message_of_a_name",
                condition=Q(state=MessageState.TAKEN.value),
            ),
        ]
        indexes = [
            models.Index(fields=["service", "-came_at"], name="incoming_messages_of_service"),
            models.Index(
                fields=["region_code"],
                name="incoming_messages_refused",
                condition=Q(state=MessageState.QUARANTINED.value, looked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.identifier or self.sha256[:12]


class MessageReference(models.Model):
    """An earlier message that a message names; it may come later than its successor, or never."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(IncomingMessage, on_delete=models.CASCADE, related_name="references")
    sender = models.CharField(max_length=300)
    identifier = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sender", "identifier"], name="references_by_name")]


class WarningDemand(models.Model):
    """What a desk, an owner or a firm has to do about a warning, and by when. A firm's is a task of supervision."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    warning = models.ForeignKey(IncomingWarning, on_delete=models.CASCADE, related_name="demands")
    who = models.CharField(max_length=5)  # desk, owner, firm
    region_code = models.CharField(max_length=6)
    organisation = models.ForeignKey(
        "jurisdiction.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    object = models.ForeignKey("supervision.SupervisedObject", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    task_id = models.UUIDField(null=True, blank=True)  # of supervision, for a firm
    exposed = models.JSONField(default=dict)  # sensors, assets: how many lie in the area
    measure = models.CharField(max_length=40)  # code of policy
    level = models.CharField(max_length=10)  # at which it was last asked for
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_as = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # nothing is asked any longer, and
    ended_why = models.CharField(max_length=10, blank=True)  # why: over, or outside of an area that shrank
    escalated_at = models.DateTimeField(null=True, blank=True)
    notice_key = models.CharField(max_length=120, blank=True)  # of the notice that asks

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["warning", "who", "organisation"],
                name="a_body_is_asked_once_about_a_warning",
                condition=Q(object__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["warning", "object"], name="a_firm_is_asked_once_about_a_warning", condition=Q(object__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="warning_demand_runs",
                condition=Q(done_at__isnull=True, ended_at__isnull=True, escalated_at__isnull=True),
            ),
        ]
