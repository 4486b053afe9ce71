"""Attachments as rows."""

from django.db import models

from tocsin.base.ids import new_id


class Attachment(models.Model):
    """A file attached to an object of any capability. Its bytes are in the data folder under `sha256`; only `held` ever changes.

    `received_sha256` is the hash of the file as sent, before a picture was encoded anew; `taken_at` is what the camera said.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    region_code = models.CharField(max_length=12)
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    caption = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    held = models.CharField(max_length=120, blank=True)  # not handed out: `waiting` for the scanner, or `found` and what it found

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id", "received_sha256"], name="file_is_attached_once"),
        ]
        indexes = [models.Index(fields=["sha256"], name="attachment_by_file")]

    @property
    def is_picture(self) -> bool:
        """Whether a page or a paper may show it; anything else is only downloaded, and what is held not at all."""
        return self.media_type.startswith("image/") and not self.held
