from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tocsin.portal"

    def ready(self) -> None:
        """Registers the checks."""
        from tocsin.portal import checks  # noqa: F401 - importing is registering
