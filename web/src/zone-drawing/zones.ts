/** Zones of a picture as the form writes them, one a line: `name: x,y x,y x,y | kinds`. Text in, text out; what can't be read stays. */

export interface Corner {
  x: number;
  y: number;
}

export interface Zone {
  line: number; // of the text
  name: string;
  corners: Corner[];
}

const WRITTEN = /^([^:：]+)[:：]([^|｜]*)([|｜].*)?$/;
export const FEWEST = 3;

const share = (value: number): number => Math.round(Math.min(Math.max(value, 0), 1) * 1000) / 1000;
const inside = ({ x, y }: Corner): Corner => ({ x: share(x), y: share(y) });
const told = (corners: Corner[]): string => corners.map(({ x, y }) => `${x},${y}`).join(" ");

/** The zones that can be read. */
export function readZones(text: string): Zone[] {
  return text.split("\n").flatMap((written, line) => {
    const [, name, places] = WRITTEN.exec(written) ?? [];
    if (name === undefined || places === undefined) return [];
    const corners = places
      .replaceAll("，", ",")
      .trim()
      .split(/\s+/)
      .map((one) => one.split(",").map(Number))
      .map(([x, y]) => ({ x: x ?? NaN, y: y ?? NaN }));
    const whole = corners.length >= FEWEST && corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
    return whole ? [{ line, name: name.trim(), corners }] : [];
  });
}

/** The text with these corners in that line; fewer than three, and the line is gone. Name and kinds stay. */
export function withCorners(text: string, line: number, corners: Corner[]): string {
  const lines = text.split("\n");
  const [, name = "", , kinds] = WRITTEN.exec(lines[line] ?? "") ?? [];
  if (corners.length < FEWEST) lines.splice(line, 1);
  else lines[line] = `${name.trim()}: ${told(corners.map(inside))}${kinds ? ` ${kinds}` : ""}`;
  return lines.join("\n");
}

/** The text with one zone more, under a name that no other has. */
export function withZone(text: string, corners: Corner[], word: string): string {
  const names = new Set(readZones(text).map(({ name }) => name));
  let number = 1;
  while (names.has(`${word} ${number}`)) number += 1;
  const kept = text.replace(/\n+$/, "");
  return `${kept}${kept ? "\n" : ""}${word} ${number}: ${told(corners.map(inside))}`;
}

/** What a key does to a corner: arrows move it, with Shift further; null for any other key. */
export function nudged(corner: Corner, key: string, far: boolean): Corner | null {
  const step = far ? 0.05 : 0.005;
  const ways: Record<string, [number, number]> = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  };
  const way = ways[key];
  return way ? inside({ x: corner.x + way[0], y: corner.y + way[1] }) : null;
}
