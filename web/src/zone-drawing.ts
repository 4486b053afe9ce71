/** Zones drawn on a camera's picture by mouse, finger and keyboard; the lines of the form stay what counts, and work without this file.
 *
 * `<div data-zone-drawing data-field="z-zones" data-word="Zone"><svg data-picture viewBox="0 0 100 100"/><button data-draw hidden/>
 * <button data-square hidden/><p data-scripted hidden/><p role="status" data-told data-drawing="…"/></div>`
 */
import { FEWEST, nudged, readZones, withCorners, withZone, type Corner, type Zone } from "./zone-drawing/zones";

const SVG = "http://www.w3.org/2000/svg";
const CLOSE = 3; // hundredths of the picture: a press so near to the first corner ends the zone

class ZoneDrawing {
  private readonly picture: SVGSVGElement;
  private readonly field: HTMLTextAreaElement;
  private drawn: Corner[] | null = null;
  private dragged: { zone: Zone; at: number } | null = null;

  constructor(private readonly root: HTMLElement) {
    this.picture = root.querySelector<SVGSVGElement>("[data-picture]")!;
    this.field = document.getElementById(root.dataset.field!) as HTMLTextAreaElement;
    for (const shown of root.querySelectorAll<HTMLElement>("[data-scripted], [data-draw], [data-square]")) shown.hidden = false;
    root.querySelector("[data-draw]")!.addEventListener("click", () => this.begin());
    root.querySelector("[data-square]")!.addEventListener("click", () => this.addSquare());
    this.field.addEventListener("input", () => this.show());
    this.picture.addEventListener("pointerdown", (event) => this.press(event));
    this.picture.addEventListener("pointermove", (event) => this.follow(event));
    for (const end of ["pointerup", "pointercancel"]) this.picture.addEventListener(end, () => (this.dragged = null));
    root.addEventListener("keydown", (event) => this.type(event));
    this.show();
  }

  private place(event: PointerEvent): Corner {
    const { left, top, width, height } = this.picture.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  }

  private write(text: string): void {
    this.field.value = text;
    this.show();
  }

  private begin(): void {
    this.drawn = [];
    this.show();
  }

  private addSquare(): void {
    const [near, far] = [0.35, 0.65];
    const corners = [
      { x: near, y: near },
      { x: far, y: near },
      { x: far, y: far },
      { x: near, y: far },
    ];
    this.write(withZone(this.field.value, corners, this.root.dataset.word!));
    const zones = this.picture.querySelectorAll<SVGElement>("[data-corner='0']");
    zones[zones.length - 1]?.focus();
  }

  private end(): void {
    const corners = this.drawn ?? [];
    this.drawn = null;
    if (corners.length >= FEWEST) this.write(withZone(this.field.value, corners, this.root.dataset.word!));
    else this.show();
  }

  private press(event: PointerEvent): void {
    const place = this.place(event);
    if (this.drawn) {
      event.preventDefault();
      const first = this.drawn[0];
      const ends = first && this.drawn.length >= FEWEST && Math.hypot(first.x - place.x, first.y - place.y) * 100 < CLOSE;
      if (ends) return this.end();
      this.drawn.push(place);
      return this.show();
    }
    const mark = event.target instanceof SVGElement ? event.target : null;
    const zone = readZones(this.field.value).find(({ line }) => String(line) === mark?.dataset.line);
    if (!zone || mark?.dataset.corner === undefined) return;
    this.dragged = { zone, at: Number(mark.dataset.corner) };
    this.picture.setPointerCapture(event.pointerId);
  }

  private follow(event: PointerEvent): void {
    if (this.dragged) this.move(this.dragged.zone, this.dragged.at, this.place(event));
  }

  private move(zone: Zone, at: number, place: Corner): void {
    zone.corners[at] = place;
    this.write(withCorners(this.field.value, zone.line, zone.corners));
  }

  private type(event: KeyboardEvent): void {
    if (this.drawn && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      if (event.key === "Escape") this.drawn = null;
      return this.end();
    }
    const mark = event.target instanceof SVGElement ? event.target : null;
    const zone = readZones(this.field.value).find(({ line }) => String(line) === mark?.dataset.line);
    if (!zone || mark?.dataset.corner === undefined) return;
    const at = Number(mark.dataset.corner);
    const moved = nudged(zone.corners[at]!, event.key, event.shiftKey);
    if (moved) this.move(zone, at, moved);
    else if (event.key === "Delete")
      this.write(
        withCorners(
          this.field.value,
          zone.line,
          zone.corners.filter((_, one) => one !== at),
        ),
      );
    else return;
    event.preventDefault();
  }

  private show(): void {
    const focused = document.activeElement instanceof SVGElement ? { ...document.activeElement.dataset } : {};
    for (const old of this.picture.querySelectorAll("polygon, polyline, circle, ellipse")) old.remove();
    const { width, height } = this.picture.getBoundingClientRect();
    const across = 6 / (width / 100 || 1);
    const down = 6 / (height / 100 || 1);
    for (const zone of readZones(this.field.value)) {
      const shape = this.add("polygon", { points: this.points(zone.corners), class: "zone-shape" });
      shape.append(document.createElementNS(SVG, "title"));
      shape.lastElementChild!.textContent = zone.name;
      zone.corners.forEach(({ x, y }, at) => {
        const mark = this.add("ellipse", {
          cx: x * 100,
          cy: y * 100,
          rx: across,
          ry: down,
          class: "zone-corner",
          tabindex: 0,
          role: "img",
        });
        mark.setAttribute("aria-label", `${zone.name} ${at + 1}: ${x},${y}`);
        mark.dataset.line = String(zone.line);
        mark.dataset.corner = String(at);
        if (focused.line === mark.dataset.line && focused.corner === mark.dataset.corner) mark.focus();
      });
    }
    if (this.drawn?.length) {
      this.add("polyline", { points: this.points(this.drawn), class: "zone-shape" });
      for (const { x, y } of this.drawn)
        this.add("ellipse", { cx: x * 100, cy: y * 100, rx: across, ry: down, class: "zone-corner" });
    }
    this.picture.classList.toggle("drawing", this.drawn !== null);
    const told = this.root.querySelector<HTMLElement>("[data-told]")!;
    told.textContent = this.drawn ? told.dataset.drawing! : "";
  }

  private points(corners: Corner[]): string {
    return corners.map(({ x, y }) => `${x * 100},${y * 100}`).join(" ");
  }

  private add(name: string, attributes: Record<string, string | number>): SVGElement {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    this.picture.append(made);
    return made;
  }
}

for (const root of document.querySelectorAll<HTMLElement>("[data-zone-drawing]")) new ZoneDrawing(root);
