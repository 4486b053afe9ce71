"""Addresses under /ogc/features/."""

from django.urls import path

from tocsin.atlas.exchange.views import features

urlpatterns = [
    path("", features.landing, name="features"),
    path("conformance", features.conformance, name="features_conformance"),
    path("api", features.api, name="features_api"),
    path("collections", features.collections, name="features_collections"),
    path("collections/<str:name>", features.collection, name="features_collection"),
    path("collections/<str:name>/queryables", features.queryables, name="features_queryables"),
    path("collections/<str:name>/sortables", features.sortables, name="features_sortables"),
    path("collections/<str:name>/download", features.download, name="features_download"),
    path("collections/<str:name>/items", features.items, name="features_items"),
    path("collections/<str:name>/items/<path:key>", features.item, name="features_item"),
]
