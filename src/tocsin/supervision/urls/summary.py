"""Addresses under /supervision/."""

from django.urls import path

from tocsin.supervision.views import summary

urlpatterns = [path("", summary.summary, name="supervision_summary")]
