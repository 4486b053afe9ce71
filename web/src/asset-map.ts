/** The places of one object of a network: its corners are dragged on the map, a tap adds the next one, and the field says the same.
 *
 * `<form data-shape="line"> <div class="object-map" data-asset-map data-base-url="…" data-features-url="…" data-bounds="w,s,e,n"></div>
 * <textarea name="places"></textarea> <button type="button" data-undo>…</button></form>`
 * `data-shape`, or that of the chosen option of `kind`: a point has one place. The networks around are fetched once the map is near
 * enough, and lie beneath. With Shift a tap fills in `lon` and `lat` of the page's other form.
 */
import "./styles/object-map.css";
import type { Feature, FeatureCollection, Position } from "geojson";
import { Marker, NavigationControl, type GeoJSONSource, type Map as MapLibre } from "maplibre-gl";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf, cornersTold } from "./map/bounds";
import { buildMap, HoverWords, keepLayers, readGround } from "./map/build";
import { addGround, cityGround } from "./map/ground";
import { text } from "./texts";
import { token } from "./theme";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const NEAR_ZOOM = 14; // from here on the networks around are fetched
const DIGITS = 6;

function field(form: HTMLFormElement): HTMLTextAreaElement {
  return form.querySelector<HTMLTextAreaElement>("[name=places]")!;
}

function placesIn(form: HTMLFormElement): Position[] {
  const spots = field(form)
    .value.trim()
    .split(/\s+/)
    .map((part) => part.split(",").map(Number));
  return spots.filter((spot) => spot.length === 2 && spot.every(Number.isFinite));
}

function write(form: HTMLFormElement, places: Position[]): void {
  field(form).value = places.map(([lon, lat]) => `${lon!.toFixed(DIGITS)},${lat!.toFixed(DIGITS)}`).join(" ");
  field(form).dispatchEvent(new Event("input", { bubbles: true }));
}

function isPoint(form: HTMLFormElement): boolean {
  const kind = form.querySelector<HTMLSelectElement>("select[name=kind]");
  return (form.dataset.shape ?? kind?.selectedOptions[0]?.dataset.shape) !== "line";
}

function drawn(form: HTMLFormElement): FeatureCollection {
  const places = placesIn(form);
  if (isPoint(form) || places.length < 2) return NOTHING;
  const line: Feature = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: places } };
  return { type: "FeatureCollection", features: [line] };
}

function add(map: MapLibre, around: FeatureCollection, form: HTMLFormElement): void {
  addGround(map, cityGround());
  if (!map.getSource("around")) map.addSource("around", { type: "geojson", data: around });
  if (!map.getSource("drawn")) map.addSource("drawn", { type: "geojson", data: drawn(form) });
  const muted = token("text-muted");
  const line = { "line-color": muted, "line-width": 2, "line-opacity": 0.8 };
  map.addLayer({ id: "lines", type: "line", source: "around", filter: ["==", ["geometry-type"], "LineString"], paint: line });
  const point = { "circle-color": muted, "circle-radius": 4, "circle-opacity": 0.9 };
  map.addLayer({ id: "points", type: "circle", source: "around", filter: ["==", ["geometry-type"], "Point"], paint: point });
  map.addLayer({ id: "drawn", type: "line", source: "drawn", paint: { "line-color": token("blue"), "line-width": 4 } });
}

/** One marker for each place; a dragged one writes the field. */
class Corners {
  private markers: Marker[] = [];

  constructor(
    private readonly map: MapLibre,
    private readonly form: HTMLFormElement,
  ) {}

  renew(): void {
    for (const old of this.markers) old.remove();
    this.markers = placesIn(this.form).map((place, index) => {
      const marker = new Marker({ draggable: true, scale: 0.7, color: token("blue") }).setLngLat(place as [number, number]);
      marker.on("dragend", () => {
        const places = placesIn(this.form);
        const { lng, lat } = marker.getLngLat();
        places[index] = [lng, lat];
        write(this.form, places);
      });
      return marker.addTo(this.map);
    });
    this.map.getSource<GeoJSONSource>("drawn")?.setData(drawn(this.form));
  }
}

async function show(box: HTMLElement, form: HTMLFormElement): Promise<void> {
  const ground = await readGround(box);
  const told = cornersTold(box);
  const options = { bounds: boundsOf(told.length ? told : placesIn(form)), fitBoundsOptions: { padding: 20, maxZoom: 18 } };
  const map = buildMap(box, ground, { ...options, maxZoom: 22 }, true);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.getCanvas().style.cursor = "crosshair";
  let around = NOTHING;
  await keepLayers(map, ground, () => add(map, around, form));
  const corners = new Corners(map, form);
  corners.renew();
  field(form).addEventListener("input", () => corners.renew());
  form.querySelector("select[name=kind]")?.addEventListener("change", () => corners.renew());
  map.on("click", ({ lngLat, originalEvent }) => {
    const spot: Position = [lngLat.lng, lngLat.lat];
    if (originalEvent.shiftKey) return fillIn(form, spot);
    write(form, isPoint(form) ? [spot] : [...placesIn(form), spot]);
  });
  form.querySelector("[data-undo]")?.addEventListener("click", () => write(form, placesIn(form).slice(0, -1)));
  const fetchAround = (): void => {
    if (map.getZoom() < NEAR_ZOOM) return;
    const [west, south, east, north] = map.getBounds().toArray().flat();
    const bbox = [west, south, east, north].map((one) => one!.toFixed(5)).join(",");
    getJson<FeatureCollection>(`${box.dataset.featuresUrl}?bbox=${bbox}`).then(
      (found) => {
        around = found;
        map.getSource<GeoJSONSource>("around")?.setData(found);
      },
      () => announce(text("map_failed"), "error"),
    );
  };
  map.on("moveend", fetchAround);
  fetchAround();
  const hover = new HoverWords(map);
  map.on("mousemove", (event) => {
    const [under] = map.queryRenderedFeatures(event.point, { layers: ["points", "lines"] });
    if (!under) return hover.hide();
    const { code, name } = under.properties as { code: string; name: string };
    hover.show([code, name], event.lngLat);
  });
}

/** The place of a cut, in the form beside. */
function fillIn(form: HTMLFormElement, [lon, lat]: Position): void {
  for (const [name, value] of [
    ["lon", lon],
    ["lat", lat],
  ] as const) {
    const other = document.querySelector<HTMLInputElement>(`form input[name=${name}]`);
    if (other && other.form !== form) other.value = value!.toFixed(DIGITS);
  }
}

for (const box of document.querySelectorAll<HTMLElement>("[data-asset-map]")) {
  const form = box.closest("form");
  if (form) void show(box, form).catch(() => announce(text("map_failed"), "error"));
}
