/** A map of supervised objects: each a shape by what is said of it; a click leads to its page.
 *
 * `<div class="object-map" data-object-map data-base-url="/map/base" data-features-url="/api/v1/supervision/work/features" data-notice="…"></div>`, and
 * `data-bounds`: what it shows where there are none.
 * `data-refresh-s`: so often they are read again; `data-closest`: the zoom at which the map begins at most, where it is not 14;
 * `data-picture`, `data-corners`: a picture under them, and its corners clockwise from the upper left.
 * Features are points with `name`, `words`, `url` and `shape`: red, orange, yellow, good or unknown. Lines are ways (`shape`: planned, dashed, or
 * running), areas are closed, or of their shape's colour; a `ring` is its edge alone. The table beside it says the same.
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
  const [ground, features] = await Promise.all([readGround(box), getJson<Drawn>(box.dataset.featuresUrl!)]);
  const points = features.features.flatMap(({ geometry, properties }): Position[] => {
    if (properties.shape === "ring") return []; // around what is shown
    if (geometry.type === "Point") return [geometry.coordinates];
    return geometry.type === "Polygon" ? (geometry.coordinates[0] ?? []) : [];
  });
  const options = {
    bounds: boundsOf(points.length ? points : cornersTold(box)),
    fitBoundsOptions: { padding: 50, maxZoom: Number(box.dataset.closest ?? 14) },
    maxZoom: box.dataset.closest ? 20 : 18,
    cooperativeGestures: true,
    locale: {
      "CooperativeGesturesHandler.WindowsHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MacHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MobileHelpText": text("map_move"),
    },
  };
  const map = buildMap(box, ground, options, true);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  const shown = { features };
  await keepLayers(map, ground, () => add(map, shown.features, box));
  keepFresh(map, box, (read) => (shown.features = read));
  const hover = new HoverWords(map);
  const layers = ["objects", "ways-planned", "ways-running", "closed"]; // the first one under the pointer speaks
  map.on("click", (event) => {
    const [first] = map.queryRenderedFeatures(event.point, { layers });
    if (first) location.assign((first.properties as Told).url);
  });
  map.on("mousemove", (event) => {
    const [first] = map.queryRenderedFeatures(event.point, { layers });
    if (!first) return hover.hide();
    const { name, words } = first.properties as Told;
    hover.show([name, words], event.lngLat);
  });
}

/** Reads the features again as often as the page says; what can't be read leaves what is shown. */
function keepFresh(map: MapLibre, box: HTMLElement, keep: (read: Drawn) => void): void {
  const every = Number(box.dataset.refreshS ?? 0);
  if (!every) return;
  setInterval(() => {
    if (document.hidden) return;
    void getJson<Drawn>(box.dataset.featuresUrl!)
      .then((read) => {
        keep(read);
        map.getSource<GeoJSONSource>("objects")?.setData(read);
      })
      .catch(() => announce(text("map_failed"), "error"));
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
  const grey = ["unknown", token("text-muted")];
  const shades = ["orange", "yellow", "blue", "good"].flatMap((shape) => [shape, token(shape)]).concat(grey);
  const ofShape = ["match", ["get", "shape"], ...shades, token("red")] as unknown as ExpressionSpecification;
  map.addLayer({ id: "closed", type: "fill", ...closed, paint: { "fill-color": ofShape, "fill-opacity": 0.3 } });
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
