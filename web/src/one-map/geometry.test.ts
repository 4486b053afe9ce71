import assert from "node:assert/strict";
import { test } from "node:test";
import { areaM2, areaWords, circle, distanceM, lengthM, lengthWords } from "./geometry";

test("a degree of the meridian is 111.2 km, and of a parallel less", () => {
  assert.ok(Math.abs(distanceM([120, 36], [120, 37]) - 111_195) < 5);
  assert.ok(Math.abs(distanceM([120, 60], [121, 60]) - 55_597) < 60);
});

test("a course is as long as its parts", () => {
  assert.ok(
    Math.abs(
      lengthM([
        [120, 36],
        [120, 36.01],
        [120, 36.02],
      ]) -
        2 * 1111.95,
    ) < 0.5,
  );
});

test("a circle holds pi times its radius squared", () => {
  assert.ok(Math.abs(areaM2(circle([120.4, 36.1], 1000)) / (Math.PI * 1e6) - 1) < 0.01);
});

test("figures are said in the unit of their size", () => {
  assert.deepEqual([lengthWords(431.4), lengthWords(2345), lengthWords(23_456)], ["431 m", "2.35 km", "23.5 km"]);
  assert.deepEqual([areaWords(1234), areaWords(2_500_000)], ["1,234 m²", "2.50 km²"]);
});
