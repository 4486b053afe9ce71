"""Files whose rows are to be taken over: each row as it was read, what a person mended, and what became of it."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.records.imports.rules import ImportState


class TableImport(models.Model):
    """One file of rows of one kind: looked at, then taken over or dropped; what was taken over may be undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    region_code = models.CharField(max_length=6, db_index=True)
    file_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    headings = models.JSONField(default=list)  # of the file, in its order
    columns = models.JSONField(default=list)  # which column each means; "" for none
    datum = models.CharField(max_length=8, default="cgcs2000")  # of its coordinates
    lines = models.PositiveIntegerField(default=0)  # rows
    leave_wrong = models.BooleanField(default=False)
    taking_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # its rows went after the days in policy
    writing_until = models.DateTimeField(null=True)  # a process that is alive renews it with every batch
    to_write = models.PositiveIntegerField(null=True)  # rows that are written in all, once they were judged for it
    trouble = models.TextField(blank=True)  # why taking over stopped; a person goes on
    counts = models.JSONField(default=dict)  # rows by verdict, when it was taken over

    class Meta:
        ordering = ("-at",)
        indexes = (models.Index(fields=["taking_at"], condition=models.Q(taken_at=None), name="imports_under_way"),)

    @property
    def state(self) -> ImportState:
        """Where it stands."""
        if self.undone_at:
            return ImportState.UNDONE
        if self.taken_at:
            return ImportState.TAKEN
        if self.dropped_at:
            return ImportState.DROPPED
        return ImportState.TAKING if self.taking_at else ImportState.WAITING


class ImportRow(models.Model):
    """One row of a file."""

    table = models.ForeignKey(TableImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # within the whole file
    sheet = models.CharField(max_length=80, blank=True)  # of a file of several, with the line there
    sheet_line = models.PositiveIntegerField(default=0)
    cells = models.JSONField(default=list)  # texts, under the headings
    shape = models.JSONField(null=True)  # of a feature
    mended = models.JSONField(default=dict)  # column → text that a person wrote instead
    left = models.BooleanField(default=False)
    verdict = models.CharField(max_length=8, blank=True)  # once it was taken over
    problems = models.JSONField(default=list)  # (column, text) of a wrong one, as they were then
    written = models.UUIDField(null=True, db_index=True)  # what it made or changed
    before = models.JSONField(null=True)  # what its columns held; null where it was new

    class Meta:
        ordering = ("line",)
        constraints = (models.UniqueConstraint(fields=["table", "line"], name="one_row_of_a_line"),)


class ColumnMeaning(models.Model):
    """Which column a heading means, as a person said once: files that come again need not be matched again."""

    kind = models.CharField(max_length=40)
    heading = models.CharField(max_length=120)
    column = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "heading"], name="one_meaning_of_a_heading"),)
