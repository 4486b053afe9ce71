"""Check lists, inspections, findings and what followed from them, draws."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry


class CheckList(models.Model):
    """One version of a check list (检查表); each item with its article of law. A version in use never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    trades = models.JSONField(default=list)  # keys of `objects/policy/trades.toml`; empty: for every trade
    kinds = models.JSONField(default=list)  # `objects.rules.register.ObjectKind`; empty: for every kind
    words = models.JSONField()  # name, zh and en
    items = models.JSONField()  # `inspections.rules.checklists.Item`, in order
    effective_from = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_version_of_a_check_list")]


class Draw(models.Model):
    """A random draw of objects and inspectors (双随机). Who knows the seed can repeat it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # SHA-256 of the seed, published before it is drawn; empty until the witness's words are committed: only they make it
    commitment = models.CharField(max_length=64, blank=True)
    terms_sha256 = models.CharField(max_length=64, blank=True)  # of trades, numbers, weights, day; empty before 0010
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    witness_sha256 = models.CharField(max_length=64, blank=True)  # of the words that the witness said, committed before the seed
    seed = models.CharField(max_length=64, blank=True)  # published with the result
    drawn_at = models.DateTimeField(null=True)
    terms = models.JSONField(default=dict)  # trade, numbers, weights by colour
    candidates = models.JSONField(default=dict)  # objects with weights, inspectors: frozen and published with the commitment
    candidates_sha256 = models.CharField(max_length=64)
    result = models.JSONField(default=dict)  # drawn objects with their inspectors

    class Meta:
        ordering = ["-made_at"]


class Inspection(models.Model):
    """One visit of two inspectors to one object, by one check list (检查)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="inspections")
    check_list = models.ForeignKey(CheckList, on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    state = models.CharField(max_length=20)  # planned, open, signed
    source = models.CharField(max_length=20)  # draw, scan, colour, episode, report, hand
    first_inspector = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_inspector = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    draw = models.ForeignKey(Draw, null=True, on_delete=models.PROTECT, related_name="inspections")
    episode = models.ForeignKey("supervision.Episode", null=True, on_delete=models.PROTECT, related_name="inspections")
    due_at = models.DateTimeField(null=True)  # of one that an episode demands
    planned_for = models.DateField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # the first inspector has signed
    confirmed_at = models.DateTimeField(null=True)  # the second one has, too
    opened_at = models.DateTimeField()
    answers = models.JSONField(default=dict)  # item -> the answer that stands, and what each inspector answered
    party = models.JSONField(default=dict)  # who of the firm signed on the phone, or refused: `services.party`
    party_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]


class InspectionEntry(Entry):
    """One act of an inspector in an inspection, also offline."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="entries")

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["inspection", "version"], name="one_entry_per_version_of_an_inspection")]


class Finding(models.Model):
    """A hidden danger (隐患) from finding to closure: the one case file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="findings")
    inspection = models.ForeignKey(Inspection, null=True, on_delete=models.PROTECT, related_name="findings")
    region_code = models.CharField(max_length=6)
    grade = models.CharField(max_length=20)  # ordinary, major
    item = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=2000)
    state = models.CharField(max_length=20)  # `inspections.rules.findings.FindingState`
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(default=0)  # to rectify, from service on
    due_on = models.DateField()  # until it is served: as if it were served on the day it was found
    unserved = models.BooleanField(default=False)  # nobody at the firm was told: no day counts against it
    served_at = models.DateTimeField(null=True)
    own = models.BooleanField(default=False)  # found by the firm itself (自查自报自改)
    fixings = models.JSONField(default=dict)  # of a major one: person, money, measure, limit, plan (五定)
    asked_until = models.DateField(null=True)  # the day that an extension asks for, until somebody decides
    extended = models.PositiveSmallIntegerField(default=0)
    accept_asked = models.DateField(null=True)  # until when the firm asks that the risk be accepted
    accepted_until = models.DateField(null=True)  # the risk is accepted until then, and returns by itself
    rectified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)  # how many entries it has

    class Meta:
        ordering = ["due_on", "number"]
        indexes = [models.Index(fields=["object", "state"], name="finding_of_object")]


class FindingEntry(Entry):
    """One step of a finding: rectified, extension asked or given, re-check, penalty; also offline."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="entries")
    act = models.CharField(max_length=30)

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["finding", "version"], name="one_entry_per_version_of_a_finding")]


class InspectorCard(models.Model):
    """The law-enforcement card (执法证) of an inspector: its number stands on every paper."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=40)
    valid_until = models.DateField(null=True)


class Penalty(models.Model):
    """An administrative penalty as the law-enforcement system decided it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="penalties")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="penalties")
    kind = models.CharField(max_length=40)
    severe = models.BooleanField(default=False)
    amount_yuan = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    document_number = models.CharField(max_length=120)
    decided_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-decided_on"]
        constraints = [models.UniqueConstraint(fields=["object", "document_number"], name="one_penalty_per_document")]


class LegalDocument(models.Model):
    """A legal paper (执法文书) that came from, or went to, the law-enforcement system."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="documents")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="documents")
    inspection = models.ForeignKey(Inspection, null=True, on_delete=models.PROTECT, related_name="documents")
    direction = models.CharField(max_length=10)  # in, out
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=120)
    at = models.DateTimeField()
    content = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["object", "direction", "number"], name="one_legal_document_per_number")]


class GamingSign(models.Model):
    """Something that looks like gaming. It goes to a person, never straight to points."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="gaming_signs")
    kind = models.CharField(max_length=30)  # bulk, same_photo, impossible_travel
    at = models.DateTimeField()
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=20)  # open, confirmed, dismissed
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at"]


class NumberBook(models.Model):
    """The last number of a kind that a county gave on its newest day, or in its newest year. Whoever gives the next one holds
    this row.
    """

    key = models.CharField(max_length=20, primary_key=True)  # kind and region
    day = models.CharField(max_length=8, blank=True)
    last = models.PositiveIntegerField(default=0)
