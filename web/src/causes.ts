/** The small graph of causes: what may have led to what was measured, the likelier the thicker. Drawn as SVG, laid out by dagre.
 *
 * `<div data-cause-graph='{"symptom": "…", "causes": [{"label": "…", "probability": 0.7, "signs": ["…"]}]}'></div>`
 */
import { Graph, layout } from "@dagrejs/dagre";
import { toldPercent } from "./percent";

interface Cause {
  label: string;
  probability: number;
  place: string;
}

interface Node {
  x: number;
  y: number;
  width: number;
  height: number;
}

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 42;

export function drawCauses(box: HTMLElement): void {
  const { symptom, causes } = JSON.parse(box.dataset.causeGraph ?? "{}") as { symptom: string; causes: Cause[] };
  if (!causes?.length) return;
  const width = Math.max(300, box.clientWidth);
  const node = Math.round(width * 0.43);
  const graph = new Graph()
    .setGraph({ rankdir: "LR", nodesep: 12, ranksep: width - 2 * node - 4, marginx: 2, marginy: 2 })
    .setDefaultEdgeLabel(() => ({}));
  graph.setNode("symptom", { width: node, height: HEIGHT });
  causes
    .map((_, index) => index)
    .reverse()
    .forEach((index) => {
      graph.setNode(`cause-${index}`, { width: node, height: HEIGHT });
      graph.setEdge(`cause-${index}`, "symptom");
    });
  layout(graph);
  const size = graph.graph() as { width: number; height: number };
  const svg = make("svg", {
    viewBox: `0 0 ${size.width} ${size.height}`,
    width: "100%",
    height: String(size.height),
    class: "cause-graph",
    role: "img",
  });
  svg.setAttribute("aria-label", causes.map((cause) => `${cause.label} ${toldPercent(cause.probability)}`).join("; "));
  const target = graph.node("symptom") as Node;
  causes.forEach((cause, index) => {
    const from = graph.node(`cause-${index}`) as Node;
    const start = from.x + from.width / 2;
    const end = target.x - target.width / 2;
    const middle = (start + end) / 2;
    svg.append(
      make("path", {
        d: `M${start} ${from.y}C${middle} ${from.y} ${middle} ${target.y} ${end - 6} ${target.y}`,
        class: "cause-edge",
        "stroke-width": String(1 + 4 * cause.probability),
      }),
    );
    svg.append(...plate(from, cause.label, `${toldPercent(cause.probability)}  ${cause.place}`, index === 0 ? "first" : ""));
  });
  svg.append(make("path", { d: `M${target.x - target.width / 2 - 7} ${target.y - 5}l7 5l-7 5z`, class: "cause-arrow" }));
  svg.append(...plate(target, symptom, "", "symptom"));
  box.replaceChildren(svg);
}

function plate(node: Node, title: string, line: string, className: string): SVGElement[] {
  const left = node.x - node.width / 2;
  const top = node.y - node.height / 2;
  const room = Math.floor((node.width - 16) / 6.3); // half-width characters that fit
  const words = [
    make("text", { x: String(left + 8), y: String(line ? top + 17 : node.y + 4), class: "cause-title" }, shorten(title, room)),
  ];
  if (line) words.push(make("text", { x: String(left + 8), y: String(top + 33), class: "cause-line" }, shorten(line, room)));
  const full = make("title", {}, `${title} ${line}`);
  const rectangle = make("rect", {
    x: String(left),
    y: String(top),
    width: String(node.width),
    height: String(node.height),
    rx: "5",
    class: `cause-plate ${className}`,
  });
  rectangle.append(full);
  return [rectangle, ...words];
}

/** Cut to a width in half-width characters; Chinese characters count two. */
function shorten(words: string, room: number): string {
  let used = 0;
  let kept = "";
  for (const character of words) {
    used += character.charCodeAt(0) > 0x2e80 ? 2 : 1;
    if (used > room) return `${kept.slice(0, -1)}…`;
    kept += character;
  }
  return kept;
}

function make(tag: string, attributes: Record<string, string>, words = ""): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (words) element.textContent = words;
  return element;
}
