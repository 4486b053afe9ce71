/** The way from a possible cause to the place of the alarm: the segment at fault, the course along the networks, the evidence. */
import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { LngLat, LngLatBounds } from "maplibre-gl";
import type { Alarm, Hypothesis } from "../types";
import { token } from "../theme";
import { text } from "../texts";
import { asDrawn, offsetAtZoom, type AssetFeature } from "./networks";
import { EMPTY, FONT, colours } from "./style";

export function addWay(map: MapLibre): void {
  map.addSource("way", { type: "geojson", data: EMPTY });
  const accent = token("accent");
  const cause = token("orange");
  map.addLayer({
    id: "way-casing",
    type: "line",
    source: "way",
    filter: ["==", ["get", "part"], "course"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colours().halo!, "line-width": 8, "line-opacity": 0.85 },
  });
  map.addLayer({
    id: "way-course",
    type: "line",
    source: "way",
    filter: ["==", ["get", "part"], "course"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": accent, "line-width": 3.5 },
  });
  map.addLayer({
    id: "way-air",
    type: "line",
    source: "way",
    filter: ["==", ["get", "part"], "nearness"],
    paint: { "line-color": accent, "line-width": 2, "line-dasharray": [2, 2] },
  });
  map.addLayer({
    id: "way-segment",
    type: "line",
    source: "way",
    filter: ["==", ["get", "part"], "segment"],
    layout: { "line-cap": "round" },
    paint: { "line-color": cause, "line-width": 6, "line-offset": offsetAtZoom(["get", "offset"]) },
  });
  map.addLayer({
    id: "way-place",
    type: "circle",
    source: "way",
    filter: ["==", ["get", "part"], "place"],
    paint: { "circle-radius": 8, "circle-color": colours().halo!, "circle-stroke-color": cause, "circle-stroke-width": 3.5 },
  });
  map.addLayer({
    id: "way-evidence",
    type: "circle",
    source: "way",
    filter: ["in", ["get", "part"], ["literal", ["for", "against"]]],
    paint: {
      "circle-radius": 7,
      "circle-color": ["case", ["==", ["get", "part"], "for"], token("good"), token("text-faint")],
      "circle-stroke-color": colours().halo!,
      "circle-stroke-width": 1.5,
    },
  });
  map.addLayer({
    id: "way-evidence-signs",
    type: "symbol",
    source: "way",
    filter: ["in", ["get", "part"], ["literal", ["for", "against"]]],
    layout: {
      "text-field": ["case", ["==", ["get", "part"], "for"], "+", "−"],
      "text-font": FONT,
      "text-size": 13,
      "text-allow-overlap": true,
    },
    paint: { "text-color": token("ground") },
  });
  map.addLayer({
    id: "way-label",
    type: "symbol",
    source: "way",
    filter: ["==", ["get", "part"], "place"],
    layout: {
      "text-field": ["get", "label"],
      "text-font": FONT,
      "text-size": 13,
      "text-anchor": "top",
      "text-offset": [0, 1.1],
      "text-allow-overlap": true,
      "text-max-width": 14,
    },
    paint: { "text-color": token("text"), "text-halo-color": colours().halo!, "text-halo-width": 2.4 },
  });
}

export function clearWay(map: MapLibre): void {
  map.getSource<GeoJSONSource>("way")?.setData(EMPTY);
}

/** Draws one hypothesis and returns the bounds of alarm and cause; null where the hypothesis has no place. */
export function showWay(
  map: MapLibre,
  alarm: Alarm,
  hypothesis: Hypothesis,
  asset: AssetFeature | undefined,
): LngLatBounds | null {
  const features: Feature[] = [];
  if (asset) {
    const { geometry, offset } = asDrawn(asset);
    features.push(part("segment", geometry, { offset }));
  }
  if (hypothesis.way_geometry) features.push(part("course", hypothesis.way_geometry));
  for (const one of hypothesis.evidence) {
    if (one.lon !== null && one.lat !== null) features.push(part(one.supports ? "for" : "against", point(one.lon, one.lat)));
  }
  let bounds: LngLatBounds | null = null;
  if (hypothesis.lon !== null && hypothesis.lat !== null && alarm.lon !== null && alarm.lat !== null) {
    const metres = new LngLat(hypothesis.lon, hypothesis.lat).distanceTo(new LngLat(alarm.lon, alarm.lat));
    if (!hypothesis.way_geometry && metres > 1)
      features.push(part("nearness", line([alarm.lon, alarm.lat], [hypothesis.lon, hypothesis.lat])));
    const label = metres > 1 ? `${hypothesis.label}\n${text("distance_m", { metres: Math.round(metres) })}` : hypothesis.label;
    features.push(part("place", point(hypothesis.lon, hypothesis.lat), { label }));
    bounds = new LngLatBounds([alarm.lon, alarm.lat], [alarm.lon, alarm.lat]).extend([hypothesis.lon, hypothesis.lat]);
  }
  const data: FeatureCollection = { type: "FeatureCollection", features };
  map.getSource<GeoJSONSource>("way")?.setData(data);
  return bounds;
}

function part(name: string, geometry: Feature["geometry"], properties: Record<string, unknown> = {}): Feature {
  return { type: "Feature", geometry, properties: { part: name, ...properties } };
}

function point(lon: number, lat: number): Point {
  return { type: "Point", coordinates: [lon, lat] };
}

function line(from: number[], to: number[]): LineString {
  return { type: "LineString", coordinates: [from, to] };
}
