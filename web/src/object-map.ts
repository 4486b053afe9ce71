/** A map of supervised objects: each a shape by what is said of it; a click leads to its page.
 *
 * `<div class="object-map" data-object-map data-base-url="/map/base" data-features-url="/api/v1/supervision/work/features" data-notice="…"></div>`, and
 * `data-bounds`: what it shows where there are none.
 * `data-every`: after how many seconds they are fetched anew; `data-zoom`: how near it may begin.
 * Features are points with `name`, `words`, `url` and `shape`: red, orange, yellow, good or unknown. Lines are ways (`shape`: planned, dashed, or
 * running), areas are closed, or of their shape's colour
 * (`limit`: a line alone, `ring`: a dashed one, around what is shown). `data-picture`, `data-corners`: a picture under them, and its
 * corners clockwise from the upper left. The table beside it says the same.
 */
import "./styles/object-map.css";
import { NavigationControl, type ExpressionSpecification, type GeoJSONSource, type Map as MapLibre } from "maplibre-gl";
import type { FeatureCollection, LineString, Point, Polygon, Position } from "geojson";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf, cornersTold } from "./map/bounds";
import { addGround, cityGround } from "./map/ground";
import { buildMap, HoverWords, keepLayers, readGround } from "./map/build";
import { addShapes } from "./map/shapes";
import { text } from "./texts";
import { token } from "./theme";

interface Told {
  name: string;
  words: string;
  url: string;
  shape: string;
}

type Drawn = FeatureCollection<Point | LineString | Polygon, Told>;

const IMAGES = {
  red: "level-red",
  orange: "level-orange",
  yellow: "level-yellow",
  blue: "level-blue",
  unknown: "sensor-silent",
};
const IMAGE = ["match", ["get", "shape"], ...Object.entries(IMAGES).flat(), "sensor-good"] as unknown as ExpressionSpecification;

async function show(box: HTMLElement): Promise<void> {
  const [ground, first] = await Promise.all([readGround(box), getJson<Drawn>(box.dataset.featuresUrl!)]);
  let features = first;
  const points = features.features.flatMap(({ geometry, properties }): Position[] => {
    if (properties.shape === "ring") return [];
    if (geometry.type === "Point") return [geometry.coordinates];
    return geometry.type === "Polygon" ? (geometry.coordinates[0] ?? []) : [];
  });
  const options = {
    bounds: boundsOf(points.length ? points : cornersTold(box)),
    fitBoundsOptions: { padding: 50, maxZoom: Number(box.dataset.zoom ?? 14) },
    maxZoom: 20,
    cooperativeGestures: true,
    locale: {
      "CooperativeGesturesHandler.WindowsHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MacHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MobileHelpText": text("map_move"),
    },
  };
  const map = buildMap(box, ground, options, true);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await keepLayers(map, ground, () => add(map, features, box));
  refresh(box, map, (newest) => (features = newest));
  const hover = new HoverWords(map);
  const layers = ["objects", "ways-planned", "ways-running", "closed"]; // the first one under the pointer speaks
  map.on("click", (event) => {
    const [clicked] = map.queryRenderedFeatures(event.point, { layers });
    if (clicked) location.assign((clicked.properties as Told).url);
  });
  map.on("mousemove", (event) => {
    const [under] = map.queryRenderedFeatures(event.point, { layers });
    if (!under) return hover.hide();
    const { name, words } = under.properties as Told;
    hover.show([name, words], event.lngLat);
  });
}

/** Fetches what is drawn every so many seconds, while the page is seen; one that fails is followed by the next. */
function refresh(box: HTMLElement, map: MapLibre, keep: (newest: Drawn) => void): void {
  const every = Number(box.dataset.every ?? 0);
  if (!every) return;
  setInterval(() => {
    if (document.hidden) return;
    void getJson<Drawn>(box.dataset.featuresUrl!).then(
      (newest) => {
        keep(newest);
        map.getSource<GeoJSONSource>("objects")?.setData(newest);
      },
      () => announce(text("map_failed"), "error"),
    );
  }, every * 1000);
}

type Corners = [[number, number], [number, number], [number, number], [number, number]];

function addPicture(map: MapLibre, box: HTMLElement): void {
  const { picture, corners } = box.dataset;
  if (!picture || !corners) return;
  if (!map.getSource("picture")) {
    map.addSource("picture", { type: "image", url: picture, coordinates: JSON.parse(corners) as Corners });
  }
  map.addLayer({ id: "picture", type: "raster", source: "picture", paint: { "raster-opacity": 0.75 } });
}

function add(map: MapLibre, features: Drawn, box: HTMLElement): void {
  addGround(map, cityGround());
  addShapes(map);
  addPicture(map, box);
  if (!map.getSource<GeoJSONSource>("objects")) map.addSource("objects", { type: "geojson", data: features });
  const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  const isRing: ExpressionSpecification = ["==", ["get", "shape"], "ring"];
  const closed = { source: "objects", filter: ["all", isArea, ["!", isRing]] as ExpressionSpecification };
  const own = ["orange", "yellow", "good", "blue"].flatMap((shape) => [shape, token(shape)]);
  const shades = [...own, "limit", token("blue"), "unknown", token("text-muted")];
  const ofShape = ["match", ["get", "shape"], ...shades, token("red")] as unknown as ExpressionSpecification;
  const filled: ExpressionSpecification = ["match", ["get", "shape"], "limit", 0, 0.3];
  map.addLayer({ id: "closed", type: "fill", ...closed, paint: { "fill-color": ofShape, "fill-opacity": filled } });
  map.addLayer({ id: "closed-edge", type: "line", ...closed, paint: { "line-color": ofShape, "line-width": 2 } });
  const around = { "line-color": token("red"), "line-width": 1.5, "line-dasharray": [3, 2] };
  map.addLayer({ id: "rings", type: "line", source: "objects", filter: ["all", isArea, isRing], paint: around });
  for (const shape of ["planned", "running"]) {
    const way: ExpressionSpecification = ["all", ["==", ["geometry-type"], "LineString"], ["==", ["get", "shape"], shape]];
    const dash = shape === "planned" ? { "line-dasharray": [2, 1.5] } : {};
    const paint = { "line-color": token("blue"), "line-width": 3, ...dash };
    map.addLayer({ id: `ways-${shape}`, type: "line", source: "objects", filter: way, paint });
  }
  map.addLayer({
    id: "objects",
    type: "symbol",
    source: "objects",
    filter: ["==", ["geometry-type"], "Point"],
    layout: {
      "icon-image": IMAGE,
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["match", ["get", "shape"], "red", 4, "orange", 3, "yellow", 2, "unknown", 1, 0],
    },
  });
}

for (const box of document.querySelectorAll<HTMLElement>("[data-object-map]")) {
  void show(box).catch(() => announce(text("map_failed"), "error"));
}
