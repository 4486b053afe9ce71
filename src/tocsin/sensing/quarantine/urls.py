"""Address of what could not be read."""

from django.urls import path

from tocsin.sensing.quarantine import views as quarantine_views

urlpatterns = [
    path("quarantine/", quarantine_views.quarantine, name="quarantine"),
]
