"""Addresses under /orders/: orders of cases, and what desks enter."""

from django.urls import path

from tocsin.command.units.views import orders

urlpatterns = [
    path("", orders.orders, name="orders"),
    path("orders.csv", orders.orders_csv, name="orders_csv"),
    path("send/<uuid:case_id>/", orders.send, name="send_order"),
    path("<uuid:order_id>/enter/", orders.enter, name="enter_order"),
    path("<str:number>/", orders.order, name="order"),
]
