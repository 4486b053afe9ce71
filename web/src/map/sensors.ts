/** Sensors: hollow grey rings, in clusters at low zoom. Their health shows in the ring, never in the colours of alarms. */
import type { FeatureCollection, Point } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { SensorProperties } from "../types";
import { colours, FONT } from "./style";

/** Above so many sensors they stay in clusters until the streets are near: more points than that make panning slow. */
const MOST_SINGLE = 5000;
export const SENSOR_LAYERS = ["sensors", "sensor-clusters", "sensor-cluster-counts"];

export function addSensors(map: MapLibre, sensors: FeatureCollection<Point, SensorProperties>): void {
  const colour = colours();
  map.addSource("sensors", {
    type: "geojson",
    data: sensors,
    promoteId: "index",
    cluster: true,
    clusterMaxZoom: sensors.features.length > MOST_SINGLE ? 16 : 13,
    clusterRadius: 46,
  });
  map.addLayer({
    id: "sensor-clusters",
    type: "circle",
    source: "sensors",
    filter: ["has", "point_count"],
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 8, 200, 17],
      "circle-color": colour.halo!,
      "circle-opacity": 0.75,
      "circle-stroke-color": colour.border!,
      "circle-stroke-width": 1.3,
    },
  });
  map.addLayer({
    id: "sensor-cluster-counts",
    type: "symbol",
    source: "sensors",
    filter: ["has", "point_count"],
    layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONT, "text-size": 10 },
    paint: { "text-color": colour.label! },
  });
  map.addLayer({
    id: "sensors",
    type: "symbol",
    source: "sensors",
    filter: ["!", ["has", "point_count"]],
    layout: {
      "icon-image": ["match", ["get", "health"], ["good", "unknown"], "sensor-good", "silent", "sensor-silent", "sensor-fault"],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 13, 0.75, 17, 1.15],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
    },
  });
}

/** A change of health, for many sensors at once. */
export function showHealth(map: MapLibre, changes: [index: number, health: string][]): void {
  map.getSource<GeoJSONSource>("sensors")?.updateData({
    update: changes.map(([index, health]) => ({ id: index, addOrUpdateProperties: [{ key: "health", value: health }] })),
  });
}
