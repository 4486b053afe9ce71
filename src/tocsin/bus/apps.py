from django.apps import AppConfig
from django.db.backends.signals import connection_created


class BusConfig(AppConfig):
    name = "tocsin.bus"

    def ready(self) -> None:
        """Every connection of the database notes what it writes."""
        from tocsin.bus.news import note_writes

        connection_created.connect(note_writes)
