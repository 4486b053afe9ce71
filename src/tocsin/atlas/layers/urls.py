"""Addresses under /map/."""

from django.urls import path

from tocsin.atlas.layers.views import ground, page, selection, tiles

urlpatterns = [
    path("", page.one_map, name="one_map"),
    path("base.json", ground.base, name="base_map"),
    path("ground/<str:version>/<int:z>/<int:x>/<int:y>", ground.tile, name="ground_tile"),
    path("tiles/<str:names>/<int:z>/<int:x>/<int:y>", tiles.tile, name="map_tile"),
    path("box/<str:names>", tiles.box, name="map_box"),
    path("select/", selection.choose, name="map_select"),
    path("select/rows/", selection.rows, name="map_select_rows"),
    path("select/table/", selection.table, name="map_select_table"),
]
