/** The map beside a list: its rows as points under the filters that it has now, many in one place as a number. A press on a point goes
 * to its row, on another page of the list, too; the pin in a row goes to its point.
 *
 * `<div class="beside-map"> <div id="rows"><table class="table cards">…</table></div>
 * <section class="list-map" data-list-map data-per-page="50"> <div class="object-map" data-base-url="/map/base" data-notice=""></div>
 * <p data-said role="status"></p> </section></div>`
 * The points come from the list's own address with `format=points`: features with `name`, `words`, `url`, `shape` and `row`, its
 * number in the list; and `said`. A row is known by a link to the feature's `url`. Where rows are
 * grouped, one on another page is only told of.
 */
import "./styles/object-map.css";
import "./styles/list-map.css";
import {
  NavigationControl,
  Popup,
  type ExpressionSpecification,
  type GeoJSONSource,
  type Map as MapLibre,
  type MapMouseEvent,
} from "maplibre-gl";
import type { Feature, FeatureCollection, Point } from "geojson";
import { getJson } from "./api";
import { announce } from "./forms";
import { boundsOf } from "./map/bounds";
import { buildMap, HoverWords, keepLayers, readGround } from "./map/build";
import { addGround, cityGround } from "./map/ground";
import { addShapes } from "./map/shapes";
import { FONT } from "./map/style";
import { text } from "./texts";
import { token } from "./theme";

interface Told {
  name: string;
  words: string;
  url: string;
  shape: string;
  row: number;
}

type Placed = Feature<Point, Told>;

interface Points extends FeatureCollection<Point, Told> {
  said: string;
}

const NOTHING: FeatureCollection<Point> = { type: "FeatureCollection", features: [] };
const ROW_ZOOM = 15.5; // the way from a row to its point ends among the streets
const MOST_TOLD = 8; // rows that a popup names where many lie in one place
const LAYERS = ["row-clusters", "rows-plain", "rows"];
const IMAGES = {
  red: "level-red",
  orange: "level-orange",
  yellow: "level-yellow",
  blue: "level-blue",
  unknown: "sensor-silent",
  bad: "sensor-fault",
};
const RANKS = { red: 4, orange: 3, yellow: 2, blue: 1 };
const STALE_MS = 15_000; // a list that is told of news fetches its rows anew; its points follow no faster than that
const CHOSEN = "row="; // in the address behind #: the row that another page of the list shall show

const matching = (of: string, cases: Record<string, string | number>, other: string | number): ExpressionSpecification =>
  ["match", ["get", of], ...Object.entries(cases).flat(), other] as unknown as ExpressionSpecification;

/** The address of the points of the list that is shown now. */
function pointsUrl(): string {
  const query = new URLSearchParams(location.search);
  for (const name of ["page", "map", "fold", "turned", "columns"]) query.delete(name);
  query.set("format", "points");
  return `${location.pathname}?${query}`;
}

class ListMap {
  private points: Points = { ...NOTHING, said: "" } as Points;
  private url = "";
  private read = 0;
  private chosen?: Placed;
  private popup?: Popup;

  constructor(
    private readonly section: HTMLElement,
    private readonly map: MapLibre,
  ) {}

  add(): void {
    const { map } = this;
    addGround(map, cityGround());
    addShapes(map);
    const worst = { worst: ["max", matching("shape", RANKS, 0)] };
    map.addSource("rows", {
      type: "geojson",
      data: this.points,
      cluster: true,
      clusterMaxZoom: 15,
      clusterRadius: 40,
      clusterProperties: worst,
    });
    map.addSource("chosen", { type: "geojson", data: this.chosen ?? NOTHING });
    const levels = Object.entries(RANKS).flatMap(([shape, rank]) => [rank, token(shape)]);
    const edge = ["match", ["get", "worst"], ...levels, token("text-muted")] as unknown as ExpressionSpecification;
    map.addLayer({
      id: "row-clusters",
      type: "circle",
      source: "rows",
      filter: ["has", "point_count"],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 12, 500, 24],
        "circle-color": token("surface"),
        "circle-stroke-color": edge,
        "circle-stroke-width": 3,
      },
    });
    map.addLayer({
      id: "row-counts",
      type: "symbol",
      source: "rows",
      filter: ["has", "point_count"],
      layout: {
        "text-field": ["get", "point_count_abbreviated"],
        "text-font": FONT,
        "text-size": 12,
        "text-allow-overlap": true,
      },
      paint: { "text-color": token("text") },
    });
    const single: ExpressionSpecification = ["!", ["has", "point_count"]];
    const plain: ExpressionSpecification = ["==", ["get", "shape"], "plain"];
    map.addLayer({
      id: "rows-plain",
      type: "circle",
      source: "rows",
      filter: ["all", single, plain],
      paint: {
        "circle-radius": 6,
        "circle-color": token("text-muted"),
        "circle-stroke-color": token("surface"),
        "circle-stroke-width": 2,
      },
    });
    map.addLayer({
      id: "rows",
      type: "symbol",
      source: "rows",
      filter: ["all", single, ["!", plain]],
      layout: {
        "icon-image": matching("shape", IMAGES, "sensor-good"),
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": matching("shape", RANKS, 0),
      },
    });
    const ring = { "circle-radius": 15, "circle-opacity": 0, "circle-stroke-color": token("text"), "circle-stroke-width": 3 };
    map.addLayer({ id: "chosen", type: "circle", source: "chosen", paint: ring });
  }

  /** Fetches the points where the filters are others than before, and then looks at all of them; or where they were read long ago. */
  async renew(): Promise<void> {
    const url = pointsUrl();
    const others = url !== this.url;
    if (others || Date.now() - this.read > STALE_MS) {
      [this.url, this.read] = [url, Date.now()];
      const points = await getJson<Points>(url);
      if (url !== this.url) return; // the filters changed again meanwhile
      this.points = points;
      this.map.getSource<GeoJSONSource>("rows")?.setData(points);
      if (others) this.look();
    }
    this.section.querySelector("[data-said]")!.textContent = this.points.said;
    this.pin();
  }

  private look(): void {
    this.choose(undefined);
    this.popup?.remove();
    const bounds = boundsOf(this.points.features.map((one) => one.geometry.coordinates));
    this.map.fitBounds(bounds, { padding: 50, maxZoom: 15, duration: 0 });
  }

  /** A pin in each row that lies on the map. */
  private pin(): void {
    const places = new Map(this.points.features.map((one) => [one.properties.url, one]));
    for (const row of rows()) {
      const link = [...row.querySelectorAll<HTMLAnchorElement>("a[href]")].find((one) => places.has(one.getAttribute("href")!));
      if (!link || row.querySelector(".to-point")) continue;
      const feature = places.get(link.getAttribute("href")!)!;
      const pin = document.createElement("button");
      pin.type = "button";
      pin.className = "button icon-only small quiet to-point";
      pin.title = text("map_to_point", { name: feature.properties.name });
      pin.setAttribute("aria-label", pin.title);
      pin.append(this.section.querySelector<HTMLTemplateElement>("template[data-pin]")!.content.cloneNode(true));
      pin.addEventListener("click", () => this.toPoint(feature));
      link.after(pin);
    }
    const wanted = decodeURIComponent(location.hash.slice(1));
    const feature = wanted.startsWith(CHOSEN) && places.get(wanted.slice(CHOSEN.length));
    if (!feature) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    this.toRow(feature);
    this.map.jumpTo({ center: feature.geometry.coordinates as [number, number], zoom: ROW_ZOOM });
  }

  toPoint(feature: Placed): void {
    this.choose(feature);
    const zoom = Math.max(this.map.getZoom(), ROW_ZOOM);
    this.map.easeTo({ center: feature.geometry.coordinates as [number, number], zoom });
    if (getComputedStyle(this.section).position !== "sticky") this.section.scrollIntoView({ block: "start" });
  }

  toRow(feature: Placed): void {
    this.choose(feature);
    const { url, row: number } = feature.properties;
    const row = rowOf(url);
    if (row) {
      row.scrollIntoView({ block: "center" });
      row.querySelector<HTMLElement>(`a[href="${CSS.escape(url)}"], a`)?.focus({ preventScroll: true });
      return;
    }
    if (!this.otherPages()) return;
    const perPage = Number(this.section.dataset.perPage);
    const query = new URLSearchParams(location.search);
    query.set("page", String(Math.floor(number / perPage) + 1));
    location.assign(`${location.pathname}?${query}#${CHOSEN}${encodeURIComponent(url)}`);
  }

  /** Whether the page of a row can be told from its number: not where rows stand by groups. */
  private otherPages(): boolean {
    return !new URLSearchParams(location.search).get("group_by");
  }

  /** Whether the words of that row stand at its point already. */
  tellsOf(url: string): boolean {
    return !!this.popup?.isOpen() && this.chosen?.properties.url === url;
  }

  /** Rings the point and marks its row. */
  choose(feature: Placed | undefined): void {
    this.chosen = feature;
    this.map.getSource<GeoJSONSource>("chosen")?.setData(feature ?? NOTHING);
    for (const old of document.querySelectorAll("tr.on-map")) old.classList.remove("on-map");
    if (feature) rowOf(feature.properties.url)?.classList.add("on-map");
  }

  async press(event: MapMouseEvent): Promise<void> {
    const found = this.map.queryRenderedFeatures(event.point, { layers: LAYERS });
    const cluster = found.find((one) => one.layer.id === "row-clusters");
    const { map } = this;
    if (cluster) {
      const center = (cluster.geometry as Point).coordinates as [number, number];
      const zoom = await map.getSource<GeoJSONSource>("rows")!.getClusterExpansionZoom(Number(cluster.properties.cluster_id));
      map.easeTo({ center, zoom });
      return;
    }
    const urls = [...new Set(found.map((one) => (one.properties as Told).url))];
    const told = urls.map((url) => this.points.features.find((one) => one.properties.url === url)!).filter(Boolean);
    if (!told.length) return;
    this.choose(told[0]);
    this.tell(told);
    if (told.length === 1 && rowOf(told[0]!.properties.url)) this.toRow(told[0]!);
  }

  /** What lies at a point, each with the way to its row and to its page. */
  private tell(told: Placed[]): void {
    const list = document.createElement("ul");
    for (const one of told.slice(0, MOST_TOLD)) {
      const item = document.createElement("li");
      const { name, words, url } = one.properties;
      item.append(Object.assign(document.createElement("strong"), { textContent: name }));
      item.append(Object.assign(document.createElement("span"), { textContent: words }));
      const acts = Object.assign(document.createElement("div"), { className: "actions" });
      if (rowOf(url) || this.otherPages()) {
        const go = Object.assign(document.createElement("button"), {
          type: "button",
          className: "button small",
          textContent: text("map_to_row"),
        });
        go.addEventListener("click", () => this.toRow(one));
        acts.append(go);
      }
      acts.append(
        Object.assign(document.createElement("a"), { href: url, className: "button small quiet", textContent: text("map_open") }),
      );
      item.append(acts);
      list.append(item);
    }
    const more = told.length - MOST_TOLD;
    if (more > 0) list.append(Object.assign(document.createElement("li"), { textContent: text("map_more", { count: more }) }));
    this.popup?.remove();
    const [lon, lat] = told[0]!.geometry.coordinates;
    this.popup = new Popup({ offset: 14, maxWidth: "300px", focusAfterOpen: false });
    this.popup.setLngLat([lon!, lat!]).setDOMContent(list).addTo(this.map);
  }
}

function rows(): HTMLTableRowElement[] {
  return [...document.querySelectorAll<HTMLTableRowElement>(".beside-map table.cards > tbody > tr:not([data-group])")];
}

function rowOf(url: string): HTMLTableRowElement | undefined {
  return rows().find((row) => [...row.querySelectorAll("a[href]")].some((one) => one.getAttribute("href") === url));
}

async function show(section: HTMLElement): Promise<void> {
  const box = section.querySelector<HTMLElement>(".object-map")!;
  const ground = await readGround(box);
  const options = {
    bounds: boundsOf([]),
    maxZoom: 19,
    cooperativeGestures: true,
    locale: {
      "CooperativeGesturesHandler.WindowsHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MacHelpText": text("map_zoom"),
      "CooperativeGesturesHandler.MobileHelpText": text("map_move"),
    },
  };
  const map = buildMap(box, ground, options, true);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  const beside = new ListMap(section, map);
  await keepLayers(map, ground, () => beside.add());
  await beside.renew();
  const failed = (): void => announce(text("map_failed"), "error");
  for (const name of ["htmx:afterSettle", "htmx:pushedIntoHistory"]) {
    document.body.addEventListener(name, () => void beside.renew().catch(failed));
  }
  map.on("click", (event) => void beside.press(event).catch(failed));
  const hover = new HoverWords(map);
  map.on("mousemove", (event) => {
    const [under] = map.queryRenderedFeatures(event.point, { layers: LAYERS });
    if (!under) return hover.hide();
    if (under.layer.id === "row-clusters") return void (map.getCanvas().style.cursor = "pointer");
    const { name, words, url } = under.properties as Told;
    if (beside.tellsOf(url)) return hover.hide();
    hover.show([name, words], event.lngLat);
  });
}

for (const section of document.querySelectorAll<HTMLElement>("[data-list-map]")) {
  void show(section).catch(() => announce(text("map_failed"), "error"));
}
