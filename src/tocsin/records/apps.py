from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tocsin.records"

    def ready(self) -> None:
        """From here on acts upon rights are written down."""
        from tocsin.jurisdiction.events import keep_with
        from tocsin.records.services import record_rights_act

        keep_with(record_rights_act)
