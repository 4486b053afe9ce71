/** The page of the two officers: a new pair of keys is made here, and what stands under a replaced key is sealed anew.
 *
 * `<button data-new-key="recipient" hidden>` fills that field with the public key and saves the private one as a file;
 * `<form data-reseal="/api/v1/…/locks" data-left="12">` with a file, a `<progress>` and a `role="status"`. No private key is sent.
 */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { announce, csrfToken } from "./forms";
import { privateKeys, reseal, type Progress, type Server } from "./identity/reseal";
import { text } from "./texts";

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-new-key]")) {
  button.hidden = false;
  button.addEventListener("click", () => void make(button).catch((reason: unknown) => announce(String(reason), "error")));
}

async function make(button: HTMLButtonElement): Promise<void> {
  const key = await generateX25519Identity();
  const recipient = await identityToRecipient(key);
  save(`identity-${recipient.slice(-8)}.key`, `# public key: ${recipient}\n${key}\n`);
  document.querySelector<HTMLInputElement>(`#${button.dataset.newKey}`)!.value = recipient;
  const told = button.form!.querySelector<HTMLElement>("[data-key-made]")!;
  told.textContent = text("key_made");
  told.hidden = false;
}

function save(name: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-reseal]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void go(form);
  });
}

/** The API's answer; an Error in its words for a refusal. */
async function answerOf<T>(response: Response): Promise<T> {
  const told = (await response.json().catch(() => ({}))) as T & { message?: string };
  if (!response.ok) throw new Error(told.message ?? text("failed"));
  return told;
}

function serverOf(address: string): Server {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  return {
    list: async (after) => answerOf(await fetch(`${address}?after=${encodeURIComponent(after)}`)),
    hand: async (locks) => answerOf(await fetch(address, { method: "POST", headers, body: JSON.stringify({ locks }) })),
  };
}

async function go(form: HTMLFormElement): Promise<void> {
  const [file] = form.querySelector<HTMLInputElement>("input[type=file]")!.files ?? [];
  const keys = file ? privateKeys(await file.text()) : [];
  if (!keys.length) return say(form, "error", text("key_missing"));
  const button = form.querySelector("button")!;
  const bar = form.querySelector("progress")!;
  bar.hidden = false;
  button.disabled = true;
  let done = 0;
  const step = (now: Progress): void => {
    done = bar.value = now.done;
    say(form, "info", text("reseal_step", { done, left: Math.max(now.left, 0) }));
  };
  try {
    finish(form, await reseal(serverOf(form.dataset.reseal!), keys, step));
  } catch (reason) {
    say(form, "error", text("reseal_stopped", { done, words: reason instanceof Error ? reason.message : text("failed") }));
  } finally {
    button.disabled = false;
  }
}

function finish(form: HTMLFormElement, { done, left, closed, refused }: Progress): void {
  if (!done && closed) return say(form, "error", text("key_wrong"));
  if (refused.length || closed) {
    const words = refused[0]?.words ?? text("key_wrong");
    return say(form, "error", text("reseal_some", { done, refused: refused.length + closed, words }));
  }
  say(form, "success", text(done ? "reseal_done" : "reseal_none"));
  if (left <= 0) form.querySelector<HTMLElement>(".form-actions")!.hidden = true;
}

function say(form: HTMLFormElement, kind: "success" | "error" | "info", words: string): void {
  const told = form.querySelector<HTMLElement>("[role=status]")!;
  told.className = `message ${kind}`;
  told.textContent = words;
  told.hidden = false;
}
