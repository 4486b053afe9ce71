"""Requisitions with their lines, signed lists, claims and steps, as rows. Amounts are thousandths of a unit, money is in fen."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.supplies.requisitions.rules.states import RequisitionState


class Requisition(models.Model):
    """What is taken of whom, by whom, for what and until when, and how far that is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    region_code = models.CharField(max_length=6)
    body = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")  # which decides
    level = models.CharField(max_length=10)  # of that body: county, city, province
    request = models.ForeignKey("supplies.SupplyRequest", null=True, on_delete=models.PROTECT, related_name="requisitions")
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    owner_name = models.CharField(max_length=120)  # as the paper names it; a person, or a body that no register knows
    owner_telephone = models.CharField(max_length=40, blank=True)
    owner_address = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=200)
    place = models.CharField(max_length=200)  # where it is used
    basis = models.CharField(max_length=40)  # code of the policy's row, and its words when it was signed
    basis_words = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # as expected
    taken_first = models.CharField(max_length=300, blank=True)  # why it was taken before the papers were there
    state = models.CharField(max_length=10, default=RequisitionState.DRAFT.value)
    answer = models.CharField(max_length=8, blank=True)  # `rules.states.OwnersAnswer`
    answer_text = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True)
    late_told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="requisition_ends_after_start")
        ]
        indexes = [
            models.Index(fields=["region_code", "state"], name="requisition_by_region"),
            models.Index(fields=["owner", "state"], name="requisition_of_owner"),
            models.Index(fields=["due_at"], condition=Q(late_told_at=None), name="requisition_by_due"),
        ]

    def __str__(self) -> str:
        return self.number


class RequisitionLine(models.Model):
    """So much of one thing. With an item it enters the ledger as its owner's lot; `source`: the owner's own lot there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requisition = models.ForeignKey(Requisition, on_delete=models.CASCADE, related_name="lines")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)  # `rules.states.Property`
    item = models.ForeignKey("supplies.Item", null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=200)  # make, number plate, address: by what it is known
    unit = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    source = models.ForeignKey("supplies.Holding", null=True, on_delete=models.PROTECT, related_name="+")
    holding = models.ForeignKey("supplies.Holding", null=True, on_delete=models.PROTECT, related_name="+")  # as requisitioned
    taken = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    consumed = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["requisition", "place"], name="one_line_per_place_of_requisition"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="requisition_line_takes_something"),
            models.CheckConstraint(
                condition=Q(taken__gte=models.F("whole") + models.F("damaged") + models.F("consumed") + models.F("lost")),
                name="no_more_accounted_than_taken",
            ),
        ]


class RequisitionList(models.Model):
    """What was handed over or given back at one time. It counts once the second side has signed; until then it can be dropped."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requisition = models.ForeignKey(Requisition, on_delete=models.CASCADE, related_name="lists")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)  # `rules.states.ListKind`
    at = models.DateTimeField()
    store = models.ForeignKey("supplies.Store", null=True, on_delete=models.PROTECT, related_name="+")  # where goods come in
    text = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_for = models.CharField(max_length=120, blank=True)  # whose word the writer enters, where that is not their own
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signed_for = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["requisition", "number"], name="one_list_per_number_of_requisition"),
            models.UniqueConstraint(
                fields=["requisition"], condition=Q(signed_at=None), name="one_unsigned_list_per_requisition"
            ),
        ]


class RequisitionRow(models.Model):
    """One line of a list: how much, in which state, with which photo. `whole` is all that is handed over, or comes back whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list = models.ForeignKey(RequisitionList, on_delete=models.CASCADE, related_name="rows")
    line = models.ForeignKey(RequisitionLine, on_delete=models.PROTECT, related_name="rows")
    whole = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    consumed = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    condition = models.CharField(max_length=300, blank=True)  # its state in words
    expires_on = models.DateField(null=True)  # of goods, as their pack says
    photo = models.UUIDField(null=True)  # the attachment

    class Meta:
        ordering = ["line__place"]
        constraints = [models.UniqueConstraint(fields=["list", "line"], name="one_row_per_line_and_list")]


class RequisitionClaim(models.Model):
    """What the owner claims, how that is valued, what a second person awards, and how it is paid."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requisition = models.OneToOneField(Requisition, on_delete=models.CASCADE, related_name="claim")
    text = models.CharField(max_length=500, blank=True)
    claimed_at = models.DateTimeField()
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_for = models.CharField(max_length=120, blank=True)  # who said it on the telephone
    method = models.CharField(max_length=500, blank=True)  # how it was valued: market price, invoice, appraiser
    valued_at = models.DateTimeField(null=True)
    valued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    awarded_at = models.DateTimeField(null=True)
    awarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    award = models.CharField(max_length=500, blank=True)  # the reason
    paid_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    voucher = models.CharField(max_length=60, blank=True)


class ClaimRow(models.Model):
    """One sum of a claim."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim = models.ForeignKey(RequisitionClaim, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveSmallIntegerField()
    line = models.ForeignKey(RequisitionLine, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)  # `rules.states.Damage`
    words = models.CharField(max_length=200, blank=True)
    claimed_fen = models.BigIntegerField()
    valued_fen = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "place"], name="one_sum_per_place_of_claim"),
            models.CheckConstraint(condition=Q(claimed_fen__gte=0), name="no_claim_below_zero"),
        ]


class RequisitionStep(models.Model):
    """One line of a requisition's time line."""

    id = models.BigAutoField(primary_key=True)
    requisition = models.ForeignKey(Requisition, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=30)
    said_by = models.CharField(max_length=120, blank=True)
    figures = models.JSONField(default=dict)
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]
