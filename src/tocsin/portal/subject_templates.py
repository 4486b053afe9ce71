"""Templates lie beside the code of their subject."""

from collections.abc import Iterator

from django.template import Origin
from django.template.loaders.filesystem import Loader as FilesystemLoader


class Loader(FilesystemLoader):
    """Finds the template `command/duty/shift.html` in the file `command/duty/templates/shift.html` of the package."""

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        """Where a template of this name may lie."""
        folder, _, name = template_name.rpartition("/")
        for origin in super().get_template_sources(f"{folder}/templates/{name}"):
            origin.template_name = template_name
            yield origin
