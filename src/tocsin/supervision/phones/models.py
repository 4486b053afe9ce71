"""What photos that were given as proof look like."""

from django.db import models


class PhotoPrint(models.Model):
    """The perceptual hash of a photo that was entered as proof, so that the same picture is seen when it comes again."""

    attachment_id = models.UUIDField(primary_key=True, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=16, db_index=True)  # 64 bits of `engine.pictures.difference_hash`, hexadecimal
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
