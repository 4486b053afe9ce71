"""Requests with their lines and ways, and the deliveries that serve them, as rows. Amounts are thousandths of the item's unit."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry
from tocsin.supplies.requests.rules.states import DeliveryState, RequestState


class RequestBook(models.Model):
    """Counts the requests of a county and day."""

    key = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class SupplyRequest(models.Model):
    """What an incident needs, at which place, for how many people, and who receives it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    region_code = models.CharField(max_length=6)
    body = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")  # which asks
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=60, blank=True)
    trade = models.CharField(max_length=30, blank=True)  # of the incident: chooses the standards
    purpose = models.CharField(max_length=200)
    people = models.PositiveIntegerField(default=0)
    people_basis = models.JSONField(null=True)  # `levels.rules.people.PeopleBasis`, where a proposal was taken
    days = models.PositiveSmallIntegerField(default=1)
    place = models.CharField(max_length=200)
    lon = models.FloatField()
    lat = models.FloatField()
    receiver = models.CharField(max_length=60, blank=True)
    receiver_telephone = models.CharField(max_length=40, blank=True)
    needed_by = models.DateTimeField()
    state = models.CharField(max_length=10, default=RequestState.DRAFT.value)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True)  # the next step of the request itself
    late_told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["region_code", "state"], name="supply_request_by_region"),
            models.Index(fields=["subject_kind", "subject_id"], name="supply_request_of_subject"),
        ]

    def __str__(self) -> str:
        return self.number


class RequestLine(models.Model):
    """So much of an item. `computed`: what the standards say; whoever asks for another amount says why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(SupplyRequest, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey("supplies.Item", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    computed = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    instead_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="substitutes")

    class Meta:
        ordering = ["item__code", "id"]
        constraints = [models.UniqueConstraint(fields=["request", "item"], name="one_line_per_item_and_request")]


class RequestWay(models.Model):
    """What somebody knows of the way from a store to the place of a request: its minutes, or that it is closed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(SupplyRequest, on_delete=models.CASCADE, related_name="ways")
    store = models.ForeignKey("supplies.Store", on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["request", "store"], name="one_way_per_store_and_request")]


class RequestStep(models.Model):
    """One line of a request's time line."""

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(SupplyRequest, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=30)
    figures = models.JSONField(default=dict)
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]


class Delivery(models.Model):
    """What one store gives to one request: picked, loaded, carried, handed over, used, brought back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(SupplyRequest, on_delete=models.PROTECT, related_name="deliveries")
    number = models.CharField(max_length=50, unique=True)
    store = models.ForeignKey("supplies.Store", on_delete=models.PROTECT, related_name="+")
    reservation = models.ForeignKey("supplies.Reservation", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey("supplies.Plan", null=True, on_delete=models.SET_NULL, related_name="+")  # that was accepted
    lead_h = models.PositiveIntegerField(default=0)  # of agreement and production: hours until it can be loaded
    state = models.CharField(max_length=12, default=DeliveryState.RESERVED.value)
    version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    way_min = models.FloatField(default=0)
    expected_at = models.DateTimeField()  # at the place, by the plan and then by when it left
    due_at = models.DateTimeField(null=True)  # its next step
    late_told_at = models.DateTimeField(null=True)
    driver = models.CharField(max_length=60, blank=True)
    driver_telephone = models.CharField(max_length=40, blank=True)
    vehicle = models.CharField(max_length=40, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    return_by = models.DateTimeField(null=True)
    return_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "number"]
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_by_due")]

    def __str__(self) -> str:
        return self.number


class DeliveryLine(models.Model):
    """So much of one holding in a delivery, and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(RequestLine, on_delete=models.PROTECT, related_name="deliveries")
    holding = models.ForeignKey("supplies.Holding", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    picked = models.BigIntegerField(null=True)
    received = models.BigIntegerField(null=True)
    used = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["holding__item__code", "id"]

    @property
    def sure(self) -> int:
        """How much of the line this delivery brings, as far as it is known."""
        for known in (self.received, self.picked):
            if known is not None:
                return known
        return self.amount

    @property
    def out(self) -> int:
        """What was handed over and is neither used up nor back."""
        return (self.received or 0) - self.used - self.returned


class DeliveryRoad(models.Model):
    """A closed road that the way of a running delivery meets, of which its people were told."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="closed_roads")
    road = models.ForeignKey("supplies.ClosedRoad", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["delivery", "road"], name="told_once_per_delivery_and_road")]


class DeliveryEntry(Entry):
    """One act upon a delivery, with time, person, place and photo."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="entries")
    said_by = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=12, default="page")
    clock_said = models.DateTimeField(null=True)  # the device's, where that can't be the time of the step

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["delivery", "version"], name="one_entry_per_version_of_delivery")]


class ResourceMessage(models.Model):
    """An EDXL-RM message as it came or went: the bytes as they are, and the request that it speaks of."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(SupplyRequest, on_delete=models.CASCADE, related_name="messages")
    message_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)  # `rules.edxl.message.ContentType`
    came = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sender = models.CharField(max_length=200, blank=True)
    data = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["message_id", "by"], name="one_resource_message_per_id_and_sender")]
