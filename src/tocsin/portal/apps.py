from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tocsin.portal"

    def ready(self) -> None:
        """Registers the checks; errors are told in the reader's language, new keys are taken up and columns hashed quickly, from
        here on.
        """
        from django.core.signals import request_started
        from django.utils.translation import gettext

        from tocsin.base.errors import use_translation
        from tocsin.portal import checks  # noqa: F401 - importing is registering
        from tocsin.portal.columns import hash_columns_quickly

        hash_columns_quickly()
        use_translation(gettext)
        request_started.connect(take_up_new_keys)


def take_up_new_keys(**_signal: object) -> None:
    """Django's own key follows the data folder's secret (`tocsin keys rotate`); all other keys are looked up at each use."""
    from django.conf import settings

    from tocsin.base.keys import session_secrets

    secret, earlier = session_secrets()
    if secret != settings.SECRET_KEY:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secret, earlier
