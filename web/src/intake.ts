/** The page on which an event is taken in: a click on the map, or a known place, sets the spot.
 *
 * `<div data-pick-map data-base-url="…" data-features-url="…" data-bounds="120.3,36.1,120.5,36.3">` beside a form `intake` with the
 * fields `lon`, `lat` and `place_kind`; `<button data-pick-lon="…" data-pick-lat="…" data-pick-kind="manhole">` does the same.
 */
import "./styles/intake.css";
import type { FeatureCollection, Point } from "geojson";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf } from "./map/bounds";
import { setSpot, showSpot } from "./map/spot";
import { text } from "./texts";

const form = document.querySelector<HTMLFormElement>("#intake")!;
const field = (name: string): HTMLInputElement => form.querySelector<HTMLInputElement>(`[name=${name}]`)!;

async function show(box: HTMLElement): Promise<void> {
  const cases = await getJson<FeatureCollection<Point>>(box.dataset.featuresUrl!);
  const [west, south, east, north] = (box.dataset.bounds ?? "").split(",").map(Number);
  const bounds = north
    ? boundsOf([
        [west!, south!],
        [east!, north],
      ])
    : boundsOf(cases.features.map((one) => one.geometry.coordinates));
  await showSpot(box, form, [bounds, 15], (map) => {
    map.addSource("cases", { type: "geojson", data: cases });
    const paint = { "circle-radius": 5, "circle-color": "#d9534f", "circle-opacity": 0.7 };
    map.addLayer({ id: "cases", type: "circle", source: "cases", paint });
  });
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-pick-lon]");
  if (!button) return;
  const kind = form.querySelector<HTMLSelectElement>("[name=place_kind]")!;
  if ([...kind.options].some((one) => one.value === button.dataset.pickKind)) kind.value = button.dataset.pickKind!;
  field("place").value = button.textContent!.trim().replace(/\s+/g, " ");
  setSpot(form, Number(button.dataset.pickLon), Number(button.dataset.pickLat));
  field("caller").focus();
});
for (const box of document.querySelectorAll<HTMLElement>("[data-pick-map]"))
  void show(box).catch(() => announce(text("map_failed"), "error"));
