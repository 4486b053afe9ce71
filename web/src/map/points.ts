/** Layers of points that capabilities offer (src/tocsin/atlas/layers/queries/layers.py): open cases, firms. Many in one place are one sign, in
 * the shape of the most serious and with their number; the sign stands on a plate, so that the alarm it belongs to stays seen.
 *
 * `<input type="checkbox" data-layer="cases" data-points="/api/v1/command/cases.geojson" data-live="case" data-sign="case" checked>`
 */
import type { FeatureCollection, Point } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibre, MapGeoJSONFeature } from "maplibre-gl";
import { getJson } from "../api";
import { announce } from "../forms";
import { text } from "../texts";
import { colours, EMPTY, FONT } from "./style";

interface Told {
  name: string;
  words: string;
  url: string;
  shape: string;
  drill?: boolean;
}

const SHAPES = ["good", "unknown", "blue", "yellow", "orange", "red"]; // the later one stands for all in a cluster
const SETTLE_MS = 1500; // after an event: many come together, and the answer may be large
const RANK: ExpressionSpecification = ["match", ["get", "shape"], ...SHAPES.flatMap((shape, rank) => [shape, rank]), 0] as never;
/** The plate of the most serious one, with the sign of the layer where it has one. */
const imageOf = (sign: string | undefined): ExpressionSpecification => {
  const plate = sign ? `plate-${sign}` : "plate";
  const images = SHAPES.flatMap((shape, rank) => [rank, `${plate}-${shape}`]);
  return ["match", ["coalesce", ["get", "worst"], RANK], ...images, `${plate}-unknown`] as never;
};

export class PointLayers {
  private readonly data = new Map<string, FeatureCollection<Point, Told>>();
  private readonly boxes = [...document.querySelectorAll<HTMLInputElement>("[data-points]")];
  private readonly waiting = new Set<string>();

  constructor(private readonly map: MapLibre) {
    for (const box of this.boxes) if (box.checked) void this.load(box);
  }

  /** Whether a layer of that name is one of these. */
  has(name: string): boolean {
    return this.boxes.some((one) => one.dataset.layer === name);
  }

  /** The layers of the map's style, made once for each style. */
  add(): void {
    for (const box of this.boxes) {
      const name = box.dataset.layer!;
      this.map.addSource(name, {
        type: "geojson",
        data: this.data.get(name) ?? EMPTY,
        cluster: true,
        clusterRadius: 44,
        clusterMaxZoom: 15,
        clusterProperties: { worst: ["max", RANK] },
      });
      const colour = colours();
      this.map.addLayer({
        id: name,
        type: "symbol",
        source: name,
        layout: {
          visibility: box.checked ? "visible" : "none",
          "icon-image": imageOf(box.dataset.sign),
          "icon-anchor": "bottom-left",
          "icon-offset": [5, -5],
          "icon-allow-overlap": true,
          "icon-ignore-placement": true,
          "icon-size": ["interpolate", ["linear"], ["coalesce", ["get", "point_count"], 1], 1, 0.95, 100, 1.2],
          "symbol-sort-key": ["coalesce", ["get", "worst"], RANK],
          "text-field": [
            "case",
            ["has", "point_count"],
            ["get", "point_count_abbreviated"],
            ["to-boolean", ["get", "drill"]],
            text("drill_mark"),
            "",
          ],
          "text-font": FONT,
          "text-size": 12,
          "text-anchor": "bottom-left",
          "text-offset": [2.6, -0.7],
          "text-optional": true,
        },
        paint: { "text-color": colour.label!, "text-halo-color": colour.halo!, "text-halo-width": 1.6 },
      });
    }
  }

  async show(name: string, visible: boolean): Promise<void> {
    this.map.setLayoutProperty(name, "visibility", visible ? "visible" : "none");
    const box = this.boxes.find((one) => one.dataset.layer === name)!;
    if (visible && !this.data.has(name)) await this.load(box);
  }

  /** Something happened of which these layers tell. */
  takeNews(event: string): void {
    for (const box of this.boxes) {
      const name = box.dataset.layer!;
      if (box.dataset.live !== event || !this.data.has(name) || this.waiting.has(name)) continue;
      this.waiting.add(name);
      setTimeout(() => {
        this.waiting.delete(name);
        if (box.checked) void this.load(box);
        else this.data.delete(name); // when it is shown again it is fetched again
      }, SETTLE_MS);
    }
  }

  /** Opens what is under the pointer, or comes nearer to a cluster; false where there is nothing of these layers. */
  click(found: MapGeoJSONFeature[]): boolean {
    const one = found.find((each) => this.has(each.layer.id));
    if (!one) return false;
    if (one.properties.cluster_id === undefined) location.assign((one.properties as Told).url);
    else void this.approach(one);
    return true;
  }

  describe(one: MapGeoJSONFeature): string[] | null {
    if (!this.has(one.layer.id)) return null;
    if (one.properties.cluster_id !== undefined) return [text("points_many", { count: Number(one.properties.point_count) })];
    const { name, words } = one.properties as Told;
    return [name, words];
  }

  private async approach(one: MapGeoJSONFeature): Promise<void> {
    const zoom = await this.map
      .getSource<GeoJSONSource>(one.layer.id)!
      .getClusterExpansionZoom(Number(one.properties.cluster_id));
    this.map.easeTo({ center: (one.geometry as Point).coordinates as [number, number], zoom });
  }

  private async load(box: HTMLInputElement): Promise<void> {
    const name = box.dataset.layer!;
    try {
      const found = await getJson<FeatureCollection<Point, Told>>(box.dataset.points!);
      this.data.set(name, found);
      this.map.getSource<GeoJSONSource>(name)?.setData(found);
      box.closest("label")!.querySelector("[data-count]")!.textContent = String(found.features.length);
    } catch {
      announce(text("points_failed"), "warning");
    }
  }
}
