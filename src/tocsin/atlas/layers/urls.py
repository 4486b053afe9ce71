"""Addresses under /map/."""

from django.urls import path

from tocsin.atlas.layers.views import ground, ground_files, page, saved_views, selection, terrain, tiles

urlpatterns = [
    path("", page.one_map, name="one_map"),
    path("base.json", ground.base, name="base_map"),
    path("ground/", ground_files.ground_page, name="map_ground"),
    path("ground/load/", ground_files.load, name="load_map_ground"),
    path("ground/<str:version>/<int:z>/<int:x>/<int:y>", ground.tile, name="ground_tile"),
    path("terrain/load/", terrain.load, name="load_map_terrain"),
    path("terrain/height/", terrain.height, name="map_height"),
    path("terrain/profile/", terrain.profile, name="map_profile"),
    path("terrain/<str:version>/<int:z>/<int:x>/<int:y>", terrain.tile, name="terrain_tile"),
    path("tiles/<str:names>/<int:z>/<int:x>/<int:y>", tiles.tile, name="map_tile"),
    path("box/<str:names>", tiles.box, name="map_box"),
    path("views/", saved_views.save, name="save_view"),
    path("views/<uuid:saved_view_id>/", saved_views.open_view, name="saved_view"),
    path("views/<uuid:saved_view_id>/<str:name>/", saved_views.act_on_view, name="act_on_saved_view"),
    path("select/", selection.choose, name="map_select"),
    path("select/rows/", selection.rows, name="map_select_rows"),
    path("select/table/", selection.table, name="map_select_table"),
]
