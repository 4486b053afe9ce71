/** Leaving a browser: what phone pages read is forgotten, what they could not send is sealed to its person, and push ends here.
 *
 * <form method="post" action="/logout/" data-sign-out>: before it is sent. <form data-forget>: on the page that asks to sign in,
 * for a session that ended by itself.
 */
import { Store } from "./store";

const STORES = [
  "tocsin-crew",
  "tocsin-inspector",
  "tocsin-firm",
  "tocsin-checker",
  "tocsin-knocker",
  "tocsin-helper",
  "tocsin-keeper",
  "tocsin-permit",
];

/** Forgets on every phone page of this browser; how many entries wait sealed. */
export async function forgetPhones(): Promise<number> {
  sessionStorage.clear();
  if (!("indexedDB" in window)) return 0;
  const known = new Set((await indexedDB.databases?.().catch(() => []))?.map((one) => one.name) ?? STORES);
  let unsent = 0;
  for (const name of STORES.filter((one) => known.has(one))) {
    const store = await Store.open(name);
    unsent += await store.leave();
    store.close();
  }
  return unsent;
}

/** This browser gets no push any more; the address that the server is to forget. */
async function endPush(): Promise<string> {
  if (!("serviceWorker" in navigator)) return "";
  const registration = await navigator.serviceWorker.getRegistration("/notices/");
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  return subscription?.endpoint ?? "";
}

/** Sends the form of signing out with what the server must know: whether something unsent stays, and the push that has ended. */
export async function signOut(form: HTMLFormElement): Promise<void> {
  const [unsent, push] = await Promise.all([forgetPhones().catch(() => 1), endPush().catch(() => "")]); // in doubt nothing is wiped
  for (const [name, value] of [
    ["unsent", String(unsent)],
    ["push", push],
  ] as const) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
}

export function forgetWhereOneLeaves(): void {
  if (document.querySelector("[data-forget]")) void forgetPhones().catch(() => undefined);
  document.querySelector<HTMLFormElement>("form[data-sign-out]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void signOut(event.target as HTMLFormElement);
  });
}
