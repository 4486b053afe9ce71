"""Addresses under /hazard/figures/, for everybody."""

from django.urls import path

from tocsin.mobilisation.figures.views import public

urlpatterns = [
    path("", public.figures, name="hazard_figures"),
    path("feed.atom", public.feed, name="hazard_figures_feed"),
    path("data.json", public.data, name="hazard_figures_data"),
]
