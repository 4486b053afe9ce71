import assert from "node:assert/strict";
import { test } from "node:test";
import { listed } from "./listed";
import type { Situation } from "./types";

const LIST: Situation[] = [
  ["pillar", "违法开采保安矿柱", "矿山", "breach"],
  ["exit", "安全出口锁闭或者堵塞", "消防", "fire"],
  ["exit_works", "车间安全出口不足两个", "工贸", ""],
  ["gas", "Gas cylinders stored in the kitchen", "city gas", "gas"],
];

for (const [name, typed, kind, codes] of [
  ["a word of it", "矿柱", "", ["pillar"]],
  ["a sentence in which it is told", "有人在挖保安矿柱", "", ["pillar"]],
  ["its trade", "消防", "", ["exit"]],
  ["several, those of the kind first", "安全出口", "fire", ["exit", "exit_works"]],
  ["several, the other kind", "安全出口", "gas", ["exit_works", "exit"]],
  ["words in any order and case", "kitchen GAS", "", ["gas"]],
  ["what none says", "天气很好", "", []],
  ["nothing typed: the kind's first", " ", "gas", ["gas", "exit_works", "pillar", "exit"]],
] as const)
  test(`a listed situation by ${name}`, () =>
    assert.deepEqual(
      listed(LIST, typed, kind).map(([code]) => code),
      codes,
    ));
