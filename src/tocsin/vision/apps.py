from django.apps import AppConfig


class VisionConfig(AppConfig):
    name = "tocsin.vision"
