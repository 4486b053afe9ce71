import assert from "node:assert/strict";
import { test } from "node:test";
import { profilePath } from "./heights";

test("a profile fills its picture, and what is not known lies at its foot", () => {
  const places: [number, number | null][] = [
    [0, 10],
    [50, 20],
    [75, null],
    [100, 10],
  ];
  assert.equal(profilePath(places), "0,30 50,0 75,30 100,30");
});

test("level ground is a line", () => {
  assert.equal(profilePath([[0, 5], [10, 5]]), "0,30 100,30");
});
