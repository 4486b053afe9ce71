/** Somebody places something on a map: where they live, where help is needed. Whoever can't use a map types the degrees.
 *
 * `<form>… <div class="object-map" data-place-map data-base-url="…" data-features-url="…"></div>
 * <button type="button" data-here>Where I am</button> <input name="lon"> <input name="lat"></form>`
 * `[data-spot]` around it (`<details>`): the map is built once it is opened. `.spot-number[data-lon][data-lat]` in a list
 * beside the form, which a fragment brings: the same numbers stand on the map until the next fragment.
 * `data-bounds`: what it shows at first where nothing is set (west, south, east, north); `data-zoom`: how near it may begin.
 * `data-features-url`: points that are there already (`name`, `words`, `shape`, as on maps of objects); may be left out.
 */
import type { FeatureCollection, Point } from "geojson";
import { Marker, type Map as MapLibre } from "maplibre-gl";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf, cornersTold } from "./map/bounds";
import { setSpot, showSpot, spotOf } from "./map/spot";
import { text } from "./texts";

const NOTHING: FeatureCollection<Point> = { type: "FeatureCollection", features: [] };
const FIX_MS = 15_000;
const APART_ZOOM = 16; // numbers some ten metres apart stand beside each other

async function show(box: HTMLElement, form: HTMLFormElement): Promise<void> {
  const url = box.dataset.featuresUrl;
  const features = url ? await getJson<FeatureCollection<Point>>(url) : NOTHING;
  const known = features.features.map((one) => one.geometry.coordinates);
  const spot = spotOf(form);
  const told = cornersTold(box);
  const bounds = boundsOf(spot ? [spot] : told.length ? told : known);
  await showSpot(box, form, [bounds, Number(box.dataset.zoom ?? 12)], (map) => {
    map.addSource("known", { type: "geojson", data: features });
    const paint = { "circle-radius": 5, "circle-color": "#d9534f", "circle-opacity": 0.7 };
    map.addLayer({ id: "known", type: "circle", source: "known", paint });
    showSimilar(map);
  });
}

let similar: Marker[] = [];
const listened = new WeakSet<MapLibre>();

/** The numbered places of the list beside the form, now and after each new list. */
function showSimilar(map: MapLibre): void {
  const draw = (): void => {
    for (const old of similar) old.remove();
    similar = [...document.querySelectorAll<HTMLElement>(".spot-number[data-lon]")].map((listed) => {
      const element = document.createElement("span");
      element.className = "spot-number";
      element.textContent = listed.textContent;
      const [lon, lat] = [Number(listed.dataset.lon), Number(listed.dataset.lat)];
      return new Marker({ element }).setLngLat([lon, lat]).addTo(map);
    });
    const first = similar[0];
    if (first && map.getZoom() < APART_ZOOM) map.easeTo({ center: first.getLngLat(), zoom: APART_ZOOM });
  };
  draw();
  if (listened.has(map)) return;
  listened.add(map);
  document.body.addEventListener("htmx:afterSwap", draw);
}

/** The button asks the device where it is; a map need not be there. */
function offerHere(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>("[data-here]")?.addEventListener("click", () => {
    if (!("geolocation" in navigator)) return announce(text("no_place"), "error");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => setSpot(form, coords.longitude, coords.latitude),
      () => announce(text("no_place"), "error"),
      { enableHighAccuracy: true, timeout: FIX_MS },
    );
  });
}

for (const box of document.querySelectorAll<HTMLElement>("[data-place-map]")) {
  const form = box.closest("form");
  if (!form) continue;
  offerHere(form);
  const open = (): void => void show(box, form).catch(() => announce(text("map_failed"), "error"));
  const folded = box.closest<HTMLDetailsElement>("details[data-spot]");
  if (folded && !folded.open) folded.addEventListener("toggle", open, { once: true });
  else open();
}
