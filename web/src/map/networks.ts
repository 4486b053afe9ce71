/** The buried networks: one line layer per kind, beside each other where they share a street, and the streets they lie in.
 *
 * A street has no geometry of its own in the data: it is drawn as a band under the pipes whose two ends stand in it.
 */
import type { Feature, FeatureCollection, LineString } from "geojson";
import type { ExpressionSpecification, Map as MapLibre } from "maplibre-gl";
import { colours, FONT } from "./style";

interface Kind {
  group: string;
  dark: string;
  light: string;
  /** Pixels to the right of the line's course at zoom 17. */
  offset: number;
  dash?: number[];
}

export const KINDS: Record<string, Kind> = {
  gas_main: { group: "gas", dark: "#c7a04a", light: "#a87700", offset: -6 },
  water_main: { group: "water", dark: "#4d8ecb", light: "#2b74b8", offset: 6 },
  heat_main_supply: { group: "heat", dark: "#cf6f7f", light: "#b8485c", offset: 11 },
  heat_main_return: { group: "heat", dark: "#96586c", light: "#a8707f", offset: 14, dash: [3, 1.5] },
  sewer: { group: "drainage", dark: "#93805f", light: "#80693f", offset: 0, dash: [5, 1.5] },
  storm_drain: { group: "drainage", dark: "#4c9691", light: "#2f7d78", offset: -2.5, dash: [1.5, 1.5] },
  power_cable: { group: "power", dark: "#9c82c9", light: "#7454ad", offset: -11, dash: [1, 1.2] },
  telecom_duct: { group: "telecom", dark: "#76879a", light: "#66788b", offset: -15, dash: [2, 2.5] },
};
export const GROUPS = ["gas", "heat", "water", "drainage", "power", "telecom"];

export interface AssetProperties {
  id: string;
  code: string;
  kind: string;
  name?: string;
  street?: string;
  name_en?: string;
  street_zh?: string;
  owner_code?: string;
  from_code?: string;
  to_code?: string;
  [key: string]: unknown;
}
export type AssetFeature = Feature<GeoJSON.Geometry, AssetProperties>;

/** A name of the asset in the page's language where the source gives both ("name", "street"). */
export function nameOf(properties: AssetProperties, what: "name" | "street"): string {
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  return String(properties[`${what}_${language}`] ?? properties[what] ?? "");
}

/** Line layers of a group, for the layers card. */
export function layersOfGroup(group: string): string[] {
  return Object.keys(KINDS)
    .filter((kind) => KINDS[kind]!.group === group)
    .map((kind) => `network-${kind}`);
}

export function colourOfKind(kind: string): string {
  const found = KINDS[kind];
  return found ? found[document.documentElement.dataset.theme === "dark" ? "dark" : "light"] : colours().streetText!;
}

export function addNetworks(map: MapLibre, assets: FeatureCollection<GeoJSON.Geometry, AssetProperties>): void {
  const lines = assets.features
    .filter((one): one is Feature<LineString, AssetProperties> => one.geometry.type === "LineString")
    .map(westToEast);
  const points = assets.features.filter((one) => one.geometry.type === "Point");
  map.addSource("streets", { type: "geojson", data: streets(lines, points) });
  map.addSource("network-lines", { type: "geojson", data: { type: "FeatureCollection", features: lines } });
  map.addSource("network-points", { type: "geojson", data: { type: "FeatureCollection", features: points } });
  const colour = colours();
  map.addLayer(
    {
      id: "streets",
      type: "line",
      source: "streets",
      minzoom: 11,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": colour.street!,
        "line-width": ["interpolate", ["exponential", 1.7], ["zoom"], 11, 1, 14, 9, 17, 44],
      },
    },
    "city-labels",
  );
  for (const [kind, look] of Object.entries(KINDS)) {
    map.addLayer(
      {
        id: `network-${kind}`,
        type: "line",
        source: "network-lines",
        minzoom: 11,
        filter: ["==", ["get", "kind"], kind],
        layout: { "line-cap": look.dash ? "butt" : "round", "line-join": "round" },
        paint: {
          "line-color": colourOfKind(kind),
          "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.5, 14, 1.3, 17, 2.6],
          "line-offset": offsetAtZoom(look.offset),
          ...(look.dash ? { "line-dasharray": look.dash } : {}),
        },
      },
      "city-labels",
    );
  }
  map.addLayer(
    {
      id: "network-points",
      type: "circle",
      source: "network-points",
      minzoom: 14.5,
      filter: ["!=", ["get", "kind"], "building"],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 14.5, 1, 17, 2.6],
        "circle-color": colour.label!,
        "circle-opacity": 0.55,
      },
    },
    "city-labels",
  );
  map.addLayer({
    id: "street-names",
    type: "symbol",
    source: "streets",
    minzoom: 13.2,
    layout: {
      "symbol-placement": "line",
      "text-field": ["get", "street"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10, 17, 14],
      "text-offset": [0, 1.25],
      "symbol-spacing": 420,
      "text-max-angle": 35,
      "text-letter-spacing": 0.06,
    },
    paint: { "text-color": colour.streetText!, "text-halo-color": colour.halo!, "text-halo-width": 1.6 },
  });
}

/** An offset in pixels at zoom 17 (a figure, or an expression of the feature) as it shrinks with the zoom. */
export function offsetAtZoom(offset: number | ExpressionSpecification): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.7], ["zoom"], 11, 0, 14, ["/", offset, 4.5], 17, offset] as ExpressionSpecification;
}

/** The asset's line where the map draws it: turned, with its kind's offset. */
export function asDrawn(asset: AssetFeature): { geometry: GeoJSON.Geometry; offset: number } {
  const turned = asset.geometry.type === "LineString" ? westToEast(asset as Feature<LineString, AssetProperties>) : asset;
  return { geometry: turned.geometry, offset: KINDS[asset.properties.kind]?.offset ?? 0 };
}

/** Every line runs the same way, so that an offset to the right is the same side of the street for all. */
function westToEast(line: Feature<LineString, AssetProperties>): Feature<LineString, AssetProperties> {
  const course = line.geometry.coordinates;
  const first = course[0]!;
  const last = course.at(-1)!;
  const turned = last[0]! - first[0]! < -1e-6 || (Math.abs(last[0]! - first[0]!) <= 1e-6 && last[1]! < first[1]!);
  return turned ? { ...line, geometry: { type: "LineString", coordinates: [...course].reverse() } } : line;
}

/** Bands: the pipes of a street joined end to end, so that its name finds a long line to stand on. */
function streets(
  lines: Feature<LineString, AssetProperties>[],
  points: AssetFeature[],
): FeatureCollection<LineString, { street: string }> {
  const standing = points.filter((point) => point.properties.kind !== "building"); // a premises' own pipe is no street
  const streetOf = new Map(standing.map((point) => [point.properties.code, nameOf(point.properties, "street")]));
  const pieces = new Map<string, number[][][]>();
  for (const line of lines) {
    const from = streetOf.get(line.properties.from_code ?? "");
    const street = from && from === streetOf.get(line.properties.to_code ?? "") ? from : "";
    if (!street || ["power_cable", "telecom_duct"].includes(line.properties.kind)) continue;
    pieces.set(street, [...(pieces.get(street) ?? []), line.geometry.coordinates]);
  }
  const features = [...pieces].flatMap(([street, courses]) => courses.map((coordinates) => band(street, coordinates)));
  return { type: "FeatureCollection", features };
}

function band(street: string, coordinates: number[][]): Feature<LineString, { street: string }> {
  return { type: "Feature", geometry: { type: "LineString", coordinates }, properties: { street } };
}
