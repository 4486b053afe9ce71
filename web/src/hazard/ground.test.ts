import assert from "node:assert/strict";
import { test } from "node:test";
import type { BaseMap } from "../map/style";
import { countyAt } from "./ground";

const square = (west: number, east: number): number[][] => [
  [west, 36],
  [east, 36],
  [east, 37],
  [west, 37],
  [west, 36],
];
const feature = (code: string, coordinates: unknown, type = "Polygon"): object => ({
  type: "Feature",
  properties: { code },
  geometry: { type, coordinates },
});
const base = {
  counties: {
    type: "FeatureCollection",
    features: [
      feature("370213", [square(120, 121)]),
      feature("370211", [[square(119, 120)], [square(122, 123)]], "MultiPolygon"),
    ],
  },
} as unknown as BaseMap;

for (const [place, code] of [
  [[120.5, 36.5], "370213"],
  [[119.5, 36.5], "370211"],
  [[122.5, 36.5], "370211"],
  [[121.5, 36.5], undefined],
  [[120.5, 39.9], undefined],
] as const)
  test(`a place at ${place.join(", ")} lies in ${code ?? "none"}`, () => assert.equal(countyAt(base, [...place]), code));
