/** Images of the map: the shape of each level, the rings of sensors. Drawn in the theme's colours, at twice the size for sharp screens. */
import type { Map as MapLibre } from "maplibre-gl";
import { token } from "../theme";
import { SIGNS, signOf } from "./signs";

const SIZE = 26;
const SCALE = 2;

type Draw = (pen: CanvasRenderingContext2D) => void;

/** Puts every image on the map, or exchanges it after a change of theme. */
export function addShapes(map: MapLibre): void {
  for (const [name, draw] of Object.entries(shapes())) {
    const image = canvasOf(draw)
      .getContext("2d")!
      .getImageData(0, 0, SIZE * SCALE, SIZE * SCALE);
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: SCALE });
  }
}

/** One of the images for a legend. */
export function shapeSample(name: string): HTMLElement {
  const sample = canvasOf(shapes()[name]!);
  sample.className = "shape-sample";
  sample.setAttribute("aria-hidden", "true");
  return sample;
}

/** Puts the image that each `<span data-sample="sign-case"></span>` of the page names in its place, and anew after a change of theme. */
export function drawSamples(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-sample]")) {
    const sample = shapeSample(place.dataset.sample!);
    sample.dataset.sample = place.dataset.sample;
    place.replaceWith(sample);
  }
}

function shapes(): Record<string, Draw> {
  return {
    "level-red": level(token("red"), octagon, "!"),
    "level-orange": level(token("orange"), diamond),
    "level-yellow": level(token("yellow"), triangle),
    "level-blue": level(token("blue"), disc),
    ...plates(),
    "next-site": site(token("orange")),
    "sensor-good": ring([]),
    "sensor-silent": ring([2.2, 2.2]),
    "sensor-fault": ring([], true),
  };
}

function canvasOf(draw: Draw): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * SCALE;
  // Kept out of the graphics card: reading some seventy drawings back from it took half a second of the first picture.
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.scale(SCALE, SCALE);
  pen.translate(SIZE / 2, SIZE / 2);
  draw(pen);
  return canvas;
}

function level(colour: string, outline: Draw, sign = ""): Draw {
  return (pen) => {
    outline(pen);
    pen.fillStyle = colour;
    pen.strokeStyle = token("ground");
    pen.lineWidth = 2;
    pen.lineJoin = "round";
    pen.stroke();
    pen.fill();
    if (sign) {
      pen.fillStyle = "#fff";
      pen.fillRect(-1.3, -5.5, 2.6, 6.6);
      pen.beginPath();
      pen.arc(0, 4.4, 1.6, 0, 7);
      pen.fill();
    }
  };
}

function polygon(points: [number, number][]): Draw {
  return (pen) => {
    pen.beginPath();
    points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
  };
}

const octagon = polygon(
  Array.from({ length: 8 }, (_, side) => {
    const angle = (Math.PI / 4) * (side + 0.5);
    return [10.5 * Math.cos(angle), 10.5 * Math.sin(angle)];
  }),
);
const diamond = polygon([
  [0, -10.5],
  [10.5, 0],
  [0, 10.5],
  [-10.5, 0],
]);
const triangle = polygon([
  [0, -9.5],
  [10, 8],
  [-10, 8],
]);
const disc: Draw = (pen) => {
  pen.beginPath();
  pen.arc(0, 0, 7.5, 0, 7);
};

/** The shape of each level on a plate with a tail towards the place; and the signs of things, each at every level and alone. */
function plates(): Record<string, Draw> {
  const inner: Record<string, Draw> = {
    red: level(token("red"), octagon, "!"),
    orange: level(token("orange"), diamond),
    yellow: level(token("yellow"), triangle),
    blue: level(token("blue"), disc),
    unknown: ring([2.2, 2.2]),
    good: ring([]),
  };
  const calm = ["unknown", "good"];
  const drawn = Object.entries(inner).map(([name, draw]): [string, Draw] => [
    `plate-${name}`,
    plate(token(calm.includes(name) ? "text-faint" : name), draw),
  ]);
  for (const sign of Object.keys(SIGNS)) {
    drawn.push([`sign-${sign}`, signOf(sign, "", null)]);
    for (const [name, draw] of Object.entries(inner))
      drawn.push([`plate-${sign}-${name}`, signOf(sign, name, calm.includes(name) ? null : draw)]);
  }
  return Object.fromEntries(drawn);
}

function plate(colour: string, inner: Draw): Draw {
  return (pen) => {
    pen.beginPath();
    pen.moveTo(-11.5, 11.5);
    pen.lineTo(-11.5, -8);
    pen.quadraticCurveTo(-11.5, -11.5, -8, -11.5);
    pen.lineTo(8, -11.5);
    pen.quadraticCurveTo(11.5, -11.5, 11.5, -8);
    pen.lineTo(11.5, 4);
    pen.quadraticCurveTo(11.5, 7.5, 8, 7.5);
    pen.lineTo(-7, 7.5);
    pen.closePath();
    pen.fillStyle = token("surface");
    pen.fill();
    pen.strokeStyle = colour;
    pen.lineWidth = 1.6;
    pen.stroke();
    pen.translate(0, -2);
    pen.scale(0.68, 0.68);
    inner(pen);
  };
}

/** A hollow diamond with a question mark: what could happen there, not what is. */
function site(colour: string): Draw {
  return (pen) => {
    polygon([
      [0, -10.5],
      [10.5, 0],
      [0, 10.5],
      [-10.5, 0],
    ])(pen);
    pen.fillStyle = token("ground");
    pen.fill();
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.setLineDash([2.6, 1.8]);
    pen.stroke();
    pen.fillStyle = colour;
    pen.font = "bold 13px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText("?", 0, 0.5);
  };
}

/** A hollow grey ring: normal is calm. Dashed where the sensor is silent, struck through where its value can't be trusted. */
function ring(dash: number[], struck = false): Draw {
  return (pen) => {
    pen.beginPath();
    pen.arc(0, 0, 4.2, 0, 7);
    pen.fillStyle = token("ground");
    pen.fill();
    pen.strokeStyle = token(dash.length || struck ? "text-muted" : "text-faint");
    pen.lineWidth = 1.7;
    pen.setLineDash(dash);
    pen.stroke();
    if (struck) {
      pen.beginPath();
      pen.moveTo(-5, 5);
      pen.lineTo(5, -5);
      pen.stroke();
    }
  };
}
