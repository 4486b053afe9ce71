// What an inspector is asked before an entry is kept.
import { area, ask, control, input, said, select, valueOf } from "../field/dialog";
import { element } from "../field/element";
import { signature } from "../field/signature";
import { newId } from "../field/store";
import { fileOf, pictureField, type Enter } from "../firm/forms";
import { text } from "../texts";
import { canScan } from "../field/scan";
import { scan } from "./scan";
import type { Inspector, Item, Recheck, Said } from "./types";

/** Entering something about a thing that is not the inspection itself: a hidden danger that it found. */
export type EnterFor = (finding: string) => Enter;

/** A new inspection: of which object, by which list, with whom. */
export function askOpen(page: Inspector, open: (opening: Said) => Promise<void>): void {
  const offered = page.objects.filter((one) => one.check_list);
  const objects = select("object", text("object"), []);
  const lists = select(
    "check_list",
    text("check_list"),
    page.check_lists.map((one) => [one.code, one.name]),
  );
  const people = select("second", text("second"), [
    ["", text("later")],
    ...page.colleagues.map((one): [string, string] => [one.id, one.name]),
  ]);
  const object = control(objects) as HTMLSelectElement;
  const second = control(people) as HTMLSelectElement;
  second.required = false;
  second.options[0]!.remove(); // nobody is named by keeping "later"
  const search = input("search", text("search"), { type: "search", autocomplete: "off" });
  const fit = (): void => {
    (control(lists) as HTMLSelectElement).value = page.objects.find((one) => one.id === object.value)?.check_list ?? "";
  };
  const narrow = (wanted: string): void => {
    const words = wanted.trim().toLowerCase().split(/\s+/);
    const left = offered.filter((one) => words.every((word) => `${one.name} ${one.code}`.toLowerCase().includes(word)));
    const options = left.map((one) => element("option", { value: one.id }, `${one.name} ${one.code}`));
    const head = element("option", { value: "" }, left.length ? "" : text("none_found"));
    object.replaceChildren(...(left.length === 1 ? options : [head, ...options]));
    fit();
  };
  control(search).addEventListener("input", () => narrow(valueOf(search)));
  object.addEventListener("change", fit);
  narrow("");
  const choose = (id: string): void => {
    narrow("");
    object.value = id;
    fit();
  };
  const scanner = element("button", { class: "button", type: "button", "data-act": "scan" }, text("scan"));
  scanner.addEventListener("click", () => scan(offered, (one) => choose(one.id)));
  ask(text("open"), [search, ...(canScan() ? [scanner] : []), objects, lists, people], () => {
    const list = page.check_lists.find((one) => one.code === valueOf(lists))!;
    const named = valueOf(people) ? { second: valueOf(people) } : {};
    return open({ object: valueOf(objects), check_list: list.code, list_version: list.version, ...named });
  });
}

/** A defect: in words and with a photo, and at once as a hidden danger, or not. */
export function askDefect(page: Inspector, item: Item, enter: Enter, enterFor: EnterFor): void {
  const words = area("text", text("what_defect"), true);
  const grade = select("grade", text("as_danger"), [["", text("no_danger")], ...Object.entries(page.grades)]);
  const choice = control(grade) as HTMLSelectElement;
  choice.required = false;
  choice.options[0]!.remove(); // nothing is chosen by keeping "no"
  if (item.major) choice.value = "major";
  const days = daysField(page, grade);
  const picture = pictureField(false);
  const about = element("p", { class: "muted" }, item.text);
  ask(page.answers.bad ?? text("finding"), [about, words, grade, days, picture], async () => {
    await enter("answer", { item: item.code, answer: "bad", ...said(words) });
    const file = fileOf(picture);
    if (valueOf(grade))
      await enterDanger(enter, enterFor, { item: item.code, grade: valueOf(grade), ...said(words), ...daysOf(days) }, file);
    else if (file) await enter("photo", { item: item.code }, file);
  });
}

export function askFinding(page: Inspector, enter: Enter, enterFor: EnterFor): void {
  const words = area("text", text("what_defect"), true);
  const grade = select("grade", text("grade"), Object.entries(page.grades));
  const days = daysField(page, grade);
  const picture = pictureField(false);
  ask(text("finding"), [words, grade, days, picture], () =>
    enterDanger(enter, enterFor, { grade: valueOf(grade), ...said(words), ...daysOf(days) }, fileOf(picture)),
  );
}

/** A hidden danger gets its id here, so that photos can follow it before it is sent. */
async function enterDanger(enter: Enter, enterFor: EnterFor, danger: object, file?: File): Promise<void> {
  const finding = newId();
  await enter("finding", { ...danger, finding });
  if (file) await enterFor(finding)("photo", {}, file);
}

/** A re-check that was not passed: what is still wrong, and the days that the firm has for it. */
export function askFail(page: Inspector, one: Recheck, enter: Enter): void {
  const words = area("text", text("what_defect"), true);
  const days = daysField(page, one.grade);
  control(days).value = String(page.offered_days[one.grade] ?? 7);
  ask(text("fail"), [words, days], () => enter("fail", { ...said(words), ...daysOf(days) }));
}

/** The firm's person reads what was signed, and signs with the finger. */
export function askPartySign(enter: Enter): void {
  const name = input("name", text("name"), { required: true, maxlength: "120" });
  const position = input("position", text("position"), { maxlength: "120" });
  const words = area("text", text("party_words"), false);
  const drawn = signature();
  const lacks = element("p", { class: "message error", hidden: true }, text("signature_lacks"));
  ask(
    text("party_sign"),
    [name, position, words, drawn.box, lacks],
    () => enter("party_sign", { name: valueOf(name), position: valueOf(position), ...said(words), strokes: drawn.strokes() }),
    () => {
      lacks.hidden = drawn.strokes() !== "";
      return lacks.hidden;
    },
  );
}

/** Nobody of the firm signs: why, and who saw it. */
export function askPartyRefuse(enter: Enter): void {
  const name = input("name", text("name"), { maxlength: "120" });
  const words = area("text", text("reason"), true);
  const witness = input("witness", text("witness"), { required: true, maxlength: "120" });
  ask(text("party_refuse"), [name, words, witness], () =>
    enter("party_refuse", { name: valueOf(name), ...said(words), witness: valueOf(witness) }),
  );
}

/** The days of a limit, never more than the grade allows: the limit stands beside the field. `grade`: a field, or what it is. */
function daysField(page: Inspector, grade: HTMLElement | string): HTMLElement {
  const days = input("days", text("days"), { type: "number", min: "0", inputmode: "numeric" });
  const help = element("span", { class: "help" });
  days.append(help);
  const limit = (): void => {
    const chosen = typeof grade === "string" ? grade : valueOf(grade);
    const most = page.most_days[chosen];
    control(days).setAttribute("max", String(most ?? 365));
    control(days).setAttribute("placeholder", String(page.offered_days[chosen] ?? ""));
    help.textContent = most === undefined ? "" : text("at_most_days", { days: most });
  };
  if (typeof grade !== "string") control(grade).addEventListener("change", limit);
  limit();
  return days;
}

function daysOf(days: HTMLElement): { days?: number } {
  return valueOf(days) ? { days: Number(valueOf(days)) } : {};
}
