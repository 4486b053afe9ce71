// A receipt, or the record of a check, is proved on this phone: a JWS by Ed25519 over number, time and hash, with the keys that the office has published.
import { html, nothing, type TemplateResult } from "lit-html";
import { backLink } from "../field/parts";
import { text } from "../texts";
import { moment } from "./moment";

/** A published key. `until`: when it was replaced, in seconds. */
export interface Key {
  kid: string;
  x: string;
  until?: number;
  leaked?: boolean;
}

export type Verdict = "valid" | "unreadable" | "unknown_key" | "wrong_signature" | "after_its_key";
export interface Proved {
  verdict: Verdict;
  number?: string;
  at_s?: number;
  content?: string;
  leaked?: boolean;
}

let told: TemplateResult | typeof nothing = nothing;

/** The page: a field for the text, and what it is worth. */
export function proving(draw: () => void): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const given = String(new FormData(event.target as HTMLFormElement).get("receipt"));
    void keysOf()
      .then((keys) => (keys ? prove(given, keys).then(words) : html`<p class="message warning">${text("prove_no_keys")}</p>`))
      .catch(() => html`<p class="message warning">${text("prove_old_browser", { address: "/hazard/keys.json" })}</p>`)
      .then((shown) => {
        told = shown;
        draw();
      });
  };
  return html`${backLink(text("title"))}
    <form class="card form" @submit=${submit}>
      <h1>${text("prove")}</h1>
      <p class="muted">${text("prove_hint")}</p>
      <textarea name="receipt" rows="5" required aria-label=${text("receipt")} spellcheck="false"></textarea>
      <button class="button primary">${text("prove")}</button>
    </form>
    <div role="status">${told}</div>`;
}

const CHECK = "-CHECK"; // behind the number of a record of a check, as in papers/checks.py

/** What stands in the code of a record of a check: verdict, both cards, hash. */
export function checkOf(proved: Proved): { number: string; verdict: string; cards: string } | null {
  if (!proved.number?.endsWith(CHECK)) return null;
  const [verdict = "", ...rest] = (proved.content ?? "").split(";");
  return { number: proved.number.slice(0, -CHECK.length), verdict, cards: rest.slice(0, -1).filter(Boolean).join(", ") || "–" };
}

function words(proved: Proved): TemplateResult {
  const good = proved.verdict === "valid";
  const values = { number: proved.number ?? "", moment: proved.at_s ? moment(proved.at_s * 1000) : "" };
  const check = good ? checkOf(proved) : null;
  const told = check
    ? text("prove_check", { ...values, ...check, verdict: text(`found_${check.verdict}`) })
    : text(`prove_${proved.verdict}`, values);
  return html`<p class="message ${good ? "success" : "error"}" data-verdict=${proved.verdict}>
    ${told} ${good && proved.leaked ? text("prove_leaked") : nothing}
  </p>`;
}

/** What a receipt is worth by these keys; throws where the browser knows no Ed25519. */
export async function prove(given: string, keys: Key[]): Promise<Proved> {
  const parts = given.trim().split(".");
  let known: Key[];
  let read: { number: string; at_s: number; content: string };
  try {
    const header = JSON.parse(new TextDecoder().decode(decode(parts[0]!))) as { kid: string; alg: string };
    const [number, at, content = ""] = new TextDecoder().decode(decode(parts[1]!)).split(" ");
    if (parts.length !== 3 || !number || !at || header.alg !== "EdDSA") return { verdict: "unreadable" };
    known = keys.filter((one) => one.kid === header.kid);
    read = { number, at_s: Number(at), content };
  } catch {
    return { verdict: "unreadable" };
  }
  for (const one of known) {
    const key = await crypto.subtle.importKey("raw", decode(one.x), "Ed25519", false, ["verify"]);
    const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
    if (!(await crypto.subtle.verify("Ed25519", key, decode(parts[2]!), signed))) continue;
    const late = one.until !== undefined && read.at_s > one.until;
    return { verdict: late ? "after_its_key" : "valid", ...read, leaked: Boolean(one.leaked) };
  }
  return { verdict: known.length ? "wrong_signature" : "unknown_key" };
}

const decode = (word: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(word.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const KEPT = "tocsin-hazard-keys";

/** The published keys, from the office or as this phone has kept them. */
async function keysOf(): Promise<Key[] | null> {
  try {
    const response = await fetch("keys.json", { cache: "no-store" });
    if (!response.ok) throw new Error();
    const found = (await response.json()) as { keys: Key[] };
    localStorage.setItem(KEPT, JSON.stringify(found.keys));
    return found.keys;
  } catch {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") as Key[] | null;
  }
}
