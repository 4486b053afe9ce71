"""Rewards for reports with what was done about them. Nothing here tells who is paid: a report's number, never a person."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class Reward(models.Model):
    """What one finding leads to: drafted by the rules, proposed by one person, agreed by another, paid by a third.

    What the rules answered (`verdict` to `policy_versions`) is written with every judgement until two persons agreed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    report = models.ForeignKey("HazardReport", on_delete=models.PROTECT, related_name="rewards")  # in whose check it was found
    region_code = models.CharField(max_length=6)
    state = models.CharField(max_length=20)  # `rules.states.RewardState`
    finding = models.CharField(max_length=200, blank=True)  # its number, or in words
    kind = models.CharField(max_length=20)  # `rules.judging.FindingKind`
    situation = models.CharField(max_length=60, blank=True)  # code of the standard's list
    fine_yuan = models.PositiveBigIntegerField(null=True)
    fine_from = models.CharField(max_length=200, blank=True)  # `rules.states.BY_HAND`, or the documents of the penalties
    deaths = models.PositiveIntegerField(null=True)
    merit = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    known_at = models.DateTimeField(null=True)
    budget_line = models.CharField(max_length=100, blank=True)
    verdict = models.CharField(max_length=20)
    because = models.JSONField(default=list)  # rows `rules.judging.Because`
    rule = models.CharField(max_length=60, blank=True)
    payee = models.ForeignKey("HazardReport", null=True, on_delete=models.PROTECT, related_name="+")
    signer = models.CharField(max_length=60, blank=True)  # of a joint report; the reporter alone reads it
    amount_yuan = models.PositiveBigIntegerField(default=0)
    verified = models.BooleanField(default=False)  # whether somebody had compared the rules with the texts in force
    policy_versions = models.JSONField(default=list)
    decide_due = models.DateTimeField()
    told_late = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    collect_until = models.DateTimeField(null=True)
    claim_sha256 = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    paid_at = models.DateTimeField(null=True)
    payment_id = models.UUIDField(null=True)  # of the cashier's form: the same payment sent twice is one

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["region_code", "state"], name="reward_by_region_and_state"),
            models.Index(fields=["claim_sha256"], name="reward_by_claim"),
        ]

    def __str__(self) -> str:
        return self.number


class RewardStanding(models.Model):
    """What officers entered of one report of a group, where the report itself does not say it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.OneToOneField("HazardReport", on_delete=models.PROTECT, related_name="reward_standing")
    excluded = models.BooleanField(default=False)  # whose duty it was to find this, or who took part
    insider = models.BooleanField(null=True)  # None: as the reporter says
    complete_at = models.DateTimeField(null=True)  # when it first named object and matter, if not when it was received
    signers = models.JSONField(default=list)  # marks of a joint report's signers, in the order of the paper
    payee = models.CharField(max_length=60, blank=True)  # the one of them named in writing
    covers = models.JSONField(default=list)  # numbers of the rewards that it tells of; empty: all


class RewardEntry(models.Model):
    """One act upon a decision; without an actor it was the reporter's or the clock's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reward = models.ForeignKey(Reward, on_delete=models.CASCADE, related_name="entries")
    act = models.CharField(max_length=30)  # `rules.states.RewardAct`
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
