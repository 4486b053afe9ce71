/** The map's style as a function of the theme: ground, boundaries, place names. Other layers are added by their own files. */
import type { StyleSpecification } from "maplibre-gl";
import type { Collection } from "../types";

export const FONT = ["Noto Sans SC"];
export const EMPTY: Collection = { type: "FeatureCollection", features: [] };

export interface BaseMap {
  source: string;
  surroundings: Collection;
  counties: Collection;
  cities: Collection;
  labels: Collection;
}

export function colours(): Record<string, string> {
  const dark = document.documentElement.dataset.theme === "dark";
  return dark
    ? {
        sea: "#0a1420",
        land: "#162230",
        outside: "#101923",
        border: "#34485f",
        street: "#223244",
        streetText: "#8ea3bb",
        label: "#aebfd2",
        halo: "#0a1018",
      }
    : {
        sea: "#dbe6ee",
        land: "#f6f7f8",
        outside: "#e9edf0",
        border: "#aab7c4",
        street: "#dfe4ea",
        streetText: "#5b6a7a",
        label: "#3f4e5e",
        halo: "#ffffff",
      };
}

/** `fontFaces` come from dist/font-faces.json with absolute addresses; `language` is the key of the labels ("zh" or "en"). */
export function style(base: BaseMap, fontFaces: unknown[], language: string): StyleSpecification {
  const colour = colours();
  const source = (data: Collection): { type: "geojson"; data: Collection } => ({ type: "geojson", data });
  return {
    version: 8,
    "font-faces": { "Noto Sans SC": fontFaces },
    sources: {
      surroundings: source(base.surroundings),
      counties: source(base.counties),
      cities: source(base.cities),
      labels: source(base.labels),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour.sea! } },
      { id: "surroundings", type: "fill", source: "surroundings", paint: { "fill-color": colour.outside! } },
      { id: "counties", type: "fill", source: "counties", paint: { "fill-color": colour.land! } },
      {
        id: "county-lines",
        type: "line",
        source: "counties",
        paint: { "line-color": colour.border!, "line-width": 0.8, "line-dasharray": [3, 2] },
      },
      {
        id: "city-lines",
        type: "line",
        source: "cities",
        paint: { "line-color": colour.border!, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1, 12, 2] },
      },
      label("city-labels", "city", 5, 10, 14, language),
      label("county-labels", "district", 9, 15, 12, language),
    ],
  } as StyleSpecification;
}

function label(id: string, level: string, from: number, to: number, size: number, language: string): object {
  return {
    id,
    type: "symbol",
    source: "labels",
    minzoom: from,
    maxzoom: to,
    filter: ["==", ["get", "level"], level],
    layout: {
      "text-field": ["get", language],
      "text-font": FONT,
      "text-size": size,
      "text-letter-spacing": 0.08,
      "text-padding": 6,
    },
    paint: { "text-color": colours().label, "text-halo-color": colours().halo, "text-halo-width": 1.4, "text-opacity": 0.85 },
  };
}
