"""How far the news of rosters has been read."""

from django.db import models


class LogPosition(models.Model):
    """How far a consumer has come in the log of events, written with the notices that follow from what it read."""

    consumer = models.CharField(max_length=60, primary_key=True)
    sequence = models.PositiveBigIntegerField()
