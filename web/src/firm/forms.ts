// What a firm or an inspector is asked before an entry is kept.
import { area, ask, control, input, said, valueOf } from "../field/dialog";
import { text } from "../texts";

export type Enter = (act: string, data: object, picture?: File) => Promise<void>;

/** An act with words. Where nothing is asked for by rule, no place and no photo is taken either. */
export function askWords(act: string, title: string, needed: boolean, enter: Enter): void {
  const words = area("text", text(act === "rectify" ? "what_done" : "remark"), needed);
  ask(title, [words], () => enter(act, said(words)));
}

export function askPhoto(enter: Enter): void {
  const picture = input("picture", text("photo"), { type: "file", accept: "image/*,application/pdf", required: true });
  const words = area("text", text("remark"), false);
  ask(text("photo"), [picture, words], async () => {
    const file = (control(picture) as HTMLInputElement).files?.[0];
    if (file) await enter("photo", said(words), file);
  });
}

/** A request for more time: until when, and why. */
export function askUntil(act: string, enter: Enter): void {
  const until = input("until", text("until"), { type: "date", required: true });
  const words = area("text", text("reason"), true);
  ask(text(act), [until, words], () => enter(act, { until: valueOf(until), ...said(words) }));
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
