import assert from "node:assert/strict";
import test from "node:test";
import { missingOf } from "./missing";

const REPORT = { text: "a cracked slope", region_code: "370213", code: "" };
const PERSON = { mode: "anonymous", name: "", telephone: "" };

test("what is missing is named with its field, the first of the form first", () => {
  const named = { ...PERSON, mode: "named" };
  const rows: [string, ReturnType<typeof missingOf>, string | undefined][] = [
    ["whole", missingOf(REPORT, 0, PERSON), undefined],
    ["a photo says what it is", missingOf({ ...REPORT, text: " " }, 1, PERSON), undefined],
    ["neither words nor photo", missingOf({ ...REPORT, text: " ", region_code: "" }, 0, PERSON), "text"],
    ["no county", missingOf({ ...REPORT, region_code: "" }, 0, PERSON), "region"],
    ["a sign's code tells the county", missingOf({ ...REPORT, region_code: "", code: "X1" }, 0, PERSON), undefined],
    ["no name", missingOf(REPORT, 0, named), "name"],
    ["no telephone", missingOf(REPORT, 0, { ...named, name: "Li" }), "telephone"],
    ["both", missingOf(REPORT, 0, { ...named, name: "Li", telephone: "138" }), undefined],
  ];
  assert.deepEqual(
    rows.map(([name, missing]) => [name, missing?.field]),
    rows.map(([name, , field]) => [name, field]),
  );
});
