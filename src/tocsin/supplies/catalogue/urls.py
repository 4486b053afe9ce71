"""Addresses under /supplies/items/."""

from django.urls import path

from tocsin.supplies.catalogue import views

urlpatterns = [
    path("", views.items, name="supply_items"),
    path("register/", views.register, name="register_supply_item"),
    path("shipped/", views.take_shipped, name="take_shipped_supply_items"),
    path("<uuid:item_id>/", views.item, name="supply_item"),
    path("<uuid:item_id>/<str:name>/", views.act, name="act_on_supply_item"),
]
