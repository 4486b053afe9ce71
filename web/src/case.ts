// The page of one case: its parts chosen by the address, clocks that run, and news of this case shown as they happen.
// <div id="case" data-case="id" data-live="/live/ or empty" data-url="/cases/…/">parts (fresh.ts)</div>
// An element with data-due="2026-11-24T05:30:00+08:00" tells what is left until then, one with data-since what has passed; one with
// data-until is there until then.
import "./styles/case.css";
import { followChoices } from "./chosen";
import { setClock } from "./clock";
import { tickClocks } from "./due";
import { Parts } from "./fresh";
import { listenToKeys } from "./keys";
import { Live } from "./live";
import { released } from "./pressed";
import { text } from "./texts";

const SETTLE_MS = 300; // several events come together
const AGAIN_MS = 4000; // what became of a notice has no news of its own: it is asked for once more after it was written
const QUIET_MS = 60_000; // the stream may be cut, and a fate may come late

const root = document.querySelector<HTMLElement>("#case")!;
const announcer = document.querySelector<HTMLElement>("#case-announcer")!;
const stale = document.querySelector<HTMLElement>("#case-stale")!;
const parts = new Parts(root, text("case_writing"));
let asking: Promise<void> | null = null;
let soon: number | undefined;
let again: number | undefined;

async function renew(): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(root.dataset.url!, { headers: { "HX-Request": "true" }, redirect: "follow" });
  } catch {
    return; // no connection: the stream says so, and the next event asks again
  }
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!fresh.querySelector("[data-part=head]")) return location.reload(); // merged, or signed out: the page itself has to say
  await released();
  const before = linesOf(document);
  const { changed } = parts.renew(fresh);
  if (!changed.length) return;
  followChoices();
  markTab();
  tickClocks(root);
  for (const one of changed) {
    one.classList.add("fresh");
    one.addEventListener("animationend", () => one.classList.remove("fresh"), { once: true });
  }
  say(fresh, before, changed);
}

/** News in words: the new lines of the time line, else the names of the parts that changed. */
function say(fresh: Document, before: Set<string>, changed: HTMLElement[]): void {
  const lines = [...fresh.querySelectorAll<HTMLElement>("[data-line]")].filter(
    (one) => !before.has(one.dataset.line!) && !one.matches(".shown"),
  );
  const words = lines.slice(0, 3).map((one) => one.querySelector("span")?.textContent?.trim().replace(/\s+/g, " ") ?? "");
  const names = changed.map((one) => one.dataset.name).filter((one): one is string => Boolean(one));
  if (!words.length && names.length) words.push(text("case_changed", { parts: names.join(", ") }));
  if (words.length) announcer.textContent = words.join(". ");
}

function linesOf(page: ParentNode): Set<string> {
  return new Set([...page.querySelectorAll<HTMLElement>("[data-line]")].map((one) => one.dataset.line!));
}

/** Within a moment, and once for all that happens meanwhile. */
function renewSoon(): void {
  soon ??= window.setTimeout(() => {
    soon = undefined;
    if (asking) return renewSoon();
    asking = renew().finally(() => (asking = null));
  }, SETTLE_MS);
}

function listen(): void {
  const alarms = (): Set<string> =>
    new Set([...root.querySelectorAll<HTMLInputElement>("[data-alarm]")].map((one) => one.dataset.alarm!));
  const live = new Live(root.dataset.live!);
  live.on("case", ({ case_ids, name }) => {
    if (!case_ids.includes(root.dataset.case!)) return;
    renewSoon();
    if (name.startsWith("command.Notice")) {
      clearTimeout(again);
      again = window.setTimeout(renewSoon, AGAIN_MS);
    }
  });
  live.on("alarm", ({ id }) => alarms().has(id) && renewSoon());
  live.on("diagnosis", ({ alarm_id }) => alarms().has(alarm_id) && renewSoon());
  live.on("reset", renewSoon);
  live.on("time", ({ now, speed }) => setClock(Date.parse(now), speed));
  live.on("connection", ({ open }) => {
    stale.textContent = text("case_stale");
    stale.hidden = open;
    if (open) renewSoon();
  });
}

/** The part that the address names is the current one; choosing another does not move the page. */
function markTab(): void {
  const tabs = [...root.querySelectorAll<HTMLAnchorElement>(".case-tabs a")];
  const chosen = tabs.find((one) => one.hash === location.hash) ?? tabs[0];
  for (const tab of tabs) {
    if (tab === chosen) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  const bar = chosen?.parentElement; // on a phone the bar is longer than the screen
  if (chosen && bar) bar.scrollLeft = Math.max(0, chosen.offsetLeft - bar.offsetLeft - 40);
}

root.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href^='#']");
  if (!link) return;
  event.preventDefault();
  const top = root.querySelector<HTMLElement>(".case-tabs")!.offsetTop - 64;
  const was = window.scrollY;
  location.hash = link.hash; // which shows the part, and jumps to it
  window.scrollTo({ top: Math.min(was, top), behavior: "instant" });
  if (link.dataset.fold) openFold(link.dataset.fold);
});
/** What a link of "next" leads to, ready to be written in. */
function openFold(id: string): void {
  const fold = document.getElementById(id) as HTMLDetailsElement | null;
  if (!fold) return;
  fold.open = true;
  fold.querySelector<HTMLElement>("textarea, input:not([type=hidden]), select")?.focus();
}

window.addEventListener("hashchange", markTab);
// N does what is next; it asks where the button asks.
listenToKeys({ n: () => root.querySelector<HTMLElement>("[data-key=n]")?.click() });
// A form sent from a part leads back to that part: a redirect keeps the fragment of the address that was asked.
root.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const button = (event as SubmitEvent).submitter;
  if (!location.hash) return;
  if (button?.hasAttribute("formaction"))
    button.setAttribute("formaction", button.getAttribute("formaction")!.split("#")[0] + location.hash);
  else form.setAttribute("action", form.getAttribute("action")!.split("#")[0] + location.hash);
});
root.addEventListener("focusout", (event) => (event.target as Element).closest("[data-stale]") && renewSoon());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renewSoon());

markTab();
tickClocks(root);
setInterval(() => tickClocks(root), 1000);
setInterval(() => document.visibilityState === "visible" && renewSoon(), QUIET_MS);
if (root.dataset.live) listen();
