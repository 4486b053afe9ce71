"""Loading orders and plates that were read, as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.vision.vehicles.rules.orders import LoadingState


class LoadingOrder(models.Model):
    """A vehicle that a firm awaits: when, where, with which goods; see `rules.orders.OrderFacts`. `camera`: the one that looks at
    its loading point; None: any of the firm's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40)
    plate = models.CharField(max_length=12)
    trailer = models.CharField(max_length=12, blank=True)
    way = models.CharField(max_length=10)
    goods = models.CharField(max_length=120)
    amount_t = models.FloatField(null=True)
    carrier = models.CharField(max_length=120, blank=True)
    point = models.CharField(max_length=120, blank=True)
    camera = models.ForeignKey("vision.Camera", null=True, on_delete=models.PROTECT, related_name="+")
    permit = models.CharField(max_length=40, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=LoadingState.EXPECTED.value)
    state_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # of the state, as a person gave it
    stopping = models.ForeignKey("vision.Sighting", null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-from_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["object", "reference"], name="one_loading_order_per_reference")]
        indexes = [models.Index(fields=["state", "until_at"], name="loading_order_by_state")]

    def __str__(self) -> str:
        return self.reference

    @property
    def plates(self) -> tuple[str, ...]:
        """The plates by which its vehicle is known."""
        return tuple(filter(None, (self.plate, self.trailer)))


class PlateReading(models.Model):
    """A plate that was read at a camera, from when to when without a longer break, and what it is by the orders there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    camera = models.ForeignKey("vision.Camera", on_delete=models.PROTECT, related_name="+")
    plate = models.CharField(max_length=12)
    confidence = models.FloatField()
    model = models.CharField(max_length=60)
    dangerous = models.BooleanField(default=False)  # words of dangerous goods stand beside it
    at = models.DateTimeField()  # by the camera's clock, in whole milliseconds
    last_at = models.DateTimeField()
    received_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    verdict = models.CharField(max_length=10)
    distance = models.FloatField(null=True)  # to the plate of the order
    order = models.ForeignKey(LoadingOrder, null=True, on_delete=models.CASCADE, related_name="readings")
    kind = models.CharField(max_length=30, blank=True)  # of the sighting that it asks for; empty: none
    accepted_at = models.DateTimeField(null=True)  # a person said that it is the order's vehicle
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["camera", "last_at"], name="plate_reading_by_camera"),
            models.Index(fields=["received_at"], name="plate_reading_by_age"),
        ]

    def __str__(self) -> str:
        return self.plate
