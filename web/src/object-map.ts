/** A map of supervised objects: each a shape by what is said of it; a click leads to its page.
 *
 * `<div class="object-map" data-object-map data-base-url="/map/base" data-features-url="/api/v1/supervision/work/features" data-notice="…"></div>`, and
 * `data-bounds`: what it shows where there are none.
 * Features are points with `name`, `words`, `url` and `shape`: red, orange, yellow, good or unknown. The table beside it says the same.
 */
import "./styles/object-map.css";
import { NavigationControl, type ExpressionSpecification, type GeoJSONSource, type Map as MapLibre } from "maplibre-gl";
import type { FeatureCollection, Point } from "geojson";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf, cornersTold } from "./map/bounds";
import { addGround, cityGround } from "./map/ground";
import { buildMap, HoverWords, keepLayers, readGround } from "./map/build";
import { addShapes } from "./map/shapes";
import { text } from "./texts";

interface Told {
  name: string;
  words: string;
  url: string;
  shape: string;
}

const IMAGES = { red: "level-red", orange: "level-orange", yellow: "level-yellow", unknown: "sensor-silent" };
const IMAGE = ["match", ["get", "shape"], ...Object.entries(IMAGES).flat(), "sensor-good"] as unknown as ExpressionSpecification;

async function show(box: HTMLElement): Promise<void> {
  const [ground, features] = await Promise.all([
    readGround(box),
    getJson<FeatureCollection<Point, Told>>(box.dataset.featuresUrl!),
  ]);
  const points = features.features.map((one) => one.geometry.coordinates);
  const options = {
    bounds: boundsOf(points.length ? points : cornersTold(box)),
    fitBoundsOptions: { padding: 50, maxZoom: 14 },
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
  await keepLayers(map, ground, () => add(map, features));
  const hover = new HoverWords(map);
  map.on("click", "objects", (event) => location.assign((event.features![0]!.properties as Told).url));
  map.on("mouseleave", "objects", () => hover.hide());
  map.on("mousemove", "objects", (event) => {
    const { name, words } = event.features![0]!.properties as Told;
    hover.show([name, words], event.lngLat);
  });
}

function add(map: MapLibre, features: FeatureCollection<Point, Told>): void {
  addGround(map, cityGround());
  addShapes(map);
  if (!map.getSource<GeoJSONSource>("objects")) map.addSource("objects", { type: "geojson", data: features });
  map.addLayer({
    id: "objects",
    type: "symbol",
    source: "objects",
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
