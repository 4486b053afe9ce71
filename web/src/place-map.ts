/** Somebody places something on a map: where they live, where help is needed. Whoever can't use a map types the degrees.
 *
 * `<form>… <div class="object-map" data-place-map data-base-url="…" data-features-url="…"></div>
 * <button type="button" data-here>Where I am</button> <input name="lon"> <input name="lat"></form>`
 * `data-features-url`: points that are there already (`name`, `words`, `shape`, as on maps of objects); may be left out.
 */
import type { FeatureCollection, Point } from "geojson";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf } from "./map/bounds";
import { setSpot, showSpot, spotOf } from "./map/spot";
import { text } from "./texts";

const NOTHING: FeatureCollection<Point> = { type: "FeatureCollection", features: [] };
const FIX_MS = 15_000;

async function show(box: HTMLElement, form: HTMLFormElement): Promise<void> {
  const url = box.dataset.featuresUrl;
  const features = url ? await getJson<FeatureCollection<Point>>(url) : NOTHING;
  const known = features.features.map((one) => one.geometry.coordinates);
  const spot = spotOf(form);
  const bounds = boundsOf(spot ? [spot] : known);
  await showSpot(box, form, [bounds, 12], (map) => {
    map.addSource("known", { type: "geojson", data: features });
    const paint = { "circle-radius": 5, "circle-color": "#d9534f", "circle-opacity": 0.7 };
    map.addLayer({ id: "known", type: "circle", source: "known", paint });
  });
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
  void show(box, form).catch(() => announce(text("map_failed"), "error"));
}
