/** Drawing on the map: measuring a course or an area, and the shape within which things are chosen.
 *
 * A click sets a corner, a double click or Enter ends, Esc gives up; a circle is its middle and a second click. What was drawn stays until
 * it is cleared or the next is drawn.
 */
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import type { GeoJSONSource, MapMouseEvent } from "maplibre-gl";
import { FONT, colours } from "../map/style";
import { token } from "../theme";
import type { Canvas } from "./canvas";
import { areaM2, areaWords, circle, distanceM, lengthM, lengthWords } from "./geometry";

export type Tool = "length" | "area" | "polygon" | "circle" | "strip";
export type Shape =
  | { kind: "polygon"; ring: Position[] }
  | { kind: "circle"; middle: Position; metres: number }
  | { kind: "strip"; course: Position[]; metres: number }
  | { kind: "along"; layer: string; key: string; metres: number }
  | { kind: "unit"; code: string };

const FEWEST: Record<Tool, number> = { length: 2, area: 3, polygon: 3, circle: 2, strip: 2 };

export class Tools {
  private tool: Tool | null = null;
  private spots: Position[] = [];
  private pointer: Position | null = null;
  private kept: Geometry | null = null;
  private readonly buttons: HTMLButtonElement[];

  constructor(
    bar: HTMLElement,
    private readonly canvas: Canvas,
    private readonly choose: (shape: Shape) => void,
    private readonly stripM: () => number,
    private readonly cleared: () => void,
  ) {
    this.buttons = [...bar.querySelectorAll<HTMLButtonElement>("[data-tool]")];
    for (const button of this.buttons) button.addEventListener("click", () => this.begin(button.dataset.tool as Tool));
    bar.querySelector("[data-clear]")!.addEventListener("click", () => this.clear());
    const { map } = canvas;
    map.on("click", (event) => this.onClick(event));
    map.on("mousemove", (event) => this.onMove(event));
    map.on("dblclick", (event) => this.tool && (event.preventDefault(), this.end()));
    document.addEventListener("keydown", (event) => this.onKey(event));
    canvas.drawers.push(() => this.addLayers());
    this.addLayers();
  }

  /** Shows an area that the server made: a strip along a pipe, an administrative unit. */
  show(geometry: Geometry): void {
    this.kept = geometry;
    this.draw();
  }

  clear(): void {
    this.stop();
    this.kept = null;
    this.canvas.heights.forgetProfile();
    this.draw();
    this.cleared();
  }

  private begin(tool: Tool): void {
    const again = this.tool === tool;
    this.clear();
    if (again) return;
    this.tool = tool;
    this.canvas.busy = true;
    this.canvas.map.getCanvas().style.cursor = "crosshair";
    this.canvas.map.doubleClickZoom.disable();
    this.mark();
  }

  private stop(): void {
    this.tool = null;
    this.spots = [];
    this.pointer = null;
    this.canvas.map.getCanvas().style.cursor = "";
    this.canvas.map.doubleClickZoom.enable();
    this.mark();
    setTimeout(() => (this.canvas.busy = this.tool !== null)); // the click that ended it opens nothing
  }

  private mark(): void {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.tool === this.tool));
  }

  private onClick(event: MapMouseEvent): void {
    if (!this.tool) return;
    const spot: Position = [event.lngLat.lng, event.lngLat.lat];
    const last = this.spots.at(-1);
    if (last && distanceM(last, spot) < 0.3) return; // the second click of a double click
    this.spots.push(spot);
    if (this.tool === "circle" && this.spots.length === 2) this.end();
    else this.draw();
  }

  private onMove(event: MapMouseEvent): void {
    if (!this.tool || !this.spots.length) return;
    this.pointer = [event.lngLat.lng, event.lngLat.lat];
    this.draw();
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.tool) return;
    if (event.key === "Escape") this.clear();
    if (event.key === "Enter") this.end();
  }

  private end(): void {
    const { tool, spots } = this;
    if (!tool || spots.length < FEWEST[tool]) return;
    this.pointer = null;
    if (tool === "length") this.kept = { type: "LineString", coordinates: spots };
    else if (tool === "area") this.kept = { type: "Polygon", coordinates: [[...spots, spots[0]!]] };
    this.stop();
    this.draw();
    if (tool === "length") void this.canvas.heights.profile(spots);
    if (tool === "polygon") this.choose({ kind: "polygon", ring: spots });
    if (tool === "strip") this.choose({ kind: "strip", course: spots, metres: this.stripM() });
    if (tool === "circle") this.choose({ kind: "circle", middle: spots[0]!, metres: distanceM(spots[0]!, spots[1]!) });
  }

  private drawn(): FeatureCollection {
    const features: Feature[] = [];
    const add = (geometry: Geometry, words = ""): void =>
      void features.push({ type: "Feature", geometry, properties: { words } });
    if (this.kept) {
      add(this.kept);
      if (this.kept.type === "LineString")
        add({ type: "Point", coordinates: this.kept.coordinates.at(-1)! }, lengthWords(lengthM(this.kept.coordinates)));
      if (this.kept.type === "Polygon" && this.kept.coordinates[0]!.length < 80 && !this.hasResult())
        add(
          { type: "Point", coordinates: this.kept.coordinates[0]![0]! },
          areaWords(areaM2(this.kept.coordinates[0]!.slice(0, -1))),
        );
    }
    const course = this.pointer ? [...this.spots, this.pointer] : this.spots;
    if (this.tool && course.length > 1) {
      const end: Geometry = { type: "Point", coordinates: course.at(-1)! };
      if (this.tool === "circle") {
        const metres = distanceM(course[0]!, course[1]!);
        add({ type: "Polygon", coordinates: [circle(course[0]!, metres)] });
        add(end, lengthWords(metres));
      } else {
        const area = this.tool === "area" || this.tool === "polygon";
        if (area && course.length > 2) add({ type: "Polygon", coordinates: [[...course, course[0]!]] });
        add({ type: "LineString", coordinates: course });
        add(end, area && course.length > 2 ? areaWords(areaM2(course)) : lengthWords(lengthM(course)));
      }
    }
    for (const spot of this.spots) add({ type: "Point", coordinates: spot });
    return { type: "FeatureCollection", features };
  }

  /** Whether what is kept is an area of a choice, whose size the panel tells. */
  private hasResult(): boolean {
    return !document.querySelector<HTMLElement>("[data-results]")!.hidden;
  }

  private draw(): void {
    this.canvas.map.getSource<GeoJSONSource>("drawn")?.setData(this.drawn());
  }

  private addLayers(): void {
    const { map } = this.canvas;
    if (map.getSource("drawn")) return;
    const colour = token("accent");
    map.addSource("drawn", { type: "geojson", data: this.drawn() });
    map.addLayer({
      id: "drawn-fill",
      type: "fill",
      source: "drawn",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colour, "fill-opacity": 0.12 },
    });
    map.addLayer({
      id: "drawn-line",
      type: "line",
      source: "drawn",
      filter: ["!=", ["geometry-type"], "Point"],
      layout: { "line-join": "round" },
      paint: { "line-color": colour, "line-width": 2.4 },
    });
    map.addLayer({
      id: "drawn-points",
      type: "circle",
      source: "drawn",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 4, "circle-color": colours().halo!, "circle-stroke-color": colour, "circle-stroke-width": 2 },
    });
    map.addLayer({
      id: "drawn-words",
      type: "symbol",
      source: "drawn",
      layout: {
        "text-field": ["get", "words"],
        "text-font": FONT,
        "text-size": 13,
        "text-anchor": "left",
        "text-offset": [0.8, 0],
        "text-allow-overlap": true,
      },
      paint: { "text-color": token("text"), "text-halo-color": colours().halo!, "text-halo-width": 2 },
    });
  }
}
