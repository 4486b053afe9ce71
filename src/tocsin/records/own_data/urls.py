"""The address of one's own data, beside the account."""

from django.urls import path

from tocsin.records.own_data import views

urlpatterns = [path("account/own-data/", views.own_data, name="own_data")]
