"""Stores, lots, what lies of each lot in each store, the ledger, reservations and totals as rows.

All amounts are whole thousandths of the item's count unit (`catalogue.rules.amounts`). Holdings and lines have numbers of the
database instead of ids: they are millions, and no other level ever hears of one.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.supplies.stock.rules.ledger import Kind, State

BUCKETS = {
    State.FREE: "free",
    State.RESERVED: "reserved",
    State.IN_TRANSIT: "in_transit",
    State.RETURNED: "returned",
    State.IN_REPAIR: "in_repair",
    State.EXPIRED: "expired",
    State.OVERDUE: "overdue",
}
"""State of goods -> the column that counts them, in holdings and totals."""


class Store(models.Model):
    """A place where supplies lie (仓库): a government's store, a firm's yard, a community's cupboard."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    region_code = models.CharField(max_length=6)
    body = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")  # which keeps it
    level = models.CharField(max_length=12)  # `rules.lots.Level`
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True)
    access = models.CharField(max_length=300, blank=True)  # which way in, for how large a vehicle
    contact = models.CharField(max_length=60, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    opening = models.CharField(max_length=120, blank=True)
    capacity_m3 = models.FloatField(null=True)
    active = models.BooleanField(default=True)
    written_at = models.DateTimeField(null=True)  # the last line of the ledger was written then

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["region_code", "level"], name="store_by_region"),
            models.Index(fields=["body"], name="store_of_body"),
        ]

    def __str__(self) -> str:
        return self.name


class Lot(models.Model):
    """Goods of one item that came together (批次), as one body reports them: owner, kind of reserve, last day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey("supplies.Item", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    owner = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")
    reserve = models.CharField(max_length=12)  # `rules.lots.Reserve`
    level = models.CharField(max_length=12)  # of who reports it
    lead_time_h = models.PositiveIntegerField(default=0)  # of agreements and capacity: until it can be loaded
    maker = models.CharField(max_length=120, blank=True)
    made_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    recalled_at = models.DateTimeField(null=True)
    recall_reason = models.CharField(max_length=300, blank=True)
    counted_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reports")  # the same goods
    kept_for = models.UUIDField(null=True)  # the request of supplies that alone may take of it: requisitioned goods
    compared_at = models.DateTimeField(null=True)  # with the lots of other reporters (`same_goods`); null: it waits for that
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number", "owner", "reserve", "level"], name="one_lot_per_number_and_owner")
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(compared_at=None), name="lot_to_compare")]

    def __str__(self) -> str:
        return self.number


class Holding(models.Model):
    """What lies of one lot in one store, by state: the sum of its lines at every instant.

    Region, owner, expiry and what else lists and totals ask for stands here again, so that a county of 10,000 lots is one
    range of an index. `blocked`: the lot is recalled. `counted` false: another report of the same goods counts.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="holdings")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="holdings")
    item = models.ForeignKey("supplies.Item", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    category = models.CharField(max_length=4)
    owner = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    reserve = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    expires_on = models.DateField(null=True)
    received_on = models.DateField()
    bay = models.CharField(max_length=40, blank=True)  # where in the store
    pieces_per_unit = models.PositiveIntegerField()
    free = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    in_transit = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    in_repair = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    overdue = models.BigIntegerField(default=0)
    blocked = models.BooleanField(default=False)
    counted = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "lot"], name="one_holding_per_store_and_lot"),
            models.CheckConstraint(
                condition=Q(**{f"{one}__gte": 0 for one in BUCKETS.values()}),
                name="no_holding_below_zero",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "item"], name="holding_by_region_and_item"),
            models.Index(fields=["item", "region_code"], name="holding_by_item_and_region"),
            models.Index(fields=["expires_on"], condition=Q(free__gt=0), name="holding_by_expiry"),
            models.Index(fields=["region_code"], condition=Q(expired__gt=0), name="holding_past_its_day"),
            models.Index(fields=["region_code"], condition=Q(returned__gt=0), name="holding_that_came_back"),
        ]


class Reservation(models.Model):
    """Goods kept for somebody until a moment; then they free themselves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=200)  # what for: a case's number, an exercise
    region_code = models.CharField(max_length=6)  # of who asked
    body = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)  # `rules.reservations.Hold`
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["state", "until"], name="reservation_by_end")]


class Promise(models.Model):
    """What a reservation still keeps of one holding."""

    id = models.BigAutoField(primary_key=True)
    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="promises")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="promises")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reservation", "holding"], name="one_promise_per_reservation_and_holding"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="no_promise_below_zero"),
        ]


class Movement(models.Model):
    """One act upon stock with its paper (单据): who, when, why; its lines say what. Nothing of it is ever changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.PositiveSmallIntegerField()  # `rules.ledger.Kind` of its lines
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="movements")
    to_store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+")  # of a transfer
    region_code = models.CharField(max_length=6)
    at = models.DateTimeField()  # when it happened
    written_at = models.DateTimeField()  # when the ledger heard of it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=60, blank=True)
    partner = models.CharField(max_length=120, blank=True)  # from whom it came, to whom it went
    reason = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=80, blank=True)  # of the sender: the same key twice is one act
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by"
    )  # the transfer that arrives
    reservation = models.ForeignKey(Reservation, null=True, on_delete=models.PROTECT, related_name="movements")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], condition=~Q(key=""), name="one_movement_per_store_and_key")
        ]
        indexes = [
            models.Index(fields=["store", "at"], name="movement_of_store"),
            models.Index(fields=["region_code"], condition=Q(kind=int(Kind.DISPATCH)), name="movement_on_its_way"),
        ]


class Line(models.Model):
    """One line of the ledger: an amount of a holding out of one state and into another. Lines are only ever added."""

    id = models.BigAutoField(primary_key=True)
    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="lines")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="lines", db_index=False)
    at = models.DateTimeField()
    kind = models.PositiveSmallIntegerField()
    source = models.PositiveSmallIntegerField()
    target = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="line_moves_something")]
        indexes = [
            models.Index(fields=["holding", "at"], name="line_of_holding"),
            models.Index(fields=["at"], name="line_by_time"),
        ]


class _Figures(models.Model):
    """A sum over holdings in millionths of a piece, by state; whoever reads it adds up all rows of a key.

    An act adds a row with what it changes and locks none, so that acts upon the same county and category do not wait for one
    another; a loop puts rows of one key together. The sum is right at every instant, whether the loop runs or not.
    """

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6)
    category = models.CharField(max_length=4)
    owner = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    reserve = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    free = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    in_transit = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    in_repair = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    overdue = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Total(_Figures):
    """What there is now."""

    class Meta:
        indexes = [models.Index(fields=["region_code", "category"], name="total_by_region")]


class DayChange(_Figures):
    """What the lines of one day changed: a past total is today's without the days since. A late line is one row of its day."""

    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["day", "region_code"], name="change_by_day")]
