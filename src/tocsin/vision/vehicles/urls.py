"""Addresses under /vision/vehicles/."""

from django.urls import path

from tocsin.vision.vehicles import views

urlpatterns = [
    path("", views.loading_orders, name="loading_orders"),
    path("enter/", views.enter, name="enter_loading_order"),
    path("readings/", views.plate_readings, name="plate_readings"),
    path("readings/<uuid:plate_reading_id>/accept/", views.accept, name="accept_plate"),
    path("<uuid:loading_order_id>/", views.loading_order, name="loading_order"),
    path("<uuid:loading_order_id>/<str:name>/", views.act, name="act_on_loading_order"),
]
