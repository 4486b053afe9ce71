"""Addresses under /presence/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
