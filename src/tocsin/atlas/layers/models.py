"""Views of the map that people keep under a name."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class SavedView(models.Model):
    """A view of the map under a name. `address`: the parameters of the page's address (`rules.view.MapView.address`).

    `organisation`: the body whose people open it, too; None while it is private. What a reader then sees of its layers is asked
    of the reader's own rights, each time it is opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    address = models.TextField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_saved_view_of_a_name")]

    def __str__(self) -> str:
        return self.name
