from django.apps import AppConfig


class LifelinesConfig(AppConfig):
    name = "tocsin.lifelines"
