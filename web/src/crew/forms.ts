// What the crew is asked before an entry is kept.
import type { ReturnReason } from "../../generated/api";
import { text } from "../texts";
import { area, ask, chip, control, input, place, said, select, valueOf, type Place } from "../field/dialog";
import { element } from "../field/element";
import type { Crew, Data, Order, Told } from "./store";

export type Enter = (act: string, data: Data, picture?: File, place?: Promise<Place>) => Promise<void>;

/** An act in words, or a step with a remark; `control` and `measure` need words, and offer the usual ones. */
export function askEntry(act: string, name: string, enter: Enter): void {
  const needed = ["control", "measure", "note"].includes(act);
  const words = area("text", text("remark"), needed);
  const usual =
    act === "control" || act === "measure" ? ["fence", "ventilation", "valve"].map((one) => chip(text(one), words)) : [];
  ask(name, [element("div", { class: "crew-chips" }, ...usual), words], () => enter(act, said(words), undefined, place()));
}

export function askReturn(crew: Crew, enter: Enter): void {
  const reason = select(
    "reason",
    text("reason"),
    crew.return_reasons.map((one) => [one.code, one.name]),
  );
  const words = area("text", text("remark"), false);
  ask(text("return"), [reason, words], () => enter("return", { reason: valueOf(reason) as ReturnReason, ...said(words) }));
}

/** What the case needs first, all in one form: a crew's meter shows several values at once. Any other quantity can be chosen. */
export function askReading({ readings }: Order["briefing"], enter: Enter): void {
  const wanted = readings.filter((one) => one.wanted);
  const others = readings.filter((one) => !one.wanted);
  const number = { type: "number", step: "any", inputmode: "decimal" };
  const fields = wanted.map((one) => input(`value-${one.quantity}`, `${one.name} (${one.unit})`, number));
  const what = select(
    "what",
    text("other_reading"),
    others.map((one, at) => [String(at), `${one.name} (${one.unit})`]),
  );
  control(what).required = false;
  const value = input("value", text("value"), number);
  const words = area("text", text("remark"), false);
  ask(text("reading"), [...fields, element("div", { class: "field-two" }, what, value), words], async () => {
    const told: [Order["briefing"]["readings"][number], string][] = wanted.map((one, at) => [one, valueOf(fields[at]!)]);
    const chosen = others[Number(valueOf(what))];
    if (valueOf(what) && chosen) told.push([chosen, valueOf(value)]);
    const where = place();
    for (const [one, figure] of told) {
      const check = one.check ? { check: one.check } : {};
      if (figure)
        await enter("reading", { quantity: one.quantity, ...check, value: Number(figure), ...said(words) }, undefined, where);
    }
  });
}

/** The right value in the place of one that was wrong. */
export function askCorrection(wrong: Told, enter: Enter): void {
  const { quantity, check } = wrong.data as Data;
  const value = input("value", `${text("right_value")} (${wrong.details})`, {
    type: "number",
    step: "any",
    inputmode: "decimal",
    required: true,
  });
  ask(text("correct"), [value], () =>
    enter("reading", {
      ...(quantity ? { quantity } : {}),
      ...(check ? { check } : {}),
      value: Number(valueOf(value)),
      corrects: wrong.id,
    }),
  );
}

/** A task is done, with what of its check list holds. */
export function askTask(task: Order["tasks"][number], enter: Enter): void {
  const boxes = task.check.map((line) => element("input", { type: "checkbox", name: "checked", "aria-label": line.text }));
  const lines = task.check.map((line, at) => element("label", { class: "check" }, boxes[at], line.text));
  const words = area("text", text("remark"), false);
  ask(task.text, [...lines, words], () => {
    const checked = boxes.flatMap((box, at) => (box.checked ? [at] : []));
    return enter("task", { task: task.id, ...(checked.length ? { checked } : {}), ...said(words) });
  });
}

/** Neighbours are looked for where somebody will dig: at what is suspected, or where the crew stands. */
export function askNeighbours(order: Order, enter: Enter): void {
  const spot = order.briefing.suspicion;
  const there = spot && spot.lon !== null && spot.lat !== null ? { lon: spot.lon, lat: spot.lat } : null;
  const where = select("where", text("dig_where"), [
    ...(there ? ([["suspected", text("at_suspected")]] as [string, string][]) : []),
    ["here", text("where_i_stand")],
  ]);
  (control(where) as HTMLSelectElement).selectedIndex = 1;
  ask(text("neighbours"), [where], async () =>
    enter("neighbours", there && valueOf(where) === "suspected" ? there : await place()),
  );
}

export function askFinding(crew: Crew, order: Order, enter: Enter): void {
  const cause = select(
    "cause",
    text("cause"),
    crew.causes.map((one) => [one.code, one.name]),
  );
  const words = input("cause_in_words", text("cause_in_words"), { maxlength: "200" });
  const asset = input("asset_code", text("asset"), { maxlength: "60", list: "crew-assets" });
  const known = element("datalist", { id: "crew-assets" }, ...order.assets.map((code) => element("option", { value: code })));
  const looked = area("text", text("looked_like"), false);
  const picture = input("picture", text("photo"), { type: "file", accept: "image/*", capture: "environment" });
  let here: Place = {};
  void place().then((told) => (here = told));
  const box = control(looked);
  box.addEventListener("input", () => box.setCustomValidity(""));
  const saysWhere = (): boolean => {
    const where = valueOf(asset).trim() || valueOf(looked).trim() || here.lon !== undefined;
    box.setCustomValidity(where ? "" : text("where_needed"));
    return box.reportValidity();
  };
  const keep = async (): Promise<void> => {
    const asset_code = valueOf(asset).trim();
    const cause_in_words = valueOf(words).trim();
    const at = asset_code ? { asset_code } : {};
    const data: Data = { cause: valueOf(cause), ...(cause_in_words ? { cause_in_words } : {}), ...at, ...said(looked) };
    const file = (control(picture) as HTMLInputElement).files?.[0];
    if (file) await enter("photo", { text: data.text ?? "" }, file);
    await enter("find_cause", data, undefined, place());
  };
  ask(text("finding"), [cause, words, asset, known, looked, picture], keep, saysWhere);
}

export function askPhoto(enter: Enter): void {
  const picture = input("picture", text("photo"), {
    type: "file",
    accept: "image/*,application/pdf",
    capture: "environment",
    required: true,
  });
  const words = area("text", text("remark"), false);
  ask(text("photo"), [picture, words], async () => {
    const file = (control(picture) as HTMLInputElement).files?.[0];
    if (file) await enter("photo", said(words), file);
  });
}

/** Digging: neighbours who have not answered are named first. */
export function askDig(order: Order, enter: Enter): void {
  const silent = order.neighbours.filter((one) => !one.answered).map((one) => one.unit);
  const told = silent.length
    ? text("silent", { names: silent.join(", ") })
    : order.neighbours.length
      ? ""
      : text("nobody_called");
  const warning = told ? [element("p", { class: "message warning" }, told)] : [];
  const words = area("text", text("remark"), false);
  ask(text("dig"), [...warning, words], () => enter("dig", said(words), undefined, place()));
}
