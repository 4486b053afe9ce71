from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    name = "tocsin.supplies"
