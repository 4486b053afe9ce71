"""Public warnings as rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.mobilisation.public_warnings.rules.states import WarningState


class PublicWarning(models.Model):
    """A warning to the public, from its draft to its end. Its id is its identifier in CAP.

    What was issued is `cap`, those bytes and no others: they are sent, kept and shown, and their hash stands beside them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    organisation = models.ForeignKey(
        "jurisdiction.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # in whose name it is issued
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    exercise = models.BooleanField(default=False)  # never leaves the house
    of_drill = models.BooleanField(default=False)  # drafted from a drill: always an exercise
    msg_type = models.CharField(max_length=10, default="Alert")  # Alert, Update, Cancel
    earlier = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")
    source_kind = models.CharField(max_length=20, blank=True)  # a kind of `WARNING_SOURCES`; empty: by hand
    source_id = models.UUIDField(null=True, blank=True)
    source_label = models.CharField(max_length=60, blank=True)
    texts = models.JSONField(default=dict)  # language -> headline, caution, measures, area
    places = models.JSONField(default=list)  # `rules.places.Place`, each with its kind
    onset_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    state = models.CharField(max_length=10, default=WarningState.DRAFT.value)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.CharField(max_length=500, blank=True)  # why the second person gave it back
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # its author was told that it ends soon
    queued_after = models.BigIntegerField(default=0)  # the last subscriber that was looked at
    queued_at = models.DateTimeField(null=True, blank=True)  # everybody has a row
    looked_at = models.DateTimeField(null=True, blank=True)  # silent towns were looked for
    cap = models.BinaryField(null=True, blank=True)
    cap_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["region_code", "-created_at"], name="public_warning_of_region"),
            models.Index(fields=["expires_at"], name="public_warning_runs", condition=Q(state=WarningState.ISSUED.value)),
            models.Index(fields=["source_id"], name="public_warning_by_source", condition=Q(source_id__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["earlier"],
                name="one_successor_of_a_warning",
                condition=Q(state__in=[WarningState.ISSUED.value, WarningState.REPLACED.value, WarningState.CANCELLED.value]),
            )
        ]

    def __str__(self) -> str:
        return str(self.texts.get("zh", {}).get("headline") or self.texts.get("en", {}).get("headline") or self.pk)


class WarningSubscriber(models.Model):
    """An address that hears of warnings for its town, sealed (`services.addresses`); empty once it is forgotten."""

    id = models.BigAutoField(primary_key=True)
    channel = models.CharField(max_length=30)
    address = models.CharField(max_length=1000, blank=True)
    address_hash = models.CharField(max_length=64, default="")
    own = models.BooleanField(default=False)  # entered and confirmed by whoever has it
    language = models.CharField(max_length=2, default="zh")
    region_code = models.CharField(max_length=6)
    town_code = models.CharField(max_length=9)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["channel", "address_hash"], name="one_subscriber_of_an_address")]
        indexes = [models.Index(fields=["town_code"], name="warning_subscribers_of_town")]

    def __str__(self) -> str:
        return f"{self.channel} {self.town_code}"


class SubscriberTown(models.Model):
    """A further town whose warnings a subscriber chose to hear."""

    id = models.BigAutoField(primary_key=True)
    subscriber = models.ForeignKey(WarningSubscriber, on_delete=models.CASCADE, related_name="other_towns")
    town_code = models.CharField(max_length=9)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["subscriber", "town_code"], name="a_town_once_for_a_subscriber")]
        indexes = [models.Index(fields=["town_code"], name="subscriber_towns_by_code")]


class WarningSignUp(models.Model):
    """What a stranger asked for, until the code that was sent comes back; forgotten after a day. No towns: to be told no more."""

    id = models.UUIDField(primary_key=True, editable=False)  # made by the browser, so that a second sending is the same
    channel = models.CharField(max_length=30)
    address = models.CharField(max_length=1000, blank=True)  # sealed; empty once it is done
    address_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    towns = models.JSONField(default=list)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)  # what the channel said of the code
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["channel", "created_at"], name="warning_sign_ups_lately")]

    def __str__(self) -> str:
        return f"{self.channel} {self.created_at:%Y-%m-%d %H:%M}"


class WarningDelivery(models.Model):
    """One warning for one subscriber, with its fate: queued, sending, sent, delivered, failed, uncertain, stopped."""

    id = models.BigAutoField(primary_key=True)
    warning = models.ForeignKey(
        PublicWarning, on_delete=models.CASCADE, related_name="deliveries", db_index=False, db_constraint=False
    )
    subscriber = models.ForeignKey(
        WarningSubscriber, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=30)
    address = models.CharField(max_length=1000)  # sealed, as the subscriber's
    language = models.CharField(max_length=2)
    town_code = models.CharField(max_length=9)
    fate = models.CharField(max_length=10)
    attempts = models.PositiveSmallIntegerField()
    not_before = models.DateTimeField(null=True)  # the machine's own time, as leases
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)  # a receipt said so
    read_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["warning", "town_code", "subscriber"], name="a_warning_reaches_nobody_twice")
        ]
        indexes = [
            models.Index(fields=["id"], name="warning_delivery_waits", condition=Q(fate__in=["queued", "sending"])),
            models.Index(fields=["outcome"], name="warning_delivery_by_number", condition=~Q(outcome="")),
        ]


class WarningOutlet(models.Model):
    """A screen, loudspeaker or gateway that gets public warnings by an HTTP template, or a webhook."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscriber = models.ForeignKey(WarningSubscriber, on_delete=models.CASCADE, related_name="+")  # its rows get fates by it
    region_code = models.CharField(max_length=6)
    town_code = models.CharField(max_length=9, blank=True)  # empty: all of the county
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    longest = models.PositiveIntegerField(null=True, blank=True)  # signs that it takes
    template = models.JSONField(default=dict)  # `notices.channels.services.gateway.GatewaySettings`
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["region_code", "name", "id"]

    def __str__(self) -> str:
        return self.name


class ReceiptFault(models.Model):
    """How often a gateway told of a letter what can't be: counted, and nothing else changes by it."""

    id = models.BigAutoField(primary_key=True)
    channel = models.CharField(max_length=30)
    reason = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["channel", "reason"], name="one_count_of_a_receipt_fault")]


class DoorRound(models.Model):
    """A town that read too little of a warning: somebody knocks on doors there, and says what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    warning = models.ForeignKey(PublicWarning, on_delete=models.CASCADE, related_name="rounds")
    region_code = models.CharField(max_length=6)
    town_code = models.CharField(max_length=9)
    told = models.PositiveIntegerField()  # subscribers there, when it was found silent
    read = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    doors = models.PositiveIntegerField(null=True, blank=True)  # knocked at
    people = models.PositiveIntegerField(null=True, blank=True)  # told in person
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["found_at", "town_code"]
        constraints = [models.UniqueConstraint(fields=["warning", "town_code"], name="one_round_of_a_town")]
