"""Views of lists that people keep."""

from typing import ClassVar

from django.db import models

from tocsin.base.ids import new_id
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User


class SavedListView(models.Model):
    """A list's filters, order and columns under a name. `path`: the list in our own URL map; `query`: parameters that it reads.

    `organisation`: the body whose people open it, too; None while it is private. What a reader then sees is asked of the
    reader's own rights, each time it is opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="list_views")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    is_default = models.BooleanField(default=False)  # the list opens with it, for its owner
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["path", "name", "id"]
        indexes: ClassVar = [models.Index(fields=["organisation", "path"], name="list_views_of_a_body")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "path", "name"], name="one_list_view_of_a_name"),
            models.UniqueConstraint(
                fields=["owner", "path"], condition=models.Q(is_default=True), name="one_default_view_of_a_list"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The list with what is kept of it; never the bare address, which leads to the default."""
        return f"{self.path}?{self.query or 'page=1'}"
