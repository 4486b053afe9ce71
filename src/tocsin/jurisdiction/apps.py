from django.apps import AppConfig


class JurisdictionConfig(AppConfig):
    name = "tocsin.jurisdiction"
