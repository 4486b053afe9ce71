// A signature by finger or pen, kept as the path of an SVG within 300 by 100.
// <div class="field-signature"><svg viewBox="0 0 300 100"><path d="M10 40 L12 38 …"></svg></div>
import { text } from "../texts";
import { element } from "./element";

const WIDTH = 300;
const HEIGHT = 100;
const LONGEST = 11_000; // characters that the server keeps, with some to spare

export interface Signature {
  box: HTMLElement;
  strokes(): string;
}

export function signature(): Signature {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", text("signature"));
  drawing.append(path);
  let strokes = "";
  const show = (): void => path.setAttribute("d", strokes);
  const at = (event: PointerEvent): string => {
    const box = drawing.getBoundingClientRect();
    const part = (value: number, size: number, most: number): number =>
      Math.min(Math.max(Math.round((value / size) * most * 10) / 10, 0), most);
    return `${part(event.clientX - box.left, box.width, WIDTH)} ${part(event.clientY - box.top, box.height, HEIGHT)}`;
  };
  drawing.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    drawing.setPointerCapture(event.pointerId);
    strokes += `${strokes ? " " : ""}M${at(event)}`;
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!drawing.hasPointerCapture(event.pointerId) || strokes.length > LONGEST) return;
    strokes += ` L${at(event)}`;
    show();
  });
  const clear = (): void => {
    strokes = "";
    show();
  };
  const again = element("button", { class: "button small", type: "button", onclick: clear }, text("signature_clear"));
  const head = element("span", { class: "field-signature-head" }, text("signature"), again);
  return {
    box: element("div", { class: "field field-signature" }, head, drawing as unknown as HTMLElement),
    strokes: () => strokes,
  };
}
