// What is asked before a step of a delivery is kept: amounts that can be less with a reason, who drives, the receiver's code, a photo.
import { area, ask, control, input, place, said, valueOf } from "../field/dialog";
import { fileOf, pictureField } from "../firm/forms";
import { text } from "../texts";
import { isLikelyCode, mostOf, thousandths } from "./steps";
import type { Delivery, Enter, Queued, Said } from "./types";

const COUNTED = ["pick", "hand_over"];
const NAMED = ["load", "leave"];
const PICTURED = ["load", "hand_over"];

/** Asks what a step needs; the photo goes first, so that it is there when the step counts. */
export function askStep(delivery: Delivery, waiting: Queued[], act: string, name: string, enter: Enter): void {
  const where = place();
  const counts = COUNTED.includes(act) ? countFields(delivery, waiting) : [];
  const people = NAMED.includes(act) ? driverFields(delivery) : [];
  const code = input("code", text("code"), { inputmode: "numeric", required: true, maxlength: "9", autocomplete: "off" });
  const words = area("text", text("remark"), act === "refuse");
  const picture = pictureField(false);
  const codes = act === "hand_over" ? [code] : [];
  const fields = [...counts.map((one) => one.made), ...people, ...codes, words, ...(PICTURED.includes(act) ? [picture] : [])];
  for (const one of fields) control(one).addEventListener("input", () => control(one).setCustomValidity(""));
  const ready = (): boolean => {
    const wrong = counts.find((one) => !fits(one));
    if (wrong) return complain(wrong.made, text("too_much", { count: wrong.most / 1000 }));
    if (codes.length && !isLikelyCode(valueOf(code))) return complain(code, text("code_wrong"));
    if (counts.some((one) => thousandths(valueOf(one.made))! < one.most) && !valueOf(words).trim())
      return complain(words, text("less_say"));
    return true;
  };
  const keep = async (): Promise<void> => {
    const file = fileOf(picture);
    if (file && PICTURED.includes(act)) await enter("photo", said(words), file);
    const told: Said = { ...said(words) };
    if (counts.length) told.counts = Object.fromEntries(counts.map((one) => [one.id, thousandths(valueOf(one.made))!]));
    if (codes.length) told.code = valueOf(code).replace(/\D/g, "");
    for (const one of people) if (valueOf(one).trim()) Object.assign(told, { [control(one).name]: valueOf(one).trim() });
    await enter(act, told, undefined, where);
  };
  ask(`${name} · ${delivery.number}`, fields, keep, ready);
}

interface Counted {
  id: string;
  most: number;
  made: HTMLElement;
}

function countFields(delivery: Delivery, waiting: Queued[]): Counted[] {
  return delivery.lines.map((line) => {
    const most = mostOf(line, waiting);
    const label = text("how_much_of", { item: line.item, lot: line.lot, unit: line.unit });
    const value = String(most / 1000);
    return { id: line.id, most, made: input(line.id, label, { inputmode: "decimal", required: true, maxlength: "14", value }) };
  });
}

function driverFields(delivery: Delivery): HTMLElement[] {
  return [
    input("driver", text("driver"), { maxlength: "60", value: delivery.driver }),
    input("telephone", text("telephone"), { maxlength: "40", inputmode: "tel", value: delivery.driver_telephone }),
    input("vehicle", text("vehicle"), { maxlength: "40", value: delivery.vehicle }),
  ];
}

function fits(one: Counted): boolean {
  const amount = thousandths(valueOf(one.made));
  return amount !== undefined && amount <= one.most;
}

function complain(made: HTMLElement, words: string): false {
  control(made).setCustomValidity(words);
  control(made).reportValidity();
  return false;
}

/** Why a store or firm does not deliver. */
export function askRefusal(delivery: Delivery, enter: Enter): void {
  const words = area("text", text("refuse_why"), true);
  ask(`${text("refuse")} · ${delivery.number}`, [words], () => enter("refuse", said(words)));
}

export function askPhoto(enter: Enter): void {
  const picture = pictureField(true);
  const words = area("text", text("remark"), false);
  ask(text("photo"), [picture, words], async () => {
    const file = fileOf(picture);
    if (file) await enter("photo", said(words), file);
  });
}

export function askNote(enter: Enter): void {
  const words = area("text", text("remark"), true);
  ask(text("note"), [words], () => enter("note", said(words)));
}
