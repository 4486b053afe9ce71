/** Boxes over a photo, by mouse, touch and keyboard; each is a row of the form, which works without this file.
 * `<form data-photo-boxes><svg data-picture viewBox="0 0 W H"><image/></svg> … <tbody data-rows><tr data-box><select name="kind">
 * <input name="left">…</tr></tbody><button data-add hidden><p data-scripted hidden></form>`
 */
import { corner, drawn, moved, nudged, sized, type Area, type Box } from "./photo-boxes/box";

const SIDES = ["left", "top", "width", "height"] as const;
const SVG = "http://www.w3.org/2000/svg";
const HANDLE = 0.022; // of the longer side of the photo

type Drag = { row: HTMLElement; from: Box; x: number; y: number; does: "draw" | "move" | "size" };

class PhotoBoxes {
  private readonly picture: SVGSVGElement;
  private readonly rows: HTMLElement;
  private readonly area: Area;
  private drag: Drag | null = null;

  constructor(private readonly form: HTMLFormElement) {
    this.picture = form.querySelector<SVGSVGElement>("[data-picture]")!;
    this.rows = form.querySelector<HTMLElement>("[data-rows]")!;
    const { width, height } = this.picture.viewBox.baseVal;
    this.area = { width, height };
    for (const shown of form.querySelectorAll<HTMLElement>("[data-scripted], [data-add]")) shown.hidden = false;
    form.querySelector("[data-add]")!.addEventListener("click", () => this.add());
    form.addEventListener("input", () => this.show());
    this.picture.addEventListener("pointerdown", (event) => this.begin(event));
    this.picture.addEventListener("pointermove", (event) => this.follow(event));
    for (const end of ["pointerup", "pointercancel"]) this.picture.addEventListener(end, () => this.end());
    this.picture.addEventListener("keydown", (event) => this.press(event));
    this.show();
  }

  private boxes(): HTMLElement[] {
    return [...this.rows.querySelectorAll<HTMLElement>("[data-box]")];
  }

  private field(row: HTMLElement, name: string): HTMLInputElement {
    return row.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
  }

  private read(row: HTMLElement): Box | null {
    const [left, top, width, height] = SIDES.map((name) => this.field(row, name).valueAsNumber) as [
      number,
      number,
      number,
      number,
    ];
    const box = { left, top, width, height };
    return this.field(row, "kind").value && Object.values(box).every(Number.isFinite) ? box : null;
  }

  private write(row: HTMLElement, box: Box): void {
    for (const name of SIDES) this.field(row, name).value = String(box[name]);
    this.show();
  }

  /** Draws every row that is blurred; the focus stays on its box. */
  private show(): void {
    const focused = this.picture.contains(document.activeElement) ? document.activeElement?.getAttribute("data-at") : null;
    for (const old of this.picture.querySelectorAll("rect")) old.remove();
    this.boxes().forEach((row, at) => {
      row.hidden = ["kind", ...SIDES].every((name) => this.field(row, name).value === ""); // for pages without this file
      const box = this.read(row);
      if (!box) return;
      const select = row.querySelector<HTMLSelectElement>("select")!;
      const shape = this.rect(box, `photo-box ${select.value}`, at);
      shape.setAttribute("tabindex", "0");
      shape.setAttribute("role", "img");
      shape.setAttribute("aria-label", `${at + 1}: ${select.selectedOptions[0]?.text ?? ""}`);
      const side = Math.max(this.area.width, this.area.height) * HANDLE;
      this.rect(corner(box, side), "photo-box-corner", at);
      if (focused === String(at)) shape.focus();
    });
  }

  private rect(box: Box, name: string, at: number): SVGRectElement {
    const shape = document.createElementNS(SVG, "rect");
    for (const [key, value] of Object.entries({ x: box.left, y: box.top, width: box.width, height: box.height }))
      shape.setAttribute(key, String(value));
    shape.setAttribute("class", name);
    shape.setAttribute("data-at", String(at));
    this.picture.append(shape);
    return shape;
  }

  /** A row that holds nothing yet: an empty one, or a copy of one. */
  private free(): HTMLElement {
    const known = this.boxes();
    const empty = known.find((row) => SIDES.every((name) => this.field(row, name).value === ""));
    if (empty) return empty;
    const made = known[known.length - 1]!.cloneNode(true) as HTMLElement;
    for (const name of SIDES) this.field(made, name).value = "";
    this.rows.append(made);
    return made;
  }

  private start(box: Box): HTMLElement {
    const row = this.free();
    row.querySelector<HTMLSelectElement>("select")!.value = "other";
    this.write(row, box);
    return row;
  }

  private add(): void {
    const side = Math.round(Math.min(this.area.width, this.area.height) / 5);
    const left = Math.round((this.area.width - side) / 2);
    const row = this.start({ left, top: Math.round((this.area.height - side) / 2), width: side, height: side });
    this.focus(this.boxes().indexOf(row));
  }

  private focus(at: number): void {
    this.picture.querySelector<SVGRectElement>(`.photo-box[data-at="${at}"]`)?.focus();
  }

  private point(event: PointerEvent): { x: number; y: number } {
    const shown = this.picture.getScreenCTM()!.inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(shown);
    return { x: Math.round(x), y: Math.round(y) };
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.picture.setPointerCapture(event.pointerId);
    const { x, y } = this.point(event);
    const target = event.target as Element;
    const at = target.getAttribute("data-at");
    const row = at === null ? undefined : this.boxes()[Number(at)];
    const box = row && this.read(row);
    if (row && box) {
      this.drag = { row, from: box, x, y, does: target.classList.contains("photo-box-corner") ? "size" : "move" };
      this.focus(Number(at));
      return;
    }
    const from = { left: x, top: y, width: 0, height: 0 };
    this.drag = { row: this.free(), from, x, y, does: "draw" };
  }

  private follow(event: PointerEvent): void {
    if (!this.drag) return;
    const { x, y } = this.point(event);
    const { row, from, does } = this.drag;
    if (does === "move") this.write(row, moved(from, x - this.drag.x, y - this.drag.y, this.area));
    if (does === "size") this.write(row, sized(from, x - this.drag.x, y - this.drag.y, this.area));
    if (does !== "draw") return;
    const box = drawn(this.drag, { x, y }, this.area);
    if (!box) return;
    const kind = row.querySelector<HTMLSelectElement>("select")!;
    kind.value ||= "other";
    this.write(row, box);
  }

  private end(): void {
    if (this.drag?.does === "draw") this.focus(this.boxes().indexOf(this.drag.row));
    this.drag = null;
  }

  private press(event: KeyboardEvent): void {
    const at = (event.target as Element).getAttribute("data-at");
    const row = at === null ? undefined : this.boxes()[Number(at)];
    const box = row && this.read(row);
    if (!row || !box) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      row.querySelector<HTMLSelectElement>("select")!.value = "";
      this.show();
      (this.picture.querySelector<SVGRectElement>(".photo-box") ?? this.form.querySelector<HTMLElement>("[data-add]"))?.focus();
      return;
    }
    const next = nudged(box, event.key, event.shiftKey, this.area);
    if (!next) return;
    event.preventDefault();
    this.write(row, next);
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-photo-boxes]")) new PhotoBoxes(form);
