/** One spot on a map, and the fields `lon` and `lat` of a form: a click sets both, and the marker stands where the fields say. */
import "../styles/object-map.css";
import { Marker, NavigationControl, type LngLatLike, type Map as MapLibre } from "maplibre-gl";
import type { Bounds } from "./bounds";
import { buildMap, keepLayers, readGround } from "./build";
import { addGround, cityGround } from "./ground";

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.querySelector<HTMLInputElement>(`[name=${name}]`)!;
}

/** Where the fields say; null while they are empty. */
export function spotOf(form: HTMLFormElement): [number, number] | null {
  const lon = Number(field(form, "lon").value);
  const lat = Number(field(form, "lat").value);
  return lon && lat ? [lon, lat] : null;
}

/** Sets the fields, and says so to whoever listens to them, a map among them. */
export function setSpot(form: HTMLFormElement, lon: number, lat: number): void {
  field(form, "lon").value = lon.toFixed(6);
  field(form, "lat").value = lat.toFixed(6);
  field(form, "lat").dispatchEvent(new Event("change", { bubbles: true }));
}

/** The map in `box`, at first around `bounds`, no closer than the zoom `closest`. `draw` puts what else there is to see on it, again after each change of style. */
export async function showSpot(
  box: HTMLElement,
  form: HTMLFormElement,
  [bounds, closest]: [Bounds, number],
  draw: (map: MapLibre) => void,
): Promise<void> {
  const ground = await readGround(box);
  const map = buildMap(box, ground, { bounds, fitBoundsOptions: { padding: 30, maxZoom: closest }, maxZoom: 19 }, true);
  const marker = new Marker();
  const mark = (): void => {
    const spot: LngLatLike | null = spotOf(form);
    if (!spot) return void marker.remove();
    marker.setLngLat(spot).addTo(map);
    if (!map.getBounds().contains(spot)) map.easeTo({ center: spot });
  };
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", ({ lngLat }) => setSpot(form, lngLat.lng, lngLat.lat));
  for (const name of ["lon", "lat"]) field(form, name).addEventListener("change", mark);
  await keepLayers(map, ground, () => {
    addGround(map, cityGround());
    draw(map);
  });
  mark();
}
