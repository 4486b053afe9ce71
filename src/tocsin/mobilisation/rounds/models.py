"""Walks from door to door in silent towns, and what came of each door, as rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry


class Walk(models.Model):
    """One person's share of a silent town: a stretch in words, and the doors that were listed for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey("mobilisation.DoorRound", on_delete=models.CASCADE, related_name="walks")
    walker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)  # where the walker may work
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    stretch = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)  # the walker says so
    taken_back_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "walker"], name="one_walk_of_a_person_in_a_round")]

    def __str__(self) -> str:
        return self.stretch or str(self.walker)


class Door(models.Model):
    """One door of a silent town, with the result that holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey("mobilisation.DoorRound", on_delete=models.CASCADE, related_name="listed_doors")
    walk = models.ForeignKey(Walk, null=True, on_delete=models.SET_NULL, related_name="doors")  # whose door it is
    region_code = models.CharField(max_length=6)
    place = models.CharField(max_length=120)
    key = models.CharField(max_length=120)  # `rules.doors.door_key`
    result = models.CharField(max_length=20, blank=True)
    result_walk = models.ForeignKey(Walk, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    version = models.PositiveIntegerField(default=0)
    conflict = models.BooleanField(default=False)  # two people differ, and nobody has looked at it yet
    help_at = models.DateTimeField(null=True)  # somebody there needs help since
    case_wanted_at = models.DateTimeField(null=True)
    case_number = models.CharField(max_length=40, blank=True)
    need_number = models.CharField(max_length=40, blank=True)
    helped_at = models.DateTimeField(null=True)  # dealt with
    helped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["key", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="a_door_once_in_a_round")]
        indexes = [
            models.Index(
                fields=["case_wanted_at"],
                name="door_waits_for_a_case",
                condition=Q(case_wanted_at__isnull=False, case_number=""),
            ),
            models.Index(fields=["help_at"], name="door_needs_help", condition=Q(help_at__isnull=False, helped_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.place


class DoorEntry(Entry):
    """One thing that somebody entered on a walk, at a door or about the whole."""

    walk = models.ForeignKey(Walk, on_delete=models.CASCADE, related_name="entries")
    door = models.ForeignKey(Door, null=True, on_delete=models.CASCADE, related_name="entries")

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["walk", "version"], name="one_entry_per_version_of_a_walk")]
