"""Versions of policy as rows."""

import tomllib
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.base.toml import Document


class PolicyVersion(models.Model):
    """One version of a policy file, or of one of its items (`key`), for a region and all below it and for a trade (empty: any).

    A draft has no `effective_from`. A confirmed version is never rewritten: a newer one takes its place. `text` (TOML) holds what
    differs from the wider scope, or everything where it is `whole`. `withdrawn`: from then on the wider scope holds again; where
    it is `whole`, the shipped file; of an item, that there is none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.CharField(max_length=60)  # `base.policy.PolicyFile.name`
    key = models.CharField(max_length=60, blank=True)
    version = models.CharField(max_length=40)  # counted or named, within policy and key
    region_code = models.CharField(max_length=6)
    trade = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    whole = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)  # what the figures rest on
    confidence = models.CharField(max_length=1, blank=True)  # A, B or C
    reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    trial = models.JSONField(default=dict)  # what trying it showed
    tried_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    effective_from = models.DateTimeField(null=True)
    effective_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "key", "version"], name="one_policy_version_of_a_name"),
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True) | Q(confirmed_at__isnull=False), name="policy_version_is_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=models.F("effective_from")),
                name="policy_version_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["policy", "effective_from"], name="policy_versions_in_force")]

    @cached_property
    def content(self) -> Document:
        """What stands in the text, its keys in their order."""
        return tomllib.loads(self.text)

    @property
    def scope(self) -> tuple[str, str, str]:
        """What a newer version takes the place of: the same item, region and trade."""
        return self.key, self.region_code, self.trade

    @property
    def details(self) -> dict[str, object]:
        """What the audit trail keeps of it."""
        told = {
            "version": self.version,
            "key": self.key,
            "trade": self.trade,
            "source": self.source,
            "confidence": self.confidence,
        }
        return {name: value for name, value in {**told, "withdrawn": self.withdrawn}.items() if value}
