// Parts that every page without a network shows: how it stands with the server, what was refused, what was entered.
import { text } from "../texts";
import { element, icon } from "./element";
import type { Waiting } from "./store";
import type { Page, Sync } from "./sync";

/** The hour and minute of a moment by the city's clock. */
export const clockTime = (moment: string): string =>
  new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.timeZone });

/** The day of a moment by the city's clock. */
export const dayOf = (moment: string): string =>
  new Date(moment).toLocaleDateString("sv-SE", { timeZone: document.body.dataset.timeZone });

/** Connected or not, and how much waits. */
export function standing<Shown extends Page, Entry extends Waiting>(sync: Sync<Shown, Entry>): HTMLElement {
  const waiting = sync.queue.filter((entry) => !entry.refused).length;
  const words = text(sync.standing);
  const told = waiting ? `${words} · ${text("waiting", { count: waiting })}` : words;
  const sign = sync.standing === "signed_out" ? element("a", { class: "button primary", href: `/login/?next=${location.pathname}` }, text("sign_in")) : undefined;
  return element("p", { class: `crew-standing ${sync.standing}`, role: "status", "data-waiting": String(waiting) }, icon(sync.standing === "online" ? "wifi" : "wifi-off"), element("span", {}, told), sign);
}

/** What the server did not take: with its reason, until the person sends it again or removes it. */
export function refused<Shown extends Page, Entry extends Waiting>(sync: Sync<Shown, Entry>, words: (entry: Entry) => string): HTMLElement[] {
  return sync.queue
    .filter((entry) => entry.refused)
    .map((entry) =>
      element(
        "section",
        { class: "message error crew-refused" },
        element("div", {}, element("b", {}, text("refused")), ` ${words(entry)} `, element("br"), entry.refused),
        element("button", { class: "button", type: "button", onclick: () => void sync.settle(entry, false) }, text("again")),
        element("button", { class: "button", type: "button", onclick: () => window.confirm(text("remove_sure")) && void sync.settle(entry, true) }, text("remove")),
      ),
    );
}

/** An act as the server tells it. */
export interface Told {
  id: string;
  act: string;
  act_name: string;
  text: string;
  at: string;
  actor: string;
  conflict: string;
  data: { attachment?: string; item?: string };
}

/** What waits and what is known, the newest first; a conflict says why it has no effect. */
export function entries(waiting: Waiting[], known: Told[], words: (act: string) => string, item: (code: string) => string = () => ""): HTMLElement {
  const mine = waiting.map((entry) => {
    const data = entry.data as Told["data"] & { text?: string };
    const said = [item(data.item ?? ""), data.text].filter(Boolean).join(" · ");
    return element("li", { class: "waiting" }, icon("clock"), element("span", {}, [words(entry.act), said].filter(Boolean).join(" · ")), element("span", { class: "badge" }, text("not_sent")));
  });
  const told = [...known].reverse().map((entry) =>
    element(
      "li",
      { class: entry.conflict ? "conflict" : "" },
      element("time", { class: "mono", datetime: entry.at }, `${dayOf(entry.at).slice(5)} ${clockTime(entry.at)}`),
      element(
        "span",
        {},
        [entry.act_name, item(entry.data.item ?? ""), entry.text].filter(Boolean).join(" · "),
        entry.data.attachment ? element("a", { href: `/records/attachments/${entry.data.attachment}/` }, ` ${text("see")}`) : undefined,
        element("br"),
        element("span", { class: "muted small" }, entry.actor),
        entry.conflict ? element("span", { class: "crew-conflict" }, icon("triangle-alert"), ` ${entry.conflict}`) : undefined,
      ),
    ),
  );
  if (!mine.length && !told.length) return element("div");
  return element("section", { class: "card" }, element("h2", {}, text("done_so_far")), element("ol", { class: "crew-list crew-entries" }, ...mine.reverse(), ...told));
}
