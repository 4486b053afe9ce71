from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tocsin.records"

    def ready(self) -> None:
        """From here on acts upon rights are written down, and rosters know China's working days."""
        from tocsin.jurisdiction.events import keep_with
        from tocsin.jurisdiction.policy import use_calendar
        from tocsin.records.policy import working_days
        from tocsin.records.services import record_rights_act

        keep_with(record_rights_act)
        use_calendar(lambda day: working_days().kind(day).is_worked)
