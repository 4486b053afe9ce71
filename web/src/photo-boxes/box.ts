/** A box in a photo: moved, sized and drawn within it. Values in, values out. */

export interface Area {
  width: number;
  height: number;
}

export interface Box extends Area {
  left: number;
  top: number;
}

export const LEAST = 8; // pixels of the photo
const STEP = 1 / 200; // of the photo's longer side, for each press of an arrow

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

/** The box so far away, kept inside of the photo. */
export function moved(box: Box, right: number, down: number, area: Area): Box {
  return {
    ...box,
    left: within(box.left + right, 0, area.width - box.width),
    top: within(box.top + down, 0, area.height - box.height),
  };
}

/** The box with its lower right corner so far away. */
export function sized(box: Box, right: number, down: number, area: Area): Box {
  return {
    ...box,
    width: within(box.width + right, LEAST, area.width - box.left),
    height: within(box.height + down, LEAST, area.height - box.top),
  };
}

/** The box between two points; null while it is too small to be meant. */
export function drawn(one: { x: number; y: number }, other: { x: number; y: number }, area: Area): Box | null {
  const [left, right] = [one.x, other.x].map((x) => within(x, 0, area.width)).sort((a, b) => a - b) as [number, number];
  const [top, bottom] = [one.y, other.y].map((y) => within(y, 0, area.height)).sort((a, b) => a - b) as [number, number];
  const box = { left, top, width: right - left, height: bottom - top };
  return Math.min(box.width, box.height) < LEAST ? null : box;
}

/** What a key does to a box: arrows move it, with Shift they size it; null for any other key. */
export function nudged(box: Box, key: string, sizes: boolean, area: Area): Box | null {
  const step = Math.max(1, Math.round(Math.max(area.width, area.height) * STEP));
  const ways: Record<string, [number, number]> = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  };
  const way = ways[key];
  if (!way) return null;
  return sizes ? sized(box, way[0], way[1], area) : moved(box, way[0], way[1], area);
}

/** The square at the lower right corner by which a box is sized. */
export function corner(box: Box, side: number): Box {
  return { left: box.left + box.width - side / 2, top: box.top + box.height - side / 2, width: side, height: side };
}
