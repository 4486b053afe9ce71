/** A map of supervised objects: each a shape by what is said of it; a click leads to its page.
 *
 * `<div class="object-map" data-object-map data-base-url="/map/base" data-features-url="/api/v1/supervision/work/features" data-notice="…"></div>`
 * Features are points with `name`, `words`, `url` and `shape`: red, orange, yellow, good or unknown. The table beside it says the same.
 */
import "./styles/object-map.css";
import { AttributionControl, Map as MapLibre, NavigationControl, Popup, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection, Point } from "geojson";
import { getJson } from "./api";
import { announce } from "./forms";
import { addShapes } from "./map/shapes";
import { style, type BaseMap } from "./map/style";
import { text } from "./texts";

setWorkerUrl(new URL("./maplibre-gl-worker.mjs", import.meta.url).href);

interface Told {
  name: string;
  words: string;
  url: string;
  shape: string;
}

const IMAGES = ["match", ["get", "shape"], "red", "level-red", "orange", "level-orange", "yellow", "level-yellow", "unknown", "sensor-silent", "sensor-good"];

async function show(box: HTMLElement): Promise<void> {
  const [base, faces, features] = await Promise.all([
    getJson<BaseMap>(box.dataset.baseUrl!),
    getJson<{ url: string }[]>(new URL("./font-faces.json", import.meta.url).href),
    getJson<FeatureCollection<Point, Told>>(box.dataset.featuresUrl!),
  ]);
  const fontFaces = faces.map((face) => ({ ...face, url: new URL(face.url, import.meta.url).href }));
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const map = new MapLibre({
    container: box,
    style: style(base, fontFaces, language),
    bounds: extent(features),
    fitBoundsOptions: { padding: 50, maxZoom: 14 },
    attributionControl: false,
    minZoom: 5,
    maxZoom: 18,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: true,
    locale: { "CooperativeGesturesHandler.WindowsHelpText": text("map_zoom"), "CooperativeGesturesHandler.MacHelpText": text("map_zoom"), "CooperativeGesturesHandler.MobileHelpText": text("map_move") },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new AttributionControl({ compact: true, customAttribution: [base.source, box.dataset.notice ?? ""] }), "bottom-right");
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await new Promise<void>((done) => map.once("load", () => done()));
  add(map, features);
  document.addEventListener("tocsin:theme", () => {
    map.setStyle(style(base, fontFaces, language), { diff: false });
    map.once("style.load", () => add(map, features));
  });
  const popup = new Popup({ closeButton: false, closeOnClick: false, offset: 12, className: "hover" });
  map.on("click", "objects", (event) => location.assign((event.features![0]!.properties as Told).url));
  map.on("mouseleave", "objects", () => {
    map.getCanvas().style.cursor = "";
    popup.remove();
  });
  map.on("mousemove", "objects", (event) => {
    map.getCanvas().style.cursor = "pointer";
    const told = event.features![0]!.properties as Told;
    const words = document.createElement("div");
    for (const [index, line] of [told.name, told.words].entries()) words.append(Object.assign(document.createElement(index ? "span" : "strong"), { textContent: line }));
    popup.setLngLat(event.lngLat).setDOMContent(words).addTo(map);
  });
}

function add(map: MapLibre, features: FeatureCollection<Point, Told>): void {
  addShapes(map);
  if (!map.getSource<GeoJSONSource>("objects")) map.addSource("objects", { type: "geojson", data: features });
  map.addLayer({
    id: "objects",
    type: "symbol",
    source: "objects",
    layout: {
      "icon-image": IMAGES as never,
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["match", ["get", "shape"], "red", 4, "orange", 3, "yellow", 2, "unknown", 1, 0],
    },
  });
}

function extent(features: FeatureCollection<Point, Told>): [number, number, number, number] {
  const points = features.features.map((one) => one.geometry.coordinates);
  if (!points.length) return [114.8, 34.4, 122.7, 38.4];
  const [xs, ys] = [points.map((one) => one[0]!), points.map((one) => one[1]!)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

for (const box of document.querySelectorAll<HTMLElement>("[data-object-map]")) void show(box).catch(() => announce(text("map_failed"), "error"));
