"""Addresses under /handbook/."""

from django.urls import path

from tocsin.records.handbook import views

urlpatterns = [
    path("", views.handbook, name="handbook"),
    path("<slug:slug>/", views.chapter, name="handbook_chapter"),
]
