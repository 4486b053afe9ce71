"""Addresses under /waiting/."""

from django.urls import path

from tocsin.notices.waiting import views

urlpatterns = [path("", views.waiting, name="waiting"), path("count/", views.count, name="waiting_count")]
