from django.apps import AppConfig


class JurisdictionConfig(AppConfig):
    name = "tocsin.jurisdiction"

    def ready(self) -> None:
        """Whichever way a session begins, its clock begins with it."""
        from django.contrib.auth.signals import user_logged_in

        from tocsin.jurisdiction.people.services.sessions import begin_clock

        user_logged_in.connect(begin_clock)
