import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptCode, readCode, wrongPlace } from "./codes";

const A = "01a22ca0-b2a3-7bc0-abbb-15fe15f87d36";
const B = "01a22ca0-b2a3-7bc0-abbb-15fe15f87d37";
const ELSEWHERE = "01a22ca0-b2a3-7bc0-abbb-15fe15f87d38";
const UNITS = [
  { id: A, name: "Tank farm" },
  { id: B, name: "Loading bay" },
];
const label = (unit: string) => `https://city.example/plants/${unit}/?label=6a1b2c3d.abcDEF-123_456789012345`;

test("a label names its unit, a sign does not, anything else is none of ours", () => {
  assert.deepEqual(readCode(label(A)), { code: label(A), unit: A });
  const sign = "https://city.example/q/sAaZs0gAAQACAAwAEAAUABg65f0.x/";
  assert.deepEqual(readCode(sign), { code: sign });
  for (const said of ["https://city.example/plants/", `https://city.example/plants/${A}/`, "6901234567892"])
    assert.equal(readCode(said), undefined);
});

for (const { name, permit, read, wrong } of [
  { name: "the unit of the permit", permit: A, read: A, wrong: undefined },
  { name: "another unit of the firm", permit: A, read: B, wrong: "Loading bay" },
  { name: "a unit that is not known here", permit: A, read: ELSEWHERE, wrong: "" },
  { name: "any unit of the firm where the permit names none", permit: null, read: B, wrong: undefined },
  { name: "a unit that is not known here, where the permit names none", permit: null, read: ELSEWHERE, wrong: "" },
  { name: "the firm's sign", permit: A, read: undefined, wrong: undefined },
])
  test(`${name} is ${wrong === undefined ? "taken" : "refused"}`, () => {
    assert.equal(wrongPlace({ unit_id: permit }, UNITS, { code: "…", unit: read }), wrong);
  });

test("what was scanned for one thing goes with one entry about that", () => {
  const kept = new KeptCode();
  kept.put("permit", "a label");
  assert.deepEqual([kept.has("permit"), kept.has("another")], [true, false]);
  assert.deepEqual([kept.take("another"), kept.take("permit"), kept.take("permit")], [{}, { code: "a label" }, {}]);
  kept.put("permit", "");
  assert.equal(kept.has("permit"), false);
});
