"""The audit trail as rows."""

from django.db import models

from tocsin.base.ids import new_id
from tocsin.records.audit.rules import GENESIS


class AuditEntry(models.Model):
    """Who did what to which object. Written once, in the transaction of the act; only the seal is added later, once.

    `actor_name` and `actor_id` are kept as values: the entry outlives the account.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    region_code = models.CharField(max_length=12, blank=True)
    details = models.JSONField(default=dict)
    sequence = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)
    algorithm = models.CharField(max_length=10, blank=True)  # rules.Algorithm, as it was at the time of the seal

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor_id"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["at"], name="audit_unsealed", condition=models.Q(sequence=None)),
        ]

    def told_details(self) -> list[tuple[str, str]]:
        """The details as pairs of name and words; a pair `[old, new]` reads `old → new`."""
        return [(name, _in_words(value)) for name, value in self.details.items()]


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever seals, so that there is one sealer at a time."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_audit_head")]


def _in_words(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{name}: {_in_words(inner)}" for name, inner in value.items())
        case [old, new]:
            return f"{_in_words(old)} → {_in_words(new)}"
        case list():
            return ", ".join(_in_words(one) for one in value)
        case None | "":
            return "–"
        case _:
            return str(value)
