import assert from "node:assert/strict";
import { test } from "node:test";
import { isNamed, meantBy, quantityOf, shownLines } from "./lines";
import type { Line } from "./types";

const LOT = "0192f0a4-0000-7000-8000-000000000001";
const STORE = "0192f0a4-0000-7000-8000-000000000002";
const line = (id: string, lot: string, bay = ""): Line => ({
  id,
  version: 0,
  place: 1,
  lot_id: LOT,
  lot,
  item: "棉被",
  code: "1000000-0003",
  unit: "床",
  bay,
  expires_on: null,
  counted: null,
  verdict: null,
  reason: "",
  conflict: false,
});

test("a count that waits lies over what the server knows", () => {
  const waiting = [
    { act: "count", data: { line: "a", counted: "12.5" } },
    { act: "reason", data: { line: "a", text: "torn" } },
    { act: "note", data: { text: "dark" } },
  ];
  const shown = shownLines([line("a", "L1"), line("b", "L2")], waiting);
  assert.deepEqual(
    shown.map((one) => [one.counted, one.waits, one.reason]),
    [
      [12.5, true, "torn"],
      [null, false, ""],
    ],
  );
});

test("a lot is found by its number, item or bay, and by its label", () => {
  const shown = shownLines([line("a", "L1", "A-03")], []);
  assert.deepEqual(
    ["l1", "棉", "a-0", "", "x"].map((words) => isNamed(shown[0]!, words)),
    [true, true, true, true, false],
  );
  assert.equal(meantBy(shown, STORE, `https://city.example/supplies/lots/${LOT}/`), "L1");
  assert.equal(meantBy(shown, STORE, `https://city.example/supplies/stores/${STORE}/?bay=A-03`), "A-03");
  assert.equal(meantBy(shown, STORE, `https://city.example/supplies/stores/${LOT}/?bay=A-03`), undefined);
  assert.equal(meantBy(shown, STORE, "https://elsewhere.example/"), undefined);
});

test("a quantity is a number with at most three decimals", () => {
  assert.deepEqual(["12", "12,5", " 0 ", "1.2345", "-1", "x", ""].map(quantityOf), [
    "12",
    "12.5",
    "0",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
