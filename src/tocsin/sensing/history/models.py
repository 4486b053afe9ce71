"""What is known of the object store in which the history lies, and of who waits for the history, as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoreVerdict(models.TextChoices):
    """What a check of conditional writes has seen."""

    ONE_WINNER = "one_winner", _("lets exactly one writer win")
    UNSAFE = "unsafe", _("does not let exactly one writer win")


class HistoryStore(models.Model):
    """The newest check of one place in a store, known by its address."""

    address = models.CharField(max_length=400, primary_key=True)
    verdict = models.CharField(max_length=20, choices=StoreVerdict.choices)
    checked_at = models.DateTimeField()
    writers = models.IntegerField()
    versions = models.IntegerField()
    seen = models.JSONField(default=dict)  # how often each fault of `store_check.Fault` was seen

    def __str__(self) -> str:
        return f"{self.address}: {self.verdict}"


class HistoryWait(models.Model):
    """A writer whose readings wait because the history can't be written: a full disk, a store out of reach."""

    writer = models.CharField(max_length=60, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.writer} since {self.since}"
