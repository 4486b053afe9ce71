/** Lengths and areas on the ground of what is drawn in degrees, and circles. */
import type { Position } from "geojson";

const RADIUS_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres along a course. */
export function lengthM(course: Position[]): number {
  return course.slice(1).reduce((sum, one, index) => sum + distanceM(course[index]!, one), 0);
}

export function distanceM(a: Position, b: Position): number {
  const [lonA, latA, lonB, latB] = [a[0]!, a[1]!, b[0]!, b[1]!].map(radians) as [number, number, number, number];
  const half = Math.sin((latB - latA) / 2) ** 2 + Math.cos(latA) * Math.cos(latB) * Math.sin((lonB - lonA) / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Square metres within a ring, flat round its first corner: good for a city. */
export function areaM2(ring: Position[]): number {
  if (ring.length < 3) return 0;
  const [lon, lat] = ring[0]!;
  const scale = Math.cos(radians(lat!));
  const flat = ring.map(([x, y]) => [radians(x! - lon!) * scale * RADIUS_M, radians(y! - lat!) * RADIUS_M] as const);
  const twice = flat.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = flat[(index + 1) % flat.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

export function circle(middle: Position, metres: number): Position[] {
  const north = metres / 111_195;
  const east = north / Math.cos(radians(middle[1]!));
  const ring = Array.from({ length: 64 }, (_, index): Position => {
    const angle = (2 * Math.PI * index) / 64;
    return [middle[0]! + east * Math.sin(angle), middle[1]! + north * Math.cos(angle)];
  });
  return [...ring, ring[0]!];
}

/** A length as people say it. */
export function lengthWords(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(metres < 10_000 ? 2 : 1)} km`;
}

export function areaWords(m2: number): string {
  return m2 < 100_000 ? `${Math.round(m2).toLocaleString("en")} m²` : `${(m2 / 1e6).toFixed(2)} km²`;
}
