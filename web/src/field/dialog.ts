// What is asked before an entry is kept: one dialog at a time, few fields, big targets. The place is the device's, where it tells it.
import { text } from "../texts";
import { element } from "./element";

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** `ready`: what the browser can't check of a field; keeping goes on only where it says so. */
export function ask(title: string, fields: HTMLElement[], keep: () => Promise<void>, ready: () => boolean = () => true): void {
  const form = element("form", { class: "form", method: "dialog" });
  const dialog = element("dialog", { class: "crew-dialog", "aria-label": title }, element("h2", {}, title), form);
  const cancel = element("button", { class: "button", type: "button", onclick: () => dialog.close() }, text("cancel"));
  form.append(
    ...fields,
    element(
      "div",
      { class: "form-actions" },
      cancel,
      element("button", { class: "button primary", "data-keep": true }, text("keep")),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!ready()) return;
    dialog.close();
    void keep();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function field(label: string, made: Control): HTMLElement {
  return element("label", { class: "field" }, element("span", {}, label), made);
}

export function input(name: string, label: string, attributes: Record<string, string | boolean>): HTMLElement {
  return field(label, element("input", { name, ...attributes }));
}

export function area(name: string, label: string, required: boolean): HTMLElement {
  return field(label, element("textarea", { name, required, maxlength: "2000", rows: "2" }));
}

export function select(name: string, label: string, options: [string, string][]): HTMLElement {
  const made = element(
    "select",
    { name, required: true },
    element("option", { value: "" }),
    ...options.map(([value, words]) => element("option", { value }, words)),
  );
  return field(label, made);
}

export function chip(words: string, target: HTMLElement): HTMLElement {
  const add = (): void => {
    const box = control(target) as HTMLTextAreaElement;
    box.value = box.value ? `${box.value}, ${words}` : words;
  };
  return element("button", { class: "button", type: "button", onclick: add }, words);
}

export function control(made: HTMLElement): Control {
  return made.querySelector<Control>("input, select, textarea")!;
}

export function valueOf(made: HTMLElement): string {
  return control(made).value;
}

export function said(words: HTMLElement): { text?: string } {
  const told = valueOf(words).trim();
  return told ? { text: told } : {};
}

export interface Place {
  lon?: number;
  lat?: number;
}

/** Where the device is, if it tells within two seconds; WGS84. */
export function place(): Promise<Place> {
  if (!("geolocation" in navigator) || !window.isSecureContext) return Promise.resolve({});
  return new Promise((resolve) => {
    const nowhere = setTimeout(() => resolve({}), 2000);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(nowhere);
        resolve({ lon: coords.longitude, lat: coords.latitude });
      },
      () => {
        clearTimeout(nowhere);
        resolve({});
      },
      { maximumAge: 30_000, timeout: 2000 },
    );
  });
}
