/** Open alarms on the map, in shape and colour of their level; the selected one has a pulsing marker of its own. */
import type { FeatureCollection, Point } from "geojson";
import { Marker, type GeoJSONSource, type Map as MapLibre } from "maplibre-gl";
import { isUnacknowledged, type Alarms } from "../alarms";
import { levelName, type Alarm } from "../types";

let selected: Marker | null = null;

export function addAlarms(map: MapLibre, alarms: Alarms): void {
  map.addSource("alarms", { type: "geojson", data: points(alarms.shown()) });
  map.addLayer({
    id: "alarms",
    type: "symbol",
    source: "alarms",
    layout: {
      "icon-image": ["concat", "level-", ["get", "level"]],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.7, 15, 1],
      "symbol-sort-key": ["get", "rank"],
      "symbol-z-order": "auto",
    },
    paint: { "icon-opacity": ["case", ["get", "unacknowledged"], 1, 0.75] },
  });
}

export function showAlarms(map: MapLibre, alarms: Alarms): void {
  map.getSource<GeoJSONSource>("alarms")?.setData(points(alarms.shown()));
}

/** Puts the pulse round an alarm, or takes it away. */
export function markSelected(map: MapLibre, alarm: Alarm | undefined): void {
  selected?.remove();
  selected = null;
  if (!alarm || alarm.lon === null || alarm.lat === null) return;
  const element = document.createElement("div");
  element.className = `pulse ${levelName(alarm.shown_level)}`;
  selected = new Marker({ element }).setLngLat([alarm.lon, alarm.lat]).addTo(map);
}

function points(alarms: Alarm[]): FeatureCollection<Point> {
  return {
    type: "FeatureCollection",
    features: alarms
      .filter((alarm) => alarm.lon !== null && alarm.lat !== null)
      .map((alarm) => ({
        type: "Feature",
        geometry: { type: "Point", coordinates: [alarm.lon!, alarm.lat!] },
        properties: {
          id: alarm.id,
          level: levelName(alarm.shown_level),
          rank: alarm.shown_level,
          unacknowledged: isUnacknowledged(alarm),
        },
      })),
  };
}
