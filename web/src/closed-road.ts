/** A stretch of road or an area that is closed: a click on the map adds a corner to the form, and what is typed there is drawn.
 *
 * `<form><select name="shape">…</select> <textarea name="corners"></textarea> <button type="button" data-undo>…</button>
 * <div class="object-map" data-road-map data-base-url="…" data-features-url="…"></div></form>`
 * Corners are `longitude,latitude` with blanks between. Without the button nothing is drawn, the map shows what stands there.
 */
import "./styles/object-map.css";
import type { Feature, FeatureCollection, Position } from "geojson";
import { NavigationControl, type GeoJSONSource, type Map as MapLibre } from "maplibre-gl";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf, type Bounds } from "./map/bounds";
import { buildMap, HoverWords, keepLayers, readGround } from "./map/build";
import { addGround, cityGround } from "./map/ground";
import { text } from "./texts";

interface Told {
  name: string;
  words: string;
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function cornersIn(form: HTMLFormElement): Position[] {
  const spots = field(form, "corners")
    .value.trim()
    .split(/\s+/)
    .map((part) => part.split(",").map(Number));
  return spots.filter((spot) => spot.length === 2 && spot.every(Number.isFinite));
}

/** Corners as points, and the line or area that they make so far. */
function drawnIn(form: HTMLFormElement): FeatureCollection {
  const corners = cornersIn(form);
  const feature = (geometry: Feature["geometry"]): Feature => ({ type: "Feature", properties: {}, geometry });
  const features = corners.map((spot) => feature({ type: "Point", coordinates: spot }));
  if (field(form, "shape").value === "area" && corners.length > 2)
    features.push(feature({ type: "Polygon", coordinates: [[...corners, corners[0]!]] }));
  else if (corners.length > 1) features.push(feature({ type: "LineString", coordinates: corners }));
  return { type: "FeatureCollection", features };
}

function add(map: MapLibre, known: FeatureCollection, drawn: FeatureCollection): void {
  addGround(map, cityGround());
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--red").trim();
  if (!map.getSource("known")) map.addSource("known", { type: "geojson", data: known });
  if (!map.getSource("drawn")) map.addSource("drawn", { type: "geojson", data: drawn });
  map.addLayer({ id: "known", type: "fill", source: "known", paint: { "fill-color": colour, "fill-opacity": 0.18 } });
  const inside = { "fill-color": colour, "fill-opacity": 0.3 };
  map.addLayer({ id: "drawn", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: inside });
  map.addLayer({ id: "edge", type: "line", source: "drawn", paint: { "line-color": colour, "line-width": 4 } });
  const paint = { "circle-color": colour, "circle-radius": 5, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 };
  map.addLayer({ id: "corners", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint });
}

async function show(box: HTMLElement, form: HTMLFormElement): Promise<void> {
  const url = box.dataset.featuresUrl;
  const [ground, known] = await Promise.all([readGround(box), url ? getJson<FeatureCollection>(url) : NOTHING]);
  const corners = cornersIn(form);
  const around = corners.length ? corners : known.features.flatMap((one) => (one.geometry.type === "Polygon" ? one.geometry.coordinates[0]! : []));
  const options = {
    bounds: boundsOf(around) as Bounds,
    fitBoundsOptions: { padding: 40, maxZoom: 14 },
    maxZoom: 18,
    cooperativeGestures: true,
    locale: {
      "CooperativeGesturesHandler.WindowsHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MacHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MobileHelpText": text("map_move"),
    },
  };
  const map = buildMap(box, ground, options, true);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await keepLayers(map, ground, () => add(map, known, drawnIn(form)));
  const hover = new HoverWords(map);
  map.on("mouseleave", "known", () => hover.hide());
  map.on("mousemove", "known", (event) => {
    const { name, words } = event.features![0]!.properties as Told;
    hover.show([name, words], event.lngLat);
  });
  draw(map, form);
}

/** A click adds a corner, the button takes the last one back. */
function draw(map: MapLibre, form: HTMLFormElement): void {
  const undo = form.querySelector<HTMLElement>("[data-undo]");
  const renew = (): void => void map.getSource<GeoJSONSource>("drawn")?.setData(drawnIn(form));
  form.addEventListener("input", renew);
  if (!undo) return;
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", ({ lngLat }) => {
    const corners = field(form, "corners");
    corners.value = `${corners.value.trim()} ${lngLat.lng.toFixed(5)},${lngLat.lat.toFixed(5)}`.trim();
    renew();
  });
  undo.addEventListener("click", () => {
    const corners = field(form, "corners");
    corners.value = corners.value.trim().split(/\s+/).slice(0, -1).join(" ");
    renew();
  });
}

for (const box of document.querySelectorAll<HTMLElement>("[data-road-map]")) {
  const form = box.closest("form");
  if (form) void show(box, form).catch(() => announce(text("map_failed"), "error"));
}
