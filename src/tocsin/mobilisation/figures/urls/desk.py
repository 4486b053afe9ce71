"""Addresses under /hazard-reports/figures/: the desk's own figures, and publishing."""

from django.urls import path

from tocsin.mobilisation.figures.views import desk

urlpatterns = [
    path("", desk.figures, name="exact_hazard_figures"),
    path("publish/", desk.publish, name="publish_hazard_figures"),
]
