from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tocsin.portal"

    def ready(self) -> None:
        """Registers the checks; errors are told in the reader's language from here on."""
        from django.utils.translation import gettext

        from tocsin.base.errors import use_translation
        from tocsin.portal import checks  # noqa: F401 - importing is registering

        use_translation(gettext)
