"""Addresses under /resources/."""

from django.urls import path

from tocsin.atlas.resources.views import resources

urlpatterns = [
    path("", resources.resources, name="resources"),
    path("register/", resources.register, name="register_resource"),
    path("take/", resources.take, name="take_resources"),
    path("layers/", resources.layers, name="load_resource_layers"),
    path("<uuid:resource_id>/", resources.resource, name="resource"),
    path("<uuid:resource_id>/contract.yaml", resources.contract, name="resource_contract"),
    path("<uuid:resource_id>/deliver/", resources.upload, name="deliver_resource"),
    path("<uuid:resource_id>/<str:name>/", resources.act, name="act_on_resource"),
]
