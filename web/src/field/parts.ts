// Parts that every page without a network shows: how it stands with the server, what was refused, what was entered.
import { html, nothing, type TemplateResult } from "lit-html";
import type { ActEntryOut } from "../../generated/api";
import { keyed } from "lit-html/directives/keyed.js";
import { text } from "../texts";
import type { Waiting } from "./store";
import type { Page, Sync } from "./sync";

/** What a template may hold: a part of the page, or nothing. */
export type Part = TemplateResult | typeof nothing;

/** The hour and minute of a moment by the city's clock. */
export function clockTime(moment: string): string {
  const zone = document.body.dataset.timeZone;
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
}

/** The day of a moment by the city's clock. */
export function dayOf(moment: string): string {
  return new Date(moment).toLocaleDateString("sv-SE", { timeZone: document.body.dataset.timeZone });
}

/** An icon of the sprite (web/icons.json). */
export function icon(name: string): TemplateResult {
  return html`<svg class="icon" aria-hidden="true"><use href="/static/dist/icons.svg#${name}"></use></svg>`;
}

/** An element for this alone. Without it a page that is drawn anew writes another act into the element that is just being pressed. */
export function its(key: string, drawn: TemplateResult): TemplateResult {
  return html`${keyed(key, drawn)}`;
}

/** A button with an icon that begins an act; its words are those of the act. */
export function actButton(act: string, drawing: string, begin: () => void): TemplateResult {
  const words = html`${icon(drawing)}${text(act)}`;
  return its(act, html`<button class="button" type="button" data-act=${act} @click=${begin}>${words}</button>`);
}

/** The next step: the biggest button of the page. */
export function nextButton(act: string, words: string, begin: () => void): TemplateResult {
  return its(act, html`<button class="button primary crew-next" type="button" data-act=${act} @click=${begin}>${words}</button>`);
}

/** The way from one thing back to the list. */
export function backLink(words: string): TemplateResult {
  return html`<a class="button quiet crew-back" href="#">${icon("arrow-left")}${words}</a>`;
}

/** What stands in place of a list that was never read. */
export function nothingRead(standing: string): TemplateResult {
  return html`<p class="empty">${text(standing === "signed_out" ? "kept_until_signed_in" : "nothing_yet")}</p>`;
}

/** Connected or not, and how much waits. */
export function standing<Shown extends Page, Entry extends Waiting>(sync: Sync<Shown, Entry>): TemplateResult {
  const count = sync.queue.filter((entry) => !entry.refused).length;
  const words = text(sync.standing);
  return html`
    <p class="crew-standing ${sync.standing}" role="status" data-waiting=${count}>
      ${icon(sync.standing === "online" ? "wifi" : "wifi-off")}
      <span>${count ? `${words} · ${text("waiting", { count })}` : words}</span>
      ${sync.standing === "signed_out" ? html`<a class="button primary" href="/login/?next=${location.pathname}">${text("sign_in")}</a>` : nothing}
    </p>
  `;
}

/** What the server did not take: with its reason, until the person sends it again or removes it. */
export function refused<Shown extends Page, Entry extends Waiting>(
  sync: Sync<Shown, Entry>,
  words: (entry: Entry) => string,
): TemplateResult[] {
  const again = (entry: Entry): void => void sync.settle(entry, false);
  const remove = (entry: Entry): void => void (window.confirm(text("remove_sure")) && sync.settle(entry, true));
  return sync.queue
    .filter((entry) => entry.refused)
    .map((entry) =>
      its(
        entry.id,
        html`
        <section class="message error crew-refused">
          <div><b>${text("refused")}</b> ${words(entry)} <br />${entry.refused}</div>
          <button class="button" type="button" @click=${() => again(entry)}>${text("again")}</button>
          <button class="button" type="button" @click=${() => remove(entry)}>${text("remove")}</button>
        </section>
      `,
      ),
    );
}

/** An act as the server tells it; `data` may name an attachment or an item of a list. */
export type Told = Pick<ActEntryOut, "act_name" | "text" | "at" | "actor" | "conflict" | "data">;

interface Kept {
  attachment?: string;
  item?: string;
  text?: string;
}

/** What waits and what is known, the newest first; a conflict says why it has no effect. */
export function entries(
  waiting: Waiting[],
  known: Told[],
  words: (act: string) => string,
  item: (code: string) => string = () => "",
): Part {
  if (!waiting.length && !known.length) return nothing;
  const waits = waiting.map(({ act, data }) =>
    waitingLine(dotted(words(act), item((data as Kept).item ?? ""), (data as Kept).text)),
  );
  return entryList([...waits.reverse(), ...[...known].reverse().map((entry) => knownLine(entry, item))]);
}

function knownLine(entry: Told, item: (code: string) => string): TemplateResult {
  const data: Kept = entry.data;
  const when = `${dayOf(entry.at).slice(5)} ${clockTime(entry.at)}`;
  return toldLine(entry, when, dotted(entry.act_name, item(data.item ?? ""), entry.text), entry.actor);
}

/** The list of what was done so far. */
export function entryList(lines: TemplateResult[]): TemplateResult {
  return html`
    <section class="card">
      <h2>${text("done_so_far")}</h2>
      <ol class="crew-list crew-entries">
        ${lines}
      </ol>
    </section>
  `;
}

/** A line of what is not sent yet. */
export function waitingLine(words: string): TemplateResult {
  return html`<li class="waiting">${icon("clock")}<span>${words}</span><span class="badge">${text("not_sent")}</span></li>`;
}

/** A line of what the server knows. */
export function toldLine(
  entry: Pick<Told, "at" | "conflict" | "data">,
  when: string,
  words: string,
  who: string,
  more: Part = nothing,
): TemplateResult {
  const { attachment }: Kept = entry.data;
  return html`
    <li class=${entry.conflict ? "conflict" : ""}>
      <time class="mono" datetime=${entry.at}>${when}</time>
      <span>
        ${words}${attachment ? html`<a href="/records/attachments/${attachment}/"> ${text("see")}</a>` : nothing}
        <br /><span class="muted small">${who}</span> ${more}
        ${entry.conflict ? html`<span class="crew-conflict">${icon("triangle-alert")} ${entry.conflict}</span>` : nothing}
      </span>
    </li>
  `;
}

/** Words side by side with a dot between them; what is empty is left out. */
export function dotted(...words: (string | undefined)[]): string {
  return words.filter(Boolean).join(" · ");
}
