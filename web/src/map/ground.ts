/** The city's own ground as a style: water, woods, parks, blocks, buildings, rails, roads and names, from vector tiles of the server. */
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import { colours, FONT } from "./style";

type Colours = Record<string, string>;
const DARK: Colours = {
  sea: "#0c1a2a",
  water: "#10263b",
  wood: "#142a24",
  park: "#17342b",
  residential: "#1a2837",
  commercial: "#202b40",
  industrial: "#222a3a",
  public: "#262c40",
  building: "#26384e",
  buildingEdge: "#31475f",
  rail: "#5b6f86",
  trunk: "#42597a",
  major: "#34485f",
  minor: "#2a3b4f",
  lane: "#2a3b4f",
  casing: "#111b27",
  roadText: "#9db1c8",
  parkText: "#6fb08e",
  waterText: "#5f9ccb",
  placeText: "#c3d2e2",
};
const LIGHT: Colours = {
  sea: "#c4dcec",
  water: "#b9d7ea",
  wood: "#d9e9d2",
  park: "#cbe6c8",
  residential: "#eceff2",
  commercial: "#f4ebe0",
  industrial: "#e8e6ee",
  public: "#f4eed9",
  building: "#dadfe5",
  buildingEdge: "#c4ccd5",
  rail: "#8d9aa8",
  trunk: "#fbe3a6",
  major: "#ffffff",
  minor: "#ffffff",
  lane: "#ffffff",
  casing: "#c9d1da",
  roadText: "#566577",
  parkText: "#3c7a50",
  waterText: "#33719e",
  placeText: "#36485b",
};
const RANKS = ["lane", "minor", "major", "trunk"];
const WIDTHS: Record<string, [number, number, number]> = {
  trunk: [2.2, 8, 44],
  major: [1, 6, 32],
  minor: [0.4, 3.2, 20],
  lane: [0.2, 1.6, 10],
};

export function groundColours(): Colours {
  return document.documentElement.dataset.theme === "dark" ? DARK : LIGHT;
}

/** The version of the city's own ground, as the frame of the page tells it; empty where there is none, and on pages for everybody. */
export function cityGround(): string {
  return document.documentElement.dataset.ground ?? "";
}

/** Adds the ground above the land; roads and names lie above it in their order. Nothing where the installation has none. */
export function addGround(map: MapLibre, version: string): void {
  if (!version) return;
  map.addSource("ground", {
    type: "vector",
    tiles: [`${location.origin}/map/ground/${version}/{z}/{x}/{y}`],
    minzoom: 6,
    maxzoom: 15,
  });
  for (const layer of below()) map.addLayer(layer, "county-lines");
  for (const layer of names()) map.addLayer(layer);
}

function width(rank: string, more = 0): ExpressionSpecification {
  const [far, near, close] = WIDTHS[rank]!;
  return [
    "interpolate",
    ["exponential", 1.6],
    ["zoom"],
    10,
    far + more / 2,
    14,
    near + more,
    17.5,
    close + more,
  ] as ExpressionSpecification;
}

function below(): LayerSpecification[] {
  const colour = groundColours();
  const fill = (id: string, part: string, paint: object): LayerSpecification =>
    ({ id, type: "fill", source: "ground", "source-layer": part, paint }) as LayerSpecification;
  const uses = ["commercial", "industrial", "public"].flatMap((use) => [use, colour[use]!]);
  const roads = (what: "casing" | "road"): LayerSpecification[] =>
    RANKS.map((rank) => ({
      id: `ground-${what}-${rank}`,
      type: "line",
      source: "ground",
      "source-layer": "road",
      filter: ["==", ["get", "kind"], rank],
      layout: { "line-cap": what === "road" ? "round" : "butt", "line-join": "round" },
      paint: {
        "line-color": what === "road" ? colour[rank]! : colour.casing!,
        "line-width": width(rank, what === "road" ? 0 : 2),
      },
    }));
  return [
    fill("ground-sea", "sea", { "fill-color": colour.sea }),
    fill("ground-wood", "wood", { "fill-color": colour.wood }),
    fill("ground-water", "water", { "fill-color": colour.water }),
    fill("ground-block", "block", {
      "fill-color": ["match", ["get", "kind"], ...uses, colour.residential],
      "fill-opacity": ["interpolate", ["linear"], ["zoom"], 11.5, 0.4, 13, 1],
    }),
    fill("ground-park", "park", { "fill-color": colour.park }),
    {
      ...fill("ground-pond", "water", { "fill-color": colour.water }),
      filter: ["==", ["get", "kind"], "pond"],
    } as LayerSpecification,
    {
      id: "ground-building",
      type: "fill",
      source: "ground",
      "source-layer": "building",
      minzoom: 13.2,
      paint: {
        "fill-color": colour.building!,
        "fill-outline-color": colour.buildingEdge!,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13.2, 0.2, 14.5, 1],
      },
    },
    ...roads("casing"),
    ...roads("road"),
    {
      id: "ground-rail",
      type: "line",
      source: "ground",
      "source-layer": "rail",
      paint: { "line-color": colour.rail!, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1, 14, 3, 17, 6] },
    },
    {
      id: "ground-sleepers",
      type: "line",
      source: "ground",
      "source-layer": "rail",
      minzoom: 11,
      paint: {
        "line-color": colours().land!,
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.8, 14, 1.8, 17, 4],
        "line-dasharray": [4, 4],
      },
    },
  ];
}

function names(): LayerSpecification[] {
  const colour = groundColours();
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const halo = colours().halo!;
  const place = (id: string, kinds: string[], from: number, size: number, text: string, spacing: number): LayerSpecification => ({
    id: `ground-name-${id}`,
    type: "symbol",
    source: "ground",
    "source-layer": "place",
    minzoom: from,
    filter: ["in", ["get", "kind"], ["literal", kinds]],
    layout: {
      "text-field": ["get", language],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], from, size, from + 4, size * 1.3],
      "text-letter-spacing": spacing,
      "text-max-width": 7,
      "text-padding": 5,
    },
    paint: { "text-color": text, "text-halo-color": halo, "text-halo-width": 1.3 },
  });
  return [
    {
      id: "ground-road-names",
      type: "symbol",
      source: "ground",
      "source-layer": "road",
      minzoom: 12.6,
      layout: {
        "symbol-placement": "line",
        "text-field": ["get", language],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 12.6, 10.5, 17, 15],
        "symbol-spacing": 420,
        "text-max-angle": 35,
        "text-letter-spacing": 0.06,
        "symbol-sort-key": ["match", ["get", "kind"], "trunk", 0, "major", 1, 2],
      },
      paint: { "text-color": colour.roadText!, "text-halo-color": halo, "text-halo-width": 1.7 },
    },
    place("park", ["park", "hill", "wood"], 12.2, 11, colour.parkText!, 0.04),
    place("water", ["sea", "water"], 9, 12.5, colour.waterText!, 0.22),
    place("quarter", ["quarter", "station", "landmark"], 11, 13, colour.placeText!, 0.1),
  ];
}
