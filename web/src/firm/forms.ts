// What a firm or an inspector is asked before an entry is kept.
import { area, ask, control, input, said, select, valueOf } from "../field/dialog";
import { element } from "../field/element";
import { text } from "../texts";
import type { Firm } from "./types";

export type Enter = (act: string, data: object, picture?: File) => Promise<void>;

/** An act with words. Where nothing is asked for by rule, no place and no photo is taken either. */
export function askWords(act: string, title: string, needed: boolean, enter: Enter): void {
  const words = area("text", text(["rectify", "close_own"].includes(act) ? "what_done" : "remark"), needed);
  ask(title, [words], () => enter(act, said(words)));
}

/** Whatever file was chosen in a field. */
export function fileOf(picture: HTMLElement): File | undefined {
  return (control(picture) as HTMLInputElement).files?.[0];
}

export function pictureField(required: boolean): HTMLElement {
  return input("picture", text("photo"), { type: "file", accept: "image/*,application/pdf", required });
}

export function askPhoto(enter: Enter, more: object = {}): void {
  const picture = pictureField(true);
  const words = area("text", text("remark"), false);
  ask(text("photo"), [picture, words], async () => {
    const file = fileOf(picture);
    if (file) await enter("photo", { ...said(words), ...more }, file);
  });
}

/** A day, at most `last`, which stands beside the field. */
function untilField(last: string): HTMLElement {
  const made = input("until", text("until"), { type: "date", required: true, ...(last ? { max: last } : {}) });
  if (last) made.append(element("span", { class: "help" }, text("at_most_until", { day: last })));
  return made;
}

/** A day some days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A request for more time: until when, and why. */
export function askUntil(act: string, enter: Enter, last = ""): void {
  const until = untilField(last);
  const words = area("text", text("reason"), true);
  ask(text(act), [until, words], () => enter(act, { until: valueOf(until), ...said(words) }));
}

/** A risk that can't be removed now: until when it is to be accepted, why, and what is done meanwhile. */
export function askAcceptance(enter: Enter, last: string): void {
  const until = untilField(last);
  const words = area("text", text("reason"), true);
  const measure = area("measure", text("measure"), true);
  ask(text("ask_acceptance"), [until, words, measure], () =>
    enter("ask_acceptance", { until: valueOf(until), ...said(words), measure: valueOf(measure) }),
  );
}

/** A danger that the firm found itself: where, how grave, what, and until when; with a photo. */
export function askOwn(page: Firm, keep: (data: object, picture?: File) => Promise<void>): void {
  const where = select(
    "object",
    text("where"),
    page.objects.map((one) => [one.id, one.name]),
  );
  const grade = select("grade", text("grade"), Object.entries(page.grades));
  const words = area("text", text("what_danger"), true);
  const days = input("days", text("days"), { type: "number", min: "0", inputmode: "numeric" });
  const picture = pictureField(false);
  if (page.objects[0]) (control(where) as HTMLSelectElement).value = page.objects[0].id;
  const choice = control(grade) as HTMLSelectElement;
  choice.value = "ordinary";
  const limit = (): void => control(days).setAttribute("max", String(page.most_days[choice.value] ?? 365));
  choice.addEventListener("change", limit);
  limit();
  ask(text("report_own"), [where, grade, words, days, picture], () => {
    const told = valueOf(days) ? { days: Number(valueOf(days)) } : {};
    return keep({ object: valueOf(where), grade: valueOf(grade), ...said(words), ...told }, fileOf(picture));
  });
}

/** The five fixings of a major hidden danger: who, with what money, until when … */
export function askFixings(names: Record<string, string>, enter: Enter): void {
  const rows = Object.entries(names).map(([key, name]) => ({ key, row: input(key, name, { maxlength: "120", required: true }) }));
  const told = (): object => Object.fromEntries(rows.map(({ key, row }) => [key, valueOf(row)]));
  ask(
    text("fix"),
    rows.map(({ row }) => row),
    () => enter("fix", told()),
  );
}
