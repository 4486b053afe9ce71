/** Layers of areas that capabilities offer (src/tocsin.atlas.layers.rules.layers.py): warnings that hold. Filled in the colour of their level, a
 * dashed edge where it is an exercise; whatever lies in them is drawn above and is clicked first.
 *
 * `<input type="checkbox" data-layer="public-warnings" data-areas="/api/v1/…" data-live="public_warning" checked>`
 */
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibre, MapGeoJSONFeature } from "maplibre-gl";
import { getJson } from "../api";
import { announce } from "../forms";
import { text } from "../texts";
import { token } from "../theme";
import { EMPTY } from "./style";

interface Told {
  name: string;
  words: string;
  url: string;
  shape: string;
  drill?: boolean;
}
type Areas = FeatureCollection<Polygon | MultiPolygon, Told>;

const LEVELS = ["red", "orange", "yellow", "blue"];
const SETTLE_MS = 500; // after an event: several come together
const IS_DRILL: ExpressionSpecification = ["to-boolean", ["get", "drill"]];

/** From near one stands inside: there the fill only tints the ground. */
const FILL: ExpressionSpecification = [
  "interpolate",
  ["linear"],
  ["zoom"],
  9,
  ["case", IS_DRILL, 0.1, 0.24],
  14,
  ["case", IS_DRILL, 0.05, 0.08],
];

export class AreaLayers {
  private readonly data = new Map<string, Areas>();
  private readonly boxes = [...document.querySelectorAll<HTMLInputElement>("[data-areas]")];
  private readonly waiting = new Set<string>();

  constructor(private readonly map: MapLibre) {
    for (const box of this.boxes) if (box.checked) void this.load(box);
  }

  /** Whether a layer of that name is one of these. */
  has(name: string): boolean {
    return this.boxes.some((one) => one.dataset.layer === name);
  }

  /** The layers of the map's style, made once for each style, beneath everything that lies in the areas. */
  add(): void {
    const colour = [
      "match",
      ["get", "shape"],
      ...LEVELS.flatMap((level) => [level, token(level)]),
      token("text-faint"),
    ] as unknown as ExpressionSpecification;
    for (const box of this.boxes) {
      const name = box.dataset.layer!;
      const layout = { visibility: box.checked ? ("visible" as const) : ("none" as const) };
      this.map.addSource(name, { type: "geojson", data: this.data.get(name) ?? EMPTY });
      this.map.addLayer({
        id: name,
        type: "fill",
        source: name,
        layout,
        paint: { "fill-color": colour, "fill-opacity": FILL },
      });
      const edge = { type: "line" as const, source: name, layout };
      const paint = { "line-color": colour, "line-width": 2 };
      this.map.addLayer({ id: `${name}-edge`, ...edge, filter: ["!", IS_DRILL], paint });
      this.map.addLayer({ id: `${name}-drill`, ...edge, filter: IS_DRILL, paint: { ...paint, "line-dasharray": [3, 2] } });
    }
  }

  async show(name: string, visible: boolean): Promise<void> {
    for (const layer of [name, `${name}-edge`, `${name}-drill`])
      this.map.setLayoutProperty(layer, "visibility", visible ? "visible" : "none");
    const box = this.boxes.find((one) => one.dataset.layer === name)!;
    if (visible && !this.data.has(name)) await this.load(box);
  }

  /** Something happened of which these layers tell; without a name: so much was missed that all are asked anew. */
  takeNews(event?: string): void {
    for (const box of this.boxes) {
      const name = box.dataset.layer!;
      if ((event !== undefined && box.dataset.live !== event) || this.waiting.has(name)) continue;
      this.waiting.add(name);
      setTimeout(() => {
        this.waiting.delete(name);
        if (box.checked) void this.load(box);
        else this.data.delete(name); // when it is shown again it is fetched again
      }, SETTLE_MS);
    }
  }

  /** Opens the page of the area under the pointer; false where there is none. */
  click(found: MapGeoJSONFeature[]): boolean {
    const one = found.find((each) => this.has(each.layer.id));
    if (one) location.assign((one.properties as Told).url);
    return one !== undefined;
  }

  describe(one: MapGeoJSONFeature): string[] | null {
    if (!this.has(one.layer.id)) return null;
    const { name, words, drill } = one.properties as Told;
    return drill ? [name, words, text("drill_mark")] : [name, words];
  }

  private async load(box: HTMLInputElement): Promise<void> {
    const name = box.dataset.layer!;
    try {
      const found = await getJson<Areas>(box.dataset.areas!);
      this.data.set(name, found);
      this.map.getSource<GeoJSONSource>(name)?.setData(found);
      box.closest("label")!.querySelector("[data-count]")!.textContent = String(found.features.length);
    } catch {
      announce(text("points_failed"), "warning");
    }
  }
}
