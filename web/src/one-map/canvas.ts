/** The map under the page of the one map: ground, layers from the server's tiles in their order, what lies under the pointer.
 *
 * Layers that are there from the start come in two requests a tile, those that news renew apart; one that is added later has its own.
 */
import {
  NavigationControl,
  Popup,
  ScaleControl,
  type Map as MapLibre,
  type MapGeoJSONFeature,
  type LayerSpecification,
  type VectorTileSource,
} from "maplibre-gl";
import { boundsOf } from "../map/bounds";
import { buildMap, HoverWords, keepLayers, readGround } from "../map/build";
import { addGround } from "../map/ground";
import { addShapes } from "../map/shapes";
import { text } from "../texts";
import { reliefPaint, styleOf } from "./looks";
import { Heights } from "./heights";
import type { Start, State } from "./state";

const DEEPEST_TILE = 16;
const OPACITIES: Record<string, string[]> = {
  symbol: ["icon-opacity", "text-opacity"],
  circle: ["circle-opacity", "circle-stroke-opacity"],
  line: ["line-opacity"],
  fill: ["fill-opacity"],
};

export class Canvas {
  private readonly sourceOf = new Map<string, string>();
  private readonly news = new Map<string, number>();
  private readonly hover: HoverWords;
  private popup: Popup | null = null;
  readonly heights: Heights;
  /** Whether a click is somebody else's: a tool draws. */
  busy = false;
  /** Called when the style is new: what tools draw lies above all layers. */
  readonly drawers: (() => void)[] = [];
  /** Asks for what lies along an object. */
  chooseAlong: (layer: string, key: string) => void = () => undefined;

  private constructor(
    readonly map: MapLibre,
    private readonly state: State,
    private readonly start: Start,
  ) {
    this.hover = new HoverWords(map);
    this.heights = new Heights(map, start.terrain !== null);
    map.on("click", (event) => !this.busy && this.onClick(event.point, event.lngLat));
    map.on("mousemove", (event) => this.onHover(event.point, event.lngLat));
    map.on("mousemove", (event) => this.heights.follow(event.lngLat));
    map.on("mouseout", () => this.hover.hide());
    map.on("mouseout", () => this.heights.leave());
    map.on("moveend", () => {
      const { lng, lat } = map.getCenter();
      state.setView([lng, lat, map.getZoom()]);
    });
    state.addEventListener("order", () => this.applyOrder());
    state.addEventListener("opacity", () => this.applyOpacity());
    state.addEventListener("moment", () => this.renew([...this.sourceOf.keys()]));
  }

  static async create(box: HTMLElement, state: State, start: Start): Promise<Canvas> {
    const ground = await readGround(box);
    const map = buildMap(
      box,
      ground,
      {
        ...(start.view
          ? { center: [start.view[0], start.view[1]], zoom: start.view[2] }
          : { bounds: start.box ?? boundsOf([]), fitBoundsOptions: { padding: padding() } }),
        maxZoom: 19,
        preserveDrawingBuffer: false,
      } as never,
      window.innerWidth < 900,
    );
    map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-right");
    map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    const canvas = new Canvas(map, state, start);
    const { lng, lat } = map.getCenter();
    state.view = [lng, lat, map.getZoom()];
    await keepLayers(map, ground, () => canvas.add());
    return canvas;
  }

  /** Something happened of which these layers tell: they are asked for again. */
  renew(names: string[]): void {
    for (const name of names) if (this.state.byName.get(name)) this.news.set(name, (this.news.get(name) ?? 0) + 1);
    const sources = new Set(names.map((name) => this.sourceOf.get(name)));
    for (const source of sources) {
      if (!source) continue;
      const inside = [...this.sourceOf].filter(([, own]) => own === source).map(([name]) => name);
      this.map.getSource<VectorTileSource>(source)?.setTiles([this.address(inside)]);
    }
  }

  /** The server answers again: everything on the map is asked for anew, the ground too. */
  renewAll(): void {
    this.renew([...this.sourceOf.keys()]);
    const ground = this.map.getSource<VectorTileSource>("ground");
    if (ground) ground.setTiles([...ground.tiles]);
  }

  private add(): void {
    addGround(this.map, this.start.ground);
    this.addTerrain();
    addShapes(this.map);
    this.sourceOf.clear();
    const names = this.state.shown.map((one) => one.name);
    const isLive = (name: string): boolean => this.state.byName.get(name)!.live !== "";
    this.addSource(
      "calm",
      names.filter((name) => !isLive(name)),
    );
    this.addSource("live", names.filter(isLive));
    this.applyOrder();
    for (const draw of this.drawers) draw();
  }

  private addTerrain(): void {
    const terrain = this.start.terrain;
    if (!terrain) return;
    this.map.addSource("terrain", {
      type: "raster-dem",
      tiles: [`${location.origin}/map/terrain/${terrain.version}/{z}/{x}/{y}`],
      tileSize: 256,
      encoding: "terrarium",
      minzoom: Math.min(6, terrain.zoom),
      maxzoom: terrain.zoom,
      bounds: terrain.box,
      attribution: asHtml(terrain.source),
    });
  }

  private isRelief(name: string): boolean {
    return this.state.byName.get(name)?.look === "relief";
  }

  private addSource(source: string, given: string[]): void {
    const names = given.filter((name) => !this.isRelief(name));
    if (!names.length) return;
    this.map.addSource(source, { type: "vector", tiles: [this.address(names)], maxzoom: DEEPEST_TILE, minzoom: 3 });
    for (const name of names) this.sourceOf.set(name, source);
  }

  private address(names: string[]): string {
    const told = new URLSearchParams();
    if (this.state.at) told.set("at", this.state.at);
    const news = Math.max(0, ...names.map((name) => this.news.get(name) ?? 0));
    if (news) told.set("news", String(news));
    const question = told.size ? `?${told.toString()}` : "";
    return `${location.origin}/map/tiles/${names.map(encodeURIComponent).join(",")}/{z}/{x}/{y}${question}`;
  }

  /** Layers that came are added, those that went are removed, all lie in the order of the state. */
  private applyOrder(): void {
    const wanted = this.state.shown.map((one) => one.name);
    const drawn = new Map<string, LayerSpecification[]>();
    for (const name of wanted) {
      if (!this.sourceOf.has(name)) this.addSource(`one:${name}`, [name]);
      drawn.set(name, styleOf(this.state.byName.get(name)!, this.sourceOf.get(name)!));
    }
    const keep = new Set([...drawn.values()].flat().map((one) => one.id));
    for (const id of this.ownLayers()) if (!keep.has(id)) this.map.removeLayer(id);
    for (const name of wanted)
      for (const layer of drawn.get(name)!) {
        const before = this.isRelief(name) ? this.aboveLand() : undefined;
        if (!this.map.getLayer(layer.id)) this.map.addLayer(layer, before);
        else this.map.moveLayer(layer.id, before);
      }
    for (const [name, source] of this.sourceOf) {
      if (wanted.includes(name) || source === "calm" || source === "live") continue;
      this.map.removeSource(source);
      this.sourceOf.delete(name);
    }
    for (const id of ["drawn-fill", "drawn-line", "drawn-points", "drawn-words"])
      if (this.map.getLayer(id)) this.map.moveLayer(id);
    this.applyOpacity();
  }

  /** The shade lies on land, woods and buildings, below roads and names. */
  private aboveLand(): string {
    return this.map.getLayer("ground-casing-lane") ? "ground-casing-lane" : "county-lines";
  }

  private applyOpacity(): void {
    for (const { name, opacity } of this.state.shown.filter((one) => this.isRelief(one.name)))
      for (const [property, value] of Object.entries(reliefPaint(opacity / 100)))
        this.map.setPaintProperty(`${name}/shade`, property as never, value as never);
    for (const { name, opacity } of this.state.shown)
      for (const layer of styleOf(this.state.byName.get(name)!, ""))
        for (const property of OPACITIES[layer.type] ?? []) {
          const own = (layer.paint as Record<string, unknown> | undefined)?.[property];
          this.map.setPaintProperty(
            layer.id,
            property as never,
            (((typeof own === "number" ? own : 1) * opacity) / 100) as never,
          );
        }
  }

  private ownLayers(): string[] {
    return this.map.getLayersOrder().filter((id) => id.includes("/"));
  }

  private asked(): string[] {
    return this.ownLayers().filter((id) => this.map.getLayer(id)?.type !== "hillshade");
  }

  private found(point: { x: number; y: number }): MapGeoJSONFeature[] {
    const near: [[number, number], [number, number]] = [
      [point.x - 4, point.y - 4],
      [point.x + 4, point.y + 4],
    ];
    const layers = this.asked();
    if (!layers.length) return [];
    const seen = new Set<string>();
    return this.map.queryRenderedFeatures(near, { layers }).filter((one) => {
      const key = `${one.sourceLayer}/${String(one.properties.key ?? one.properties.count)}`;
      if (seen.has(key)) return false;
      return seen.add(key);
    });
  }

  private onClick(point: { x: number; y: number }, at: { lng: number; lat: number }): void {
    this.popup?.remove();
    const found = this.found(point);
    const cluster = found.find((one) => one.properties.count !== undefined);
    if (cluster && found.length === 1) {
      this.map.easeTo({ center: at as never, zoom: Math.min(16, this.map.getZoom() + 2) });
      return;
    }
    const height = this.heights.line(at);
    if (!found.length && !height) return;
    const box = document.createElement("ul");
    box.className = "found";
    for (const one of found.slice(0, 12)) box.append(this.entry(one));
    if (height) box.append(height);
    this.popup = new Popup({ maxWidth: "340px", className: "found-popup" })
      .setLngLat(at as never)
      .setDOMContent(box)
      .addTo(this.map);
  }

  private entry(one: MapGeoJSONFeature): HTMLElement {
    const row = document.createElement("li");
    const { name, words, url, count, key } = one.properties as Record<string, string | undefined>;
    const head = document.createElement(url ? "a" : "strong");
    head.textContent = count === undefined ? (name ?? "") : text("map_many", { count });
    if (url) (head as HTMLAnchorElement).href = url;
    const layer = document.createElement("small");
    layer.textContent = this.state.byName.get(one.sourceLayer ?? "")?.words ?? "";
    row.append(layer, head);
    if (words) row.append(Object.assign(document.createElement("span"), { textContent: words }));
    if (key && one.sourceLayer) {
      const along = Object.assign(document.createElement("button"), { type: "button", className: "button quiet small" });
      along.textContent = text("map_along");
      along.addEventListener("click", () => {
        this.popup?.remove();
        this.chooseAlong(one.sourceLayer!, key);
      });
      row.append(along);
    }
    return row;
  }

  private onHover(point: { x: number; y: number }, at: { lng: number; lat: number }): void {
    if (this.busy) return this.hover.hide();
    const [first] = this.found(point);
    if (!first) return this.hover.hide();
    const { name, words, count } = first.properties as Record<string, string | undefined>;
    if (count !== undefined) this.hover.show([text("map_many", { count })], at);
    else this.hover.show([name ?? "", words ?? ""].filter(Boolean), at);
  }
}

/** Room that the panels take from the picture. */
export function padding(): { left: number; right: number; top: number; bottom: number } {
  const wide = window.innerWidth > 900;
  return wide
    ? { left: 370, right: 70, top: 30, bottom: 90 }
    : { left: 20, right: 20, top: 60, bottom: window.innerHeight * 0.3 };
}

/** Words of people as MapLibre takes them: it makes HTML of what it is given. */
function asHtml(words: string): string {
  return Object.assign(document.createElement("span"), { textContent: words }).innerHTML;
}
