/** How a layer is drawn: by its look, in the colours of the theme. Each gives the style's layers from below upwards. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { KINDS, colourOfKind, layersOfGroup, offsetAtZoom } from "../map/networks";
import { shapeSample } from "../map/shapes";
import { colours, FONT } from "../map/style";
import { token } from "../theme";
import type { Layer } from "./state";

const LEVELS = ["red", "orange", "yellow", "blue"];
const PALETTE = ["#2f9e8f", "#a06cd5", "#d1779b", "#5a8f3c", "#b57f3a", "#4f86c6", "#8a7f5c", "#c25b4e"];
const LEVEL_IMAGE: ExpressionSpecification = [
  "match",
  ["get", "shape"],
  LEVELS,
  ["concat", "level-", ["get", "shape"]],
  "plate-unknown",
];
const CLUSTER: ExpressionSpecification = ["has", "count"];

/** A layer's own colour, the same on every screen. */
export function colourOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 9973;
  return PALETTE[sum % PALETTE.length]!;
}

/** The style's layers of one layer of the catalogue, which lies in that source. */
export function styleOf(layer: Layer, source: string): LayerSpecification[] {
  const from = { source, "source-layer": layer.name };
  const id = (part: string): string => `${layer.name}/${part}`;
  switch (layer.look) {
    case "network":
      return network(layer, from);
    case "areas":
      return [...areas(layer, from), ...clusters(layer, from)];
    case "alarms":
      return [...clusters(layer, from), icons(id("points"), from, LEVEL_IMAGE)];
    case "sensors": {
      const image: ExpressionSpecification = [
        "match",
        ["get", "shape"],
        "good",
        "sensor-good",
        "silent",
        "sensor-silent",
        "sensor-fault",
      ];
      return [...clusters(layer, from), icons(id("points"), from, image)];
    }
    case "plates":
      return [
        ...clusters(layer, from),
        icons(id("points"), from, ["concat", layer.sign ? `plate-${layer.sign}-` : "plate-", ["get", "shape"]]),
      ];
    case "plain":
      return plain(layer, from);
    case "relief":
      return [relief(id("shade"), 1)];
  }
}

/** The shade of the terrain: its strength is in the colours, since a hillshade has no opacity of its own. */
export function relief(id: string, opacity: number): LayerSpecification {
  return { id, type: "hillshade", source: "terrain", paint: reliefPaint(opacity) as never };
}

export function reliefPaint(opacity: number): Record<string, unknown> {
  const dark = document.documentElement.dataset.theme === "dark";
  const shadow = dark ? "0,0,0" : "40,52,66";
  const light = dark ? "150,175,205" : "255,255,255";
  return {
    "hillshade-shadow-color": `rgba(${shadow},${String((dark ? 0.9 : 0.55) * opacity)})`,
    "hillshade-highlight-color": `rgba(${light},${String((dark ? 0.5 : 0.55) * opacity)})`,
    "hillshade-accent-color": `rgba(${shadow},${String((dark ? 0.9 : 0.55) * opacity)})`,
    "hillshade-exaggeration": 0.5,
    "hillshade-illumination-direction": 335,
    "hillshade-illumination-anchor": "map",
  };
}

type From = { source: string; "source-layer": string };

function icons(id: string, from: From, image: ExpressionSpecification): LayerSpecification {
  const plate = String(image[1]).startsWith("plate-");
  return {
    id,
    type: "symbol",
    ...from,
    filter: ["!", CLUSTER],
    layout: {
      "icon-image": image,
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.65, 15, 1],
      ...(plate ? { "icon-anchor": "bottom-left", "icon-offset": [5, -5] } : {}),
      "symbol-sort-key": ["match", ["get", "shape"], "red", 5, "orange", 4, "yellow", 3, "blue", 2, 1],
    },
  };
}

function clusters(layer: Layer, from: From): LayerSpecification[] {
  const colour = colours();
  const edge = levelColours(colour.border!);
  return [
    {
      id: `${layer.name}/clusters`,
      type: "circle",
      ...from,
      filter: CLUSTER,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["log10", ["max", 1, ["get", "count"]]], 0.3, 9, 2, 15, 4, 24],
        "circle-color": colour.halo!,
        "circle-stroke-color": layer.look === "plain" ? colourOf(layer.name) : layer.look === "sensors" ? colour.border! : edge,
        "circle-stroke-width": 2,
      },
    },
    {
      id: `${layer.name}/counts`,
      type: "symbol",
      ...from,
      filter: CLUSTER,
      layout: { "text-field": ["get", "few"], "text-font": FONT, "text-size": 11, "text-allow-overlap": true },
      paint: { "text-color": colour.label! },
    },
  ];
}

function levelColours(other: string): ExpressionSpecification {
  const pairs = LEVELS.flatMap((level) => [level, token(level)]);
  return ["match", ["get", "shape"], ...pairs, "good", token("good"), other] as unknown as ExpressionSpecification;
}

function areas(layer: Layer, from: From): LayerSpecification[] {
  const paint = levelColours(token("accent"));
  const area: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  return [
    { id: `${layer.name}/fill`, type: "fill", ...from, filter: area, paint: { "fill-color": paint, "fill-opacity": 0.07 } },
    { id: `${layer.name}/edge`, type: "line", ...from, filter: area, paint: { "line-color": paint, "line-width": 2 } },
    icons(`${layer.name}/points`, from, ["concat", "plate-", ["get", "shape"]]),
  ].map((one) => (one.type === "symbol" ? { ...one, filter: ["==", ["geometry-type"], "Point"] } : one)) as LayerSpecification[];
}

/** The groups of `map/networks.ts`, each kind beside the others where they share a street. */
function network(layer: Layer, from: From): LayerSpecification[] {
  const kinds = layersOfGroup(layer.name.replace("network-", "")).map((name) => name.replace("network-", ""));
  return kinds.map((kind) => {
    const look = KINDS[kind]!;
    return {
      id: `${layer.name}/${kind}`,
      type: "line",
      ...from,
      filter: ["==", ["get", "shape"], kind],
      layout: { "line-cap": look.dash ? "butt" : "round", "line-join": "round" },
      paint: {
        "line-color": colourOfKind(kind),
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.8, 14, 1.8, 17, 3.2],
        "line-offset": offsetAtZoom(look.offset),
        ...(look.dash ? { "line-dasharray": look.dash } : {}),
      },
    } as LayerSpecification;
  });
}

function plain(layer: Layer, from: From): LayerSpecification[] {
  const colour = colourOf(layer.name);
  const of = (shape: string): ExpressionSpecification => ["==", ["geometry-type"], shape];
  return [
    {
      id: `${layer.name}/fill`,
      type: "fill",
      ...from,
      filter: of("Polygon"),
      paint: { "fill-color": colour, "fill-opacity": 0.22 },
    },
    {
      id: `${layer.name}/edge`,
      type: "line",
      ...from,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1, 15, 2.4] },
    },
    ...clusters(layer, from),
    {
      id: `${layer.name}/points`,
      type: "circle",
      ...from,
      filter: ["all", of("Point"), ["!", CLUSTER]],
      paint: {
        "circle-color": colour,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 2.6, 15, 6],
        "circle-stroke-color": colours().halo!,
        "circle-stroke-width": 1.4,
      },
    },
  ];
}

/** The sample of one kind of a network, as the map draws it. */
export function kindSample(kind: string): HTMLElement {
  const sample = Object.assign(document.createElement("span"), { className: "swatch network" });
  sample.setAttribute("aria-hidden", "true");
  sample.style.setProperty("--own", colourOfKind(kind));
  sample.classList.toggle("dashed", KINDS[kind]?.dash !== undefined);
  return sample;
}

/** The sample of a layer in the panel, as the map draws it. */
export function swatchOf(layer: Layer): HTMLElement {
  if (layer.sign) return shapeSample(`sign-${layer.sign}`);
  const sample = document.createElement("span");
  sample.className = `swatch ${layer.look} ${layer.name}`;
  sample.setAttribute("aria-hidden", "true");
  if (layer.look === "plain") sample.style.setProperty("--own", colourOf(layer.name));
  if (layer.look === "network") {
    const kind = layersOfGroup(layer.name.replace("network-", ""))[0]?.replace("network-", "") ?? "";
    sample.style.setProperty("--own", colourOfKind(kind));
    if (KINDS[kind]?.dash) sample.classList.add("dashed");
  }
  return sample;
}
