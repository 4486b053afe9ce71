import assert from "node:assert/strict";
import test from "node:test";
import { filtersSet } from "./filters-set";

const control = (name: string, type: string, more: object): Element => ({ name, type, value: "", ...more }) as unknown as Element;

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
