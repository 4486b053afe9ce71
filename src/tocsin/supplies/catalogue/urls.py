"""Addresses under /supplies/items/."""

from django.urls import path

from tocsin.supplies.catalogue.views import items

urlpatterns = [
    path("", items.items, name="supply_items"),
    path("register/", items.register, name="register_supply_item"),
    path("shipped/", items.take_shipped, name="take_shipped_supply_items"),
    path("<uuid:item_id>/", items.item, name="supply_item"),
    path("<uuid:item_id>/<str:name>/", items.act, name="act_on_supply_item"),
]
