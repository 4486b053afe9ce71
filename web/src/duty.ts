// The duty desk and its like, renewed as a whole: every part that changed, when something happens, and every ten seconds.
// <div data-renew="case" data-url="/duty/…/?page=1" data-live="/live/ or empty">parts (fresh.ts)</div>
// `data-renew` names the live event: "case", or "doors" on the page of doors that are knocked at.
import { setClock } from "./clock";
import { tickClocks } from "./due";
import { Parts } from "./fresh";
import { Live } from "./live";
import { released } from "./pressed";
import { text } from "./texts";

const EVERY_MS = 10_000; // calls, shifts and handovers have no news of their own
const SETTLE_MS = 500;

const root = document.querySelector<HTMLElement>("[data-renew]")!;
const parts = new Parts(root, text("case_writing"));
let soon: number | undefined;

async function renew(): Promise<void> {
  const answer = await fetch(root.dataset.url!, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  await released();
  parts.renew(fresh);
  tickClocks(root);
}

function renewSoon(): void {
  soon ??= window.setTimeout(() => {
    soon = undefined;
    void renew();
  }, SETTLE_MS);
}

root.addEventListener("focusout", (event) => (event.target as Element).closest("[data-stale]") && renewSoon());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renewSoon());
tickClocks(root);
setInterval(() => tickClocks(root), 1000);
setInterval(() => document.visibilityState === "visible" && renewSoon(), EVERY_MS);
if (root.dataset.live) {
  const live = new Live(root.dataset.live);
  live.on(root.dataset.renew as "case" | "doors", renewSoon);
  live.on("reset", renewSoon);
  live.on("time", ({ now, speed }) => setClock(Date.parse(now), speed));
  live.on("connection", ({ open }) => open && renewSoon());
}
