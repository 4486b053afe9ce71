import assert from "node:assert/strict";
import { test } from "node:test";
import { isLikelyCode, mostOf, nextStep, stepsBehind, thousandths } from "./steps";
import type { Delivery } from "./types";

const STEPS: Delivery["steps"] = [
  { act: "pick", name: "Picked", done: true },
  { act: "load", name: "Loaded", done: false },
  { act: "leave", name: "Left", done: false },
];
const waits = (act: string, data: object = {}) => ({ act, data });

test("a step that waits is behind, and so are those before it", () => {
  assert.deepEqual(stepsBehind({ steps: STEPS }, []), ["pick"]);
  assert.deepEqual(stepsBehind({ steps: STEPS }, [waits("leave"), waits("note")]), ["pick", "load", "leave"]);
  assert.equal(nextStep({ steps: STEPS }, [waits("load")])?.act, "leave");
  assert.equal(nextStep({ steps: STEPS }, [waits("leave")]), undefined);
});

test("no more is handed over than was picked, also where that is not sent yet", () => {
  const line = { id: "a", quantity: 12.5, picked: null };
  assert.equal(mostOf(line, []), 12_500);
  assert.equal(mostOf({ ...line, picked: 3 }, []), 3000);
  assert.equal(mostOf(line, [waits("pick", { counts: { a: 4000 } })]), 4000);
});

test("a quantity has at most three decimals", () => {
  assert.deepEqual(["12", "0.5", "1,25", "1.2345", "-1", ""].map(thousandths), [
    12_000,
    500,
    1250,
    undefined,
    undefined,
    undefined,
  ]);
});

test("one wrong digit of a code is noticed, and two in the wrong order", () => {
  const code = "5724009"; // 572 with its check digit, and again of what follows
  const right = [..."0123456789"].map((digit) => `572400${digit}`).filter(isLikelyCode);
  assert.equal(right.length, 1);
  const good = right[0]!;
  for (let at = 0; at < 7; at++)
    for (const digit of "0123456789")
      if (digit !== good[at]) assert.equal(isLikelyCode(good.slice(0, at) + digit + good.slice(at + 1)), false);
  assert.equal(isLikelyCode(`${good.slice(0, 3)} ${good.slice(3)}`), true);
  assert.equal(isLikelyCode("275" + good.slice(3)), false);
  assert.equal(isLikelyCode(code.slice(1)), false);
});
