// What the phone knows of the counties: read with the map once, kept with the page, and asked also without a network.
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";
import { getJson } from "../api";
import type { BaseMap } from "../map/style";

type County = Feature<Polygon | MultiPolygon, { code: string }>;

const CACHE = "tocsin-hazard-1"; // as in field/worker.ts
let read: Promise<BaseMap> | undefined;

/** The ground of the map: from the network, else as it was kept. */
export function ground(url: string): Promise<BaseMap> {
  read ??= fresh(url).catch((error: unknown) => {
    read = undefined;
    throw error;
  });
  return read;
}

async function fresh(url: string): Promise<BaseMap> {
  const kept = "caches" in window ? await caches.open(CACHE) : undefined;
  const known = await kept?.match(url);
  if (known) return (await known.json()) as BaseMap;
  const base = await getJson<BaseMap>(url);
  await kept?.put(url, new Response(JSON.stringify(base), { headers: { "Content-Type": "application/json" } }));
  return base;
}

/** The code of the county in which a place lies; none: it lies in none of them. */
export function countyAt(base: BaseMap, place: Position): string | undefined {
  return counties(base).find((one) => rings(one).some((polygon) => polygon.filter((ring) => winds(ring, place)).length % 2))
    ?.properties.code;
}

/** Every corner of a county, for the map's first view. */
export function cornersOf(base: BaseMap, code: string): Position[] {
  const found = counties(base).find((one) => one.properties.code === code);
  return found ? rings(found).flat(2) : [];
}

const counties = (base: BaseMap): County[] => (base.counties as unknown as FeatureCollection<Polygon, { code: string }>).features;

const rings = ({ geometry }: County): Position[][][] =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;

/** Whether a ring goes around the place: a ray to the east crosses it an odd number of times. */
function winds(ring: Position[], [x, y]: Position): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i]! as [number, number];
    const [bx, by] = ring[j]! as [number, number];
    if (ay > y! !== by > y! && x! < ((bx - ax) * (y! - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
