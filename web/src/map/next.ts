/** What could happen next on the map: sites at risk, the zone advised, valves to close and what then is without service. */
import type { Feature, FeatureCollection, LineString, Point, Polygon } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { LngLatBounds } from "maplibre-gl";
import { text } from "../texts";
import { token } from "../theme";
import type { Outlook, Risk } from "../types";
import { asDrawn, offsetAtZoom, type AssetFeature } from "./networks";
import { EMPTY, FONT, colours } from "./style";

/** What is drawn: the risks, or one plan of valves ("isolation.plan"). */
export type Shown = "risks" | `${number}.${number}`;

const MOST_LABELS = 3;
const METRES_PER_DEGREE = 111_194.93;

export function addNext(map: MapLibre): void {
  map.addSource("next", { type: "geojson", data: EMPTY });
  const halo = colours().halo!;
  const part = (...names: string[]): ["in", unknown, unknown] => ["in", ["get", "part"], ["literal", names]];
  const filter = (...names: string[]): never => part(...names) as never;
  map.addLayer({
    id: "next-zone",
    type: "fill",
    source: "next",
    filter: filter("cordon"),
    paint: { "fill-color": token("red"), "fill-opacity": 0.09 },
  });
  map.addLayer({
    id: "next-zone-edge",
    type: "line",
    source: "next",
    filter: filter("cordon"),
    paint: { "line-color": token("red"), "line-width": 1.8, "line-dasharray": [4, 3] },
  });
  map.addLayer({
    id: "next-lost",
    type: "line",
    source: "next",
    filter: filter("lost"),
    layout: { "line-cap": "round" },
    paint: {
      "line-color": token("text-muted"),
      "line-width": 5,
      "line-opacity": 0.75,
      "line-offset": offsetAtZoom(["get", "offset"]),
    },
  });
  map.addLayer({
    id: "next-reach",
    type: "line",
    source: "next",
    filter: filter("reach"),
    paint: { "line-color": token("orange"), "line-width": 1.6, "line-dasharray": [2, 2], "line-opacity": 0.9 },
  });
  map.addLayer({
    id: "next-sites",
    type: "symbol",
    source: "next",
    filter: filter("site"),
    layout: {
      "icon-image": "next-site",
      "icon-allow-overlap": true,
      "icon-size": ["case", ["get", "first"], 1.15, 0.8],
      "symbol-sort-key": ["case", ["get", "first"], 1, 0],
    },
    paint: { "icon-opacity": ["case", ["get", "first"], 1, 0.75] },
  });
  map.addLayer({
    id: "next-valves",
    type: "circle",
    source: "next",
    filter: filter("valve"),
    paint: { "circle-radius": 11, "circle-color": token("accent"), "circle-stroke-color": halo, "circle-stroke-width": 2 },
  });
  map.addLayer({
    id: "next-numbers",
    type: "symbol",
    source: "next",
    filter: filter("valve"),
    layout: { "text-field": ["get", "number"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
    paint: { "text-color": token("ground") },
  });
  map.addLayer({
    id: "next-labels",
    type: "symbol",
    source: "next",
    filter: filter("site", "cordon-label", "valve"),
    layout: {
      "text-field": ["get", "label"],
      "text-font": FONT,
      "text-size": 12.5,
      "text-anchor": ["match", ["get", "part"], "cordon-label", "bottom", "top"],
      "text-offset": ["match", ["get", "part"], "cordon-label", ["literal", [0, -0.4]], ["literal", [0, 1.1]]],
      "text-max-width": 14,
      "text-optional": true,
    },
    paint: { "text-color": token("text"), "text-halo-color": halo, "text-halo-width": 2.2 },
  });
}

export function clearNext(map: MapLibre): void {
  map.getSource<GeoJSONSource>("next")?.setData(EMPTY);
}

/** Draws the risks or one plan, and returns the bounds of what matters: of the risks the first site of each kind; null where there is nothing. */
export function showNext(
  map: MapLibre,
  outlook: Outlook,
  shown: Shown,
  assetOfCode: Map<string, AssetFeature>,
): LngLatBounds | null {
  const features = shown === "risks" ? risks(outlook, assetOfCode) : plan(outlook, shown, assetOfCode);
  const data: FeatureCollection = { type: "FeatureCollection", features };
  map.getSource<GeoJSONSource>("next")?.setData(data);
  const points = features
    .filter((one) => one.properties?.first !== false && one.properties?.part !== "reach")
    .flatMap((one) => corners(one.geometry));
  if (!points.length) return null;
  return points.reduce((bounds, point) => bounds.extend(point), new LngLatBounds(points[0]!, points[0]!));
}

function risks(outlook: Outlook, assetOfCode: Map<string, AssetFeature>): Feature[] {
  const features: Feature[] = [];
  if (outlook.cordon) {
    const { lon, lat, radius_m: radius } = outlook.cordon;
    features.push(feature("cordon", circle(lon, lat, radius)));
    features.push(
      feature("cordon-label", point(lon, lat + radius / METRES_PER_DEGREE), { label: text("next_cordon", { metres: radius }) }),
    );
  }
  const seen = new Set<string>();
  for (const risk of outlook.risks) {
    const first = !seen.has(risk.event) && seen.size < MOST_LABELS;
    seen.add(risk.event);
    features.push(feature("site", point(risk.lon, risk.lat), { first, label: first ? `${risk.label}\n${risk.likelihood}` : "" }));
    const from = first ? before(risk, assetOfCode) : null;
    if (from) features.push(feature("reach", line(from, [risk.lon, risk.lat])));
  }
  return features;
}

/** Where the step before the last one stood. */
function before(risk: Risk, assetOfCode: Map<string, AssetFeature>): number[] | null {
  const code = risk.steps.at(-2)?.asset_code;
  const geometry = code && code !== risk.asset_code ? assetOfCode.get(code)?.geometry : undefined;
  return geometry?.type === "Point" ? geometry.coordinates : null;
}

function plan(outlook: Outlook, shown: Shown, assetOfCode: Map<string, AssetFeature>): Feature[] {
  const [which, number] = shown.split(".").map(Number);
  const chosen = outlook.isolation[which!]?.plans[number!];
  if (!chosen) return [];
  const lost = chosen.line_codes.map((code) => assetOfCode.get(code)).filter((one) => one !== undefined);
  return [
    ...lost.map((one) => {
      const { geometry, offset } = asDrawn(one);
      return feature("lost", geometry, { offset });
    }),
    ...chosen.valves.map((valve) =>
      feature("valve", point(valve.lon, valve.lat), { number: String(valve.number), label: valve.name }),
    ),
  ];
}

function corners(geometry: Feature["geometry"]): [number, number][] {
  if (geometry.type === "Point") return [geometry.coordinates as [number, number]];
  if (geometry.type === "LineString") return geometry.coordinates as [number, number][];
  return geometry.type === "Polygon" ? (geometry.coordinates[0] as [number, number][]) : [];
}

function circle(lon: number, lat: number, radius: number): Polygon {
  const north = radius / METRES_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const ring = Array.from({ length: 65 }, (_, step) => {
    const angle = (Math.PI * 2 * step) / 64;
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)];
  });
  return { type: "Polygon", coordinates: [ring] };
}

function feature(name: string, geometry: Feature["geometry"], properties: Record<string, unknown> = {}): Feature {
  return { type: "Feature", geometry, properties: { part: name, ...properties } };
}

function point(lon: number, lat: number): Point {
  return { type: "Point", coordinates: [lon, lat] };
}

function line(from: number[], to: number[]): LineString {
  return { type: "LineString", coordinates: [from, to] };
}
