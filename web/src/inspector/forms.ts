// What an inspector is asked before an entry is kept.
import { area, ask, input, said, select, valueOf } from "../field/dialog";
import { element } from "../field/element";
import type { Enter } from "../firm/forms";
import { text } from "../texts";
import type { Inspector, Item, Recheck, Said } from "./types";

/** A new inspection: of which object, by which list, with whom. */
export function askOpen(page: Inspector, open: (opening: Said) => Promise<void>): void {
  const offered = page.objects.filter((one) => one.check_list);
  const objects = select(
    "object",
    text("object"),
    offered.map((one) => [one.id, `${one.name} ${one.code}`]),
  );
  const lists = select(
    "check_list",
    text("check_list"),
    page.check_lists.map((one) => [one.code, one.name]),
  );
  const people = select("second", text("second"), [
    ["", text("later")],
    ...page.colleagues.map((one): [string, string] => [one.id, one.name]),
  ]);
  const object = objects.querySelector("select")!;
  const second = people.querySelector("select")!;
  second.required = false;
  second.options[0]!.remove(); // nobody is named by keeping "later"
  const fits = (): string => page.objects.find((one) => one.id === object.value)?.check_list ?? "";
  object.addEventListener("change", () => (lists.querySelector("select")!.value = fits()));
  ask(text("open"), [objects, lists, people], () => {
    const list = page.check_lists.find((one) => one.code === valueOf(lists))!;
    const named = valueOf(people) ? { second: valueOf(people) } : {};
    return open({ object: valueOf(objects), check_list: list.code, list_version: list.version, ...named });
  });
}

/** A defect: in words, and at once as a hidden danger, or not. */
export function askDefect(page: Inspector, item: Item, enter: Enter): void {
  const words = area("text", text("what_defect"), true);
  const grade = select("grade", text("as_danger"), [["", text("no_danger")], ...Object.entries(page.grades)]);
  const choice = grade.querySelector("select")!;
  choice.required = false;
  choice.options[0]!.remove(); // nothing is chosen by keeping "no"
  if (item.major) choice.value = "major";
  const days = daysField();
  ask(page.answers.bad ?? text("finding"), [element("p", { class: "muted" }, item.text), words, grade, days], async () => {
    await enter("answer", { item: item.code, answer: "bad", ...said(words) });
    if (valueOf(grade)) await enter("finding", { item: item.code, grade: valueOf(grade), ...said(words), ...daysOf(days) });
  });
}

export function askFinding(page: Inspector, enter: Enter): void {
  const words = area("text", text("what_defect"), true);
  const grade = select("grade", text("grade"), Object.entries(page.grades));
  const days = daysField();
  ask(text("finding"), [words, grade, days], () => enter("finding", { grade: valueOf(grade), ...said(words), ...daysOf(days) }));
}

/** A re-check that was not passed: what is still wrong, and the days that the firm has for it. */
export function askFail(page: Inspector, one: Recheck, enter: Enter): void {
  const words = area("text", text("what_defect"), true);
  const days = daysField(String(page.offered_days[one.grade] ?? 7));
  ask(text("fail"), [words, days], () => enter("fail", { ...said(words), ...daysOf(days) }));
}

function daysField(value?: string): HTMLElement {
  return input("days", text("days"), { type: "number", min: "0", max: "365", inputmode: "numeric", ...(value ? { value } : {}) });
}

function daysOf(days: HTMLElement): { days?: number } {
  return valueOf(days) ? { days: Number(valueOf(days)) } : {};
}
