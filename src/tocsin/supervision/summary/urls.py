"""Addresses under /supervision/."""

from django.urls import path

from tocsin.supervision.summary import views as summary

urlpatterns = [path("", summary.summary, name="supervision_summary")]
