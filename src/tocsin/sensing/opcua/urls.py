"""Addresses of servers of OPC UA."""

from django.urls import path

from tocsin.sensing.opcua import views

urlpatterns = [
    path("opcua/", views.opcua_servers, name="opcua_servers"),
    path("opcua/certificate.der", views.opcua_own_certificate, name="opcua_own_certificate"),
    path("opcua/enter/", views.enter_opcua_server, name="enter_opcua_server"),
    path("opcua/<uuid:opcua_server_id>/", views.opcua_server, name="opcua_server"),
    path("opcua/<uuid:opcua_server_id>/read/", views.read_opcua_server, name="read_opcua_server"),
    path("opcua/<uuid:opcua_server_id>/browse/", views.browse_opcua_server, name="browse_opcua_server"),
    path("opcua/<uuid:opcua_server_id>/look/", views.look_at_opcua_server, name="look_at_opcua_server"),
    path("opcua/<uuid:opcua_server_id>/trust/", views.trust_opcua_server, name="trust_opcua_server"),
    path("opcua/<uuid:opcua_server_id>/change/", views.change_opcua_server, name="change_opcua_server"),
    path("opcua/<uuid:opcua_server_id>/nodes/", views.change_opcua_nodes, name="change_opcua_nodes"),
    path("opcua/<uuid:opcua_server_id>/table/", views.take_opcua_table, name="take_opcua_table"),
    path("opcua/<uuid:opcua_server_id>/withdraw/", views.withdraw_opcua_server, name="withdraw_opcua_server"),
]
