"""Addresses under /supplies/stocktakes/."""

from django.urls import path

from tocsin.supplies.stocktakes.views import takes

urlpatterns = [
    path("", takes.stocktakes, name="supply_stocktakes"),
    path("open/", takes.open_take, name="open_supply_stocktake"),
    path("<uuid:stocktake_id>/", takes.stocktake, name="supply_stocktake"),
    path("<uuid:stocktake_id>/<str:name>/", takes.act, name="act_on_supply_stocktake"),
]
