// A delivery on a phone: its card in the list, and the page with goods, places, steps, and what was entered.
import { html, nothing, type TemplateResult } from "lit-html";
import {
  actButton,
  clockTime,
  dayOf,
  dotted,
  entryList,
  icon,
  nextButton,
  toldLine,
  waitingLine,
  type Part,
} from "../field/parts";
import { text } from "../texts";
import { askNote, askPhoto, askRefusal, askStep } from "./dialogs";
import { nextStep, stepsBehind } from "./steps";
import type { Delivery, Enter, Queued, Said } from "./types";

export function deliveryCard(delivery: Delivery, waiting: Queued[]): TemplateResult {
  const next = nextStep(delivery, waiting);
  const css = delivery.late ? "bad" : waiting.length ? "" : "warn";
  const words = waiting.length
    ? text("not_sent")
    : delivery.late
      ? `${delivery.state_name}, ${text("late")}`
      : delivery.state_name;
  return html`
    <a class="card crew-card ${next ? "" : "ended"}" href="#${delivery.id}">
      <span class="crew-card-words">
        <b>${delivery.goods}</b><span class="muted">${dotted(delivery.store, delivery.place)}</span><span class="mono small">${delivery.number}</span>
      </span>
      <span class="badge ${css}">${words}</span>
    </a>
  `;
}

/** The page of one delivery. */
export function deliveryPage(delivery: Delivery, waiting: Queued[], enter: Enter): TemplateResult {
  const behind = stepsBehind(delivery, waiting);
  const next = nextStep(delivery, waiting);
  const early = delivery.token && next?.act === "leave" && ["ordered", "reserved", "picked"].includes(delivery.state);
  return html`
    <section class="card crew-head">
      <h1 class="mono">${delivery.number}</h1>
      <p class="crew-asked">${delivery.purpose}</p>
      ${facts(delivery)}
      <p><a class="button" href="geo:${delivery.lat.toFixed(5)},${delivery.lon.toFixed(5)}">${icon("map-pin")}${text("show_way")}</a></p>
    </section>
    ${delivery.closed_roads.map((words) => html`<p class="message warning">${text("closed_on_way")}: ${words}</p>`)}
    <section class="card">
      <h2>${text("goods")}</h2>
      <ul class="crew-list">
        ${delivery.lines.map((line) => html`<li>${line.item} <span class="mono muted small">${line.lot}</span> <b>${line.picked ?? line.quantity} ${line.unit}</b></li>`)}
      </ul>
    </section>
    <ol class="crew-trail">
      ${delivery.steps.map((step) => html`<li class=${behind.includes(step.act) ? "done" : step === next ? "next" : ""}>${step.name}</li>`)}
    </ol>
    ${early ? html`<p class="message warning">${text("waits_first")}</p>` : nothing}
    ${next ? nextButton(next.act, next.name, () => askStep(delivery, waiting, next.act, next.name, enter)) : html`<p class="message info">${text("all_done")}</p>`}
    <p class="crew-foot">
      ${actButton("photo", "camera", () => askPhoto(enter))} ${actButton("note", "message-square", () => askNote(enter))}
      ${delivery.may_refuse && !waiting.length ? actButton("refuse", "x", () => askRefusal(delivery, enter)) : nothing}
    </p>
    ${told(delivery, waiting)}
  `;
}

function facts(delivery: Delivery): TemplateResult {
  const rows: [string, string, string][] = [
    ["from_store", dotted(delivery.store, delivery.address), delivery.store_telephone],
    ["where_to", delivery.place, ""],
    ["receiver", delivery.receiver || "–", delivery.receiver_telephone],
    ["there_about", `${dayOf(delivery.expected_at).slice(5)} ${clockTime(delivery.expected_at)}`, ""],
  ];
  return html`
    <dl class="facts">
      ${rows.map(([name, words, telephone]) => html`<dt>${text(name)}</dt><dd>${words} ${telephone ? html`<a href="tel:${telephone}">${telephone}</a>` : nothing}</dd>`)}
    </dl>
  `;
}

function told(delivery: Delivery, waiting: Queued[]): Part {
  const waits = waiting.map((one) => waitingLine(dotted(text(one.act), (one.data as Said).text)));
  const known = [...delivery.entries].reverse().map((one) => {
    const when = `${dayOf(one.at).slice(5)} ${clockTime(one.at)}`;
    return toldLine({ at: one.at, conflict: one.conflict, data: {} }, when, dotted(one.act_name, one.text), one.actor);
  });
  return waits.length + known.length ? entryList([...waits.reverse(), ...known]) : nothing;
}
