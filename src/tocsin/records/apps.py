from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tocsin.records"

    def ready(self) -> None:
        """From here on acts upon rights are written down, policy is what the installation says, and rosters know China's working
        days.
        """
        from tocsin.base.policy import use_versions
        from tocsin.jurisdiction.face import use_calendar
        from tocsin.jurisdiction.rights.events import keep_with
        from tocsin.records.audit.services import record_rights_act
        from tocsin.records.calendar.policy import working_days
        from tocsin.records.versions.queries import in_force

        use_versions(in_force)
        keep_with(record_rights_act)
        use_calendar(lambda day: working_days().kind(day).is_worked)
