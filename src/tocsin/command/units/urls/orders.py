"""Addresses under /orders/: orders of cases, and what desks enter."""

from django.urls import path

from tocsin.command.units import views

urlpatterns = [
    path("", views.orders, name="orders"),
    path("orders.csv", views.orders_csv, name="orders_csv"),
    path("send/<uuid:case_id>/", views.send, name="send_order"),
    path("send-proposed/<uuid:case_id>/", views.send_proposed, name="send_proposed_orders"),
    path("units/<uuid:case_id>/", views.units, name="units_to_send"),
    path("<uuid:order_id>/entries/", views.entries, name="order_entries"),
    path("<uuid:order_id>/form/", views.entry_form, name="order_entry_form"),
    path("<uuid:order_id>/lead/", views.lead, name="lead_order"),
    path("<uuid:order_id>/undo/", views.undo, name="undo_order"),
    path("<uuid:order_id>/enter/", views.enter, name="enter_order"),
    path("<str:number>/map.svg", views.order_map, name="order_map"),
    path("<str:number>/", views.order, name="order"),
]
