import assert from "node:assert/strict";
import test from "node:test";
import { filtersSet, rememberOpening } from "./filters-set";

const control = (name: string, type: string, more: object): Element =>
  ({ name, type, value: "", dataset: {}, ...more }) as unknown as Element;

test("what narrows the list is counted, its search, order and columns are not", () => {
  const state = control("state", "select-one", { value: "closed", selectedIndex: 2 });
  const first = control("level", "select-one", { value: "open", selectedIndex: 0 });
  const street = control("street", "hidden", { value: "Jingkou Road" });
  const search = control("search", "search", { value: "7" });
  const sort = control("sort", "hidden", { value: "-raised" });
  const column = control("columns", "checkbox", { value: "place", checked: true });
  const ticked = control("late", "checkbox", { value: "yes", checked: true });
  assert.equal(filtersSet([state, first, street, search, sort, column, ticked]), 3);
  assert.equal(filtersSet([first, search, control("late", "checkbox", { value: "yes", checked: false })]), 0);
});

test("a choice with which the list opens is none of the reader's", () => {
  const which = (value: string, selectedIndex: number): Element =>
    control("which", "select-one", { value, selectedIndex, dataset: { opensWith: "open" } });
  assert.equal(filtersSet([which("open", 1)]), 0);
  assert.equal(filtersSet([which("", 0)]), 1);
});

test("what the address does not ask for was not set by the reader", () => {
  const [street, day] = [control("street", "text", { value: "Jingkou Road" }), control("day", "date", { value: "2026-03-02" })];
  rememberOpening([street, day], new URLSearchParams("street=Jingkou+Road"));
  assert.equal(filtersSet([street, day]), 1);
});
