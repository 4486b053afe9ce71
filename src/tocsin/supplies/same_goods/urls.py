"""Addresses under /supplies/same-goods/."""

from django.urls import path

from tocsin.supplies.same_goods import views

urlpatterns = [
    path("", views.pairs, name="same_goods"),
    path("<uuid:same_goods_id>/<str:name>/", views.act, name="decide_same_goods"),
]
