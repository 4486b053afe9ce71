/** The page on which an event is taken in: a click on the map, or a known place, sets the spot.
 *
 * `<div data-pick-map data-base-url="…" data-features-url="…" data-bounds="120.3,36.1,120.5,36.3">` beside a form `intake` with the
 * fields `lon`, `lat` and `place_kind`; `<button data-pick-lon="…" data-pick-lat="…" data-pick-kind="manhole">` does the same.
 */
import "./styles/object-map.css";
import "./styles/intake.css";
import { Marker, NavigationControl, type LngLatLike, type Map as MapLibre } from "maplibre-gl";
import type { FeatureCollection, Point } from "geojson";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf } from "./map/bounds";
import { buildMap, keepLayers, readGround } from "./map/build";
import { text } from "./texts";

const form = document.querySelector<HTMLFormElement>("#intake")!;
const field = (name: string): HTMLInputElement => form.querySelector<HTMLInputElement>(`[name=${name}]`)!;
let map: MapLibre | null = null;
let marker: Marker | null = null;

async function show(box: HTMLElement): Promise<void> {
  const [ground, cases] = await Promise.all([readGround(box), getJson<FeatureCollection<Point>>(box.dataset.featuresUrl!)]);
  const [west, south, east, north] = (box.dataset.bounds ?? "").split(",").map(Number);
  const bounds = north
    ? boundsOf([
        [west!, south!],
        [east!, north],
      ])
    : boundsOf(cases.features.map((one) => one.geometry.coordinates));
  const made = buildMap(box, ground, { bounds, fitBoundsOptions: { padding: 30, maxZoom: 15 }, maxZoom: 19 }, true);
  map = made;
  made.addControl(new NavigationControl({ showCompass: false }), "top-right");
  made.getCanvas().style.cursor = "crosshair";
  made.on("click", ({ lngLat }) => pick(lngLat.lng, lngLat.lat));
  await keepLayers(made, ground, () => {
    made.addSource("cases", { type: "geojson", data: cases });
    const paint = { "circle-radius": 5, "circle-color": "#d9534f", "circle-opacity": 0.7 };
    made.addLayer({ id: "cases", type: "circle", source: "cases", paint });
  });
  mark();
}

function pick(lon: number, lat: number): void {
  field("lon").value = lon.toFixed(6);
  field("lat").value = lat.toFixed(6);
  field("lat").dispatchEvent(new Event("change", { bubbles: true })); // what may be the same is asked for anew
  mark();
}

/** The marker stands where the fields say, whoever wrote them. */
function mark(): void {
  const lon = Number(field("lon").value);
  const lat = Number(field("lat").value);
  if (!map || !lon || !lat) return;
  const spot: LngLatLike = [lon, lat];
  marker ??= new Marker();
  marker.setLngLat(spot).addTo(map);
  if (!map.getBounds().contains(spot)) map.easeTo({ center: spot });
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-pick-lon]");
  if (!button) return;
  const kind = form.querySelector<HTMLSelectElement>("[name=place_kind]")!;
  if ([...kind.options].some((one) => one.value === button.dataset.pickKind)) kind.value = button.dataset.pickKind!;
  field("place").value = button.textContent!.trim().replace(/\s+/g, " ");
  pick(Number(button.dataset.pickLon), Number(button.dataset.pickLat));
  field("caller").focus();
});
for (const name of ["lon", "lat"]) field(name).addEventListener("change", mark);
for (const box of document.querySelectorAll<HTMLElement>("[data-pick-map]"))
  void show(box).catch(() => announce(text("map_failed"), "error"));
