/** Areas of public warnings on a map; and, beside a form, the map that a click fills it from.
 *
 * `<div data-warning-map data-base-url="/map/base.json" data-features-url="/w/areas.geojson" data-notice="…"></div>`
 * Features are polygons with `name`, `words`, `url` and `shape`: red, orange, yellow, blue; a click leads to the page.
 * With `data-pick` a click leads to that address with `lat` and `lon`.
 * With `data-draw` a click sets the fields `lat` and `lon` of the form around it, or adds a corner to its field `polygon`
 * while `[data-draw-polygon]` is ticked. The fields beside it say the same as the map.
 */
import "./styles/warning-map.css";
import type { Feature, FeatureCollection, Polygon, Position } from "geojson";
import { NavigationControl, type ExpressionSpecification, type GeoJSONSource, type Map as MapLibre } from "maplibre-gl";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf, cornersTold, type Bounds } from "./map/bounds";
import { buildMap, HoverWords, keepLayers, readGround } from "./map/build";
import { addGround, cityGround } from "./map/ground";
import { text } from "./texts";

interface Told {
  name: string;
  words: string;
  url: string;
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const CIRCLE_CORNERS = 48;
const METRES_PER_DEGREE = 111_195;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function paint(): ExpressionSpecification {
  const levels = ["red", "orange", "yellow", "blue"].flatMap((level) => [level, colour(level)]);
  return ["match", ["get", "shape"], ...levels, colour("accent")] as unknown as ExpressionSpecification;
}

function positions(value: unknown): Position[] {
  if (!Array.isArray(value)) return [];
  return typeof value[0] === "number" ? [value as Position] : value.flatMap(positions);
}

function add(map: MapLibre, features: FeatureCollection): void {
  addGround(map, cityGround());
  if (!map.getSource<GeoJSONSource>("areas")) map.addSource("areas", { type: "geojson", data: features });
  map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": paint(), "fill-opacity": 0.25 } });
  map.addLayer({ id: "edges", type: "line", source: "areas", paint: { "line-color": paint(), "line-width": 2 } });
}

async function show(box: HTMLElement): Promise<void> {
  const form = box.dataset.draw === undefined ? null : box.closest("form");
  const [ground, told] = await Promise.all([
    readGround(box),
    box.dataset.featuresUrl ? getJson<FeatureCollection>(box.dataset.featuresUrl) : NOTHING,
  ]);
  const drawn = (): FeatureCollection => (form ? drawnIn(form) : told);
  const corners = drawn().features.flatMap((one) => ("coordinates" in one.geometry ? positions(one.geometry.coordinates) : []));
  const bounds = boundsOf(corners.length ? corners : cornersTold(box));
  const options = {
    bounds: bounds as Bounds,
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
  await keepLayers(map, ground, () => add(map, drawn()));
  if (form) draw(map, form, drawn);
  else if (box.dataset.pick !== undefined) pick(map, box.dataset.pick);
  else lead(map);
}

/** Names beside the pointer, and a click leads to the page. */
function lead(map: MapLibre): void {
  const hover = new HoverWords(map);
  map.on("click", "areas", (event) => location.assign((event.features![0]!.properties as Told).url));
  map.on("mouseleave", "areas", () => hover.hide());
  map.on("mousemove", "areas", (event) => {
    const { name, words } = event.features![0]!.properties as Told;
    hover.show([name, words], event.lngLat);
  });
}

/** A click asks the page for what lies there. */
function pick(map: MapLibre, address: string): void {
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", ({ lngLat }) => location.assign(`${address}?lat=${lngLat.lat.toFixed(4)}&lon=${lngLat.lng.toFixed(4)}`));
}

/** A click fills the form; what is typed there is drawn. */
function draw(map: MapLibre, form: HTMLFormElement, drawn: () => FeatureCollection): void {
  const renew = (): void => map.getSource<GeoJSONSource>("areas")?.setData(drawn()) as unknown as void;
  form.addEventListener("input", renew);
  map.on("click", (event) => {
    const { lat, lng } = event.lngLat;
    if (form.querySelector<HTMLInputElement>("[data-draw-polygon]")?.checked) {
      const field = input(form, "polygon");
      field.value = `${field.value.trim()} ${lat.toFixed(5)},${lng.toFixed(5)}`.trim();
    } else {
      input(form, "lat").value = lat.toFixed(5);
      input(form, "lon").value = lng.toFixed(5);
      if (!input(form, "radius_m").value) input(form, "radius_m").value = "1000";
    }
    renew();
  });
}

function input(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

/** Polygon and circle of the form; units, pipes and plumes are drawn once they are kept. */
function drawnIn(form: HTMLFormElement): FeatureCollection {
  const shape = new FormData(form).get("level") ?? "";
  const rings = [ringOf(input(form, "polygon").value), circleOf(form)].filter((ring) => ring.length > 2);
  const features = rings.map((ring): Feature<Polygon> => ({
    type: "Feature",
    properties: { shape },
    geometry: { type: "Polygon", coordinates: [[...ring, ring[0]!]] },
  }));
  return { type: "FeatureCollection", features };
}

function ringOf(written: string): Position[] {
  const spots = written
    .trim()
    .split(/\s+/)
    .map((part) => part.split(",").map(Number));
  return spots.filter((spot) => spot.length === 2 && spot.every(Number.isFinite)).map(([lat, lon]) => [lon!, lat!]);
}

function circleOf(form: HTMLFormElement): Position[] {
  const [lat, lon, radius] = ["lat", "lon", "radius_m"].map((name) => parseFloat(input(form, name).value));
  if (![lat, lon, radius].every(Number.isFinite)) return [];
  const degrees = radius! / METRES_PER_DEGREE;
  return Array.from({ length: CIRCLE_CORNERS }, (_, index) => {
    const angle = (2 * Math.PI * index) / CIRCLE_CORNERS;
    return [lon! + (degrees * Math.sin(angle)) / Math.cos((lat! * Math.PI) / 180), lat! + degrees * Math.cos(angle)];
  });
}

for (const box of document.querySelectorAll<HTMLElement>("[data-warning-map]")) {
  void show(box).catch(() => announce(text("map_failed"), "error"));
}
