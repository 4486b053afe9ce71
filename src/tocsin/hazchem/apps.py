from django.apps import AppConfig


class HazchemConfig(AppConfig):
    name = "tocsin.hazchem"
