"""Addresses under /supplies/."""

from django.urls import path

from tocsin.supplies.stock.views import lots, reservations, stock, stores

urlpatterns = [
    path("", stock.stock, name="supply_stock"),
    path("lots/<uuid:lot_id>/", lots.lot, name="supply_lot"),
    path("lots/<uuid:lot_id>/<str:name>/", lots.act, name="act_on_supply_lot"),
    path("stores/", stores.stores, name="supply_stores"),
    path("stores/register/", stores.register, name="register_supply_store"),
    path("stores/<uuid:store_id>/", stores.store, name="supply_store"),
    path("stores/<uuid:store_id>/<str:name>/", stores.act, name="act_on_supply_store"),
    path("reservations/", reservations.reservations, name="supply_reservations"),
    path("reservations/<uuid:reservation_id>/", reservations.reservation, name="supply_reservation"),
    path("reservations/<uuid:reservation_id>/<str:name>/", reservations.act, name="act_on_supply_reservation"),
]
