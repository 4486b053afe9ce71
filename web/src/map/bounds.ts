/** What a map shows at first: the box around points, and the province where there are none. */
import type { Position } from "geojson";

export type Bounds = [west: number, south: number, east: number, north: number];

export const PROVINCE: Bounds = [114.8, 34.4, 122.7, 38.4];

/** Corners of the box that the page names for a map without points (`data-bounds`: west, south, east, north); none where it names none. */
export function cornersTold(box: HTMLElement): Position[] {
  const [west, south, east, north] = (box.dataset.bounds ?? "").split(",").map(Number);
  return north
    ? [
        [west!, south!],
        [east!, north],
      ]
    : [];
}

/** The box around the points; with `leftOut` the outermost share on each side does not count. */
export function boundsOf(points: Position[], leftOut = 0): Bounds {
  if (!points.length) return PROVINCE;
  const bound = (axis: number, share: number): number =>
    points.map((one) => one[axis]!).sort((a, b) => a - b)[Math.floor((points.length - 1) * share)]!;
  return [bound(0, leftOut), bound(1, leftOut), bound(0, 1 - leftOut), bound(1, 1 - leftOut)];
}
