import { text } from "./texts";

/** Django's CSRF token for requests that scripts make. */
export function csrfToken(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** htmx sends the CSRF token with every request. */
export function sendCsrfWithHtmx(): void {
  document.body.addEventListener("htmx:configRequest", (event) => {
    (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.body.addEventListener("htmx:sendError", () => announce(text("failed"), "error"));
  document.body.addEventListener("htmx:responseError", (event) => {
    const answer = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
    const told = [429, 503].includes(answer.status) && answer.getResponseHeader("Content-Type")?.startsWith("text/plain");
    announce(told ? answer.responseText : text("failed"), "error");
  });
}

/** `<form data-confirm="Really?">` asks before it is sent; htmx forms use hx-confirm. */
export function askBeforeSubmitting(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset.confirm;
    if (question !== undefined && !window.confirm(question || text("confirm"))) event.preventDefault();
  });
}

/** A menu made of `<details>` closes when something else is clicked or Escape is pressed. */
export function closeMenusOutside(): void {
  const menus = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll("details.menu[open], details.navigation[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of menus()) menu.open = false;
  });
}

/** `<button data-copy="text">` puts the text on the clipboard and says so. */
export function copyOnClick(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (!button) return;
    void navigator.clipboard.writeText(button.dataset.copy ?? "").then(() => announce(text("copied"), "success"));
  });
}

/** `<a data-csv href="?format=csv">`, or another format: the file holds what the filters leave now, not what they left when the page was loaded.
 * So does the map beside the list, `<a data-map-switch="yes" href="?map=yes">`.
 */
export function followFilters(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-csv], a[data-map-switch]");
    if (!link) return;
    const filters = new URLSearchParams(location.search);
    filters.delete("page");
    if (link.dataset.mapSwitch !== undefined) filters.set("map", link.dataset.mapSwitch);
    else filters.set("format", new URLSearchParams(link.search).get("format") ?? "csv");
    link.search = filters.toString();
  });
}

/** Shows a message for a while, and says it to screen readers. */
export function announce(words: string, kind: "success" | "error" | "warning" | "info" = "info"): void {
  let box = document.querySelector<HTMLElement>(".messages");
  if (!box) {
    box = document.createElement("div");
    box.className = "messages";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  const message = document.createElement("p");
  message.className = `message ${kind}`;
  message.textContent = words;
  box.append(message);
  setTimeout(() => message.remove(), 6000);
}

/** Prints the page where `<button data-print-page>` is pressed. */
export function printOnClick(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-print-page]")) window.print();
  });
}
