from django.apps import AppConfig


class SensingConfig(AppConfig):
    name = "tocsin.sensing"
