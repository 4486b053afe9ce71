"""Where this installation keeps its history."""

from pathlib import Path

from django.conf import settings

from tocsin.sensing.history.queries.commits import as_the_store_was_found
from tocsin.sensing.history.queries.places import Bucket, Folder, Place

FOLDER = "history"


def folder_of(data: Path) -> Folder:
    """Where the history lies as installed."""
    return Folder(data / FOLDER)


def place_of(data: Path) -> Place:
    """Where the installation with this data folder keeps its history: there, or in the store that is configured."""
    store = settings.CONFIGURATION.history_store
    return folder_of(data) if store is None else Bucket(store, as_the_store_was_found)
