// The form: photo first, then what, where, since when. What was typed is kept on the phone until it is sent.
import { html, nothing, type TemplateResult } from "lit-html";
import type { Control } from "../field/dialog";
import { icon } from "../field/parts";
import type { Store } from "../field/store";
import { text } from "../texts";
import { missingOf } from "./missing";
import { moment } from "./moment";
import { waysOf, type Place } from "./place";
import { situationOf } from "./situation";
import { EMPTY, NOBODY, type Alike, type Entry, type Handed, type Person, type Setup } from "./types";

/** What is being written: fields and photos, kept with every change. */
export class Draft {
  report: Handed = { ...EMPTY };
  photos: File[] = [];
  note = "";
  similar: Alike[] = [];
  sameAs = "";
  sought = ""; // words by which a listed situation is looked for
  listOpen = false;
  person: Person = NOBODY; // never kept: it leaves the page with the report
  private opened: Person = NOBODY; // as an app has opened the page

  constructor(
    private readonly store: Store<Entry>,
    private readonly changed: () => void,
  ) {}

  async load(code: string): Promise<void> {
    this.report = { ...EMPTY, ...(await this.store.get<Handed>("draft")) };
    this.photos = (await this.store.get<File[]>("photos")) ?? [];
    if (code && code !== this.report.code) await this.scan(code);
  }

  /** The sign's code opens the form filled in; without a network the code is kept, and the office reads it. */
  async scan(code: string): Promise<void> {
    this.set({ code });
    const response = await fetch(`firm.json?code=${encodeURIComponent(code)}`).catch(() => null);
    const told = (await response?.json().catch(() => null)) as {
      name?: string;
      region_code?: string;
      address?: string;
      message?: string;
    } | null;
    if (response?.ok && told) this.set({ firm: told.name ?? "", region_code: told.region_code ?? "", place: told.address ?? "" });
    else if (told?.message) {
      this.note = told.message;
      this.set({ code: "" });
    }
  }

  set(change: Partial<Handed>): void {
    this.report = { ...this.report, ...change };
    void this.store.put("draft", this.report);
    this.changed();
  }

  /** Looks, while it is written, whether others have reported it; only of public places, and only with a network. */
  async look(): Promise<void> {
    const { report } = this;
    if (report.lon === null || report.code || report.firm.trim() || !report.region_code) {
      this.similar = [];
      return;
    }
    const token = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const response = await fetch("similar", { method: "POST", body: JSON.stringify(report), headers }).catch(() => null);
    this.similar = response?.ok ? ((await response.json()) as { found: Alike[] }).found : [];
    if (!this.similar.some((one) => one.id === this.sameAs)) this.sameAs = "";
    this.changed();
  }

  say(change: Partial<Person>): void {
    this.person = { ...this.person, ...change };
    this.changed();
  }

  /** An app has opened the page for somebody: name sealed, unless the person chooses otherwise. */
  open(person: Omit<Person, "mode">): void {
    this.opened = { ...person, mode: "hidden" };
    this.say(this.opened);
  }

  seek(words: string): void {
    this.sought = words;
    this.changed();
  }

  choose(id: string): void {
    this.sameAs = id;
    this.changed();
  }

  async setPhotos(photos: File[]): Promise<void> {
    this.photos = photos;
    await this.store.put("photos", photos);
    this.changed();
  }

  async clear(): Promise<void> {
    this.report = { ...EMPTY };
    this.similar = [];
    this.sameAs = "";
    this.sought = "";
    this.listOpen = false;
    this.person = this.opened;
    await this.store.forget("draft");
    await this.setPhotos([]);
  }
}

/** The whole form. `send` is called once it can be sent. */
export function formOf(draft: Draft, place: Place, setup: Setup, send: () => Promise<void>): TemplateResult {
  const { report } = draft;
  const submit = (event: Event): void => {
    event.preventDefault();
    const missing = missingOf(report, draft.photos.length, draft.person);
    draft.note = missing ? text(missing.words) : "";
    if (!missing && !report.kind) draft.set({ kind: setup.kinds[0]![0] });
    else draft.set({});
    tellAt(event.target as HTMLFormElement, missing?.field ?? "", draft.note);
    if (!missing) void send();
  };
  const typed =
    (name: keyof Handed) =>
    (event: Event): void => {
      draft.set({ [name]: (event.target as HTMLInputElement).value });
      if (event.type === "change") void draft.look();
    };
  const ticked =
    (name: keyof Handed) =>
    (event: Event): void =>
      draft.set({ [name]: (event.target as HTMLInputElement).checked });
  const line = (name: "firm" | "place" | "since", hint = ""): TemplateResult =>
    html`<label class="field">${text(name)}<input name=${name} .value=${report[name]} maxlength="200" placeholder=${hint} @input=${typed(name)} @change=${typed(name)} /></label>`;
  return html`<form class="form hazard-form" @submit=${submit} novalidate>
    ${photosOf(draft, setup)}
    <section class="card form">
      <label class="field"
        >${text("what")}<textarea name="text" rows="4" maxlength=${setup.most_signs} .value=${report.text} @input=${typed("text")} @change=${typed("text")}></textarea>
        <span class="help">${text("what_hint")}</span></label
      >
      ${chosen("kind", setup.kinds, report.kind || setup.kinds[0]![0], typed("kind"))} ${situationOf(draft, setup)}
      <label class="hazard-tick"><input type="checkbox" name="danger" .checked=${report.danger} @change=${ticked("danger")} /> ${text("danger")}</label>
      ${report.danger ? html`<p class="message error">${text("danger_hint")}</p>` : nothing}
    </section>
    <section class="card form">
      <h2>${text("where")}</h2>
      ${line("firm")} ${line("place")}
      ${countyOf(setup, report.region_code, typed("region_code"))}
      ${waysOf(draft, place)}
      ${line("since", text("since_hint"))}
      <label class="hazard-tick"><input type="checkbox" name="insider" .checked=${report.insider} @change=${ticked("insider")} /> ${text("insider")}</label>
    </section>
    ${personOf(draft, setup)}
    ${draft.similar.length ? similarOf(draft) : nothing}
    ${draft.note ? html`<p class="message error" role="alert">${draft.note}</p>` : nothing}
    <button class="button primary crew-next">${text("send")}</button>
  </form>`;
}

/** Shows the words at the field, wherever on the page it is; the form itself stands above them, under the thumb. */
function tellAt(form: HTMLFormElement, field: string, words: string): void {
  const boxes = [...form.querySelectorAll<Control>("input, select, textarea")];
  for (const box of boxes) box.setCustomValidity("");
  const box = boxes.find((one) => one.name === field);
  if (!box) return;
  box.scrollIntoView({ block: "center" });
  box.setCustomValidity(words);
  box.reportValidity();
}

/** Three modes where keys seal a name; without them the page says why there is but one. */
function personOf(draft: Draft, setup: Setup): TemplateResult {
  if (!setup.sealed)
    return html`<section class="card"><p>${text("mode_anonymous")}</p><p class="muted small">${text("mode_why")}</p></section>`;
  const { person } = draft;
  const choice = (mode: Person["mode"], words: string): TemplateResult => html`<label class="hazard-tick">
    <input type="radio" name="mode" value=${mode} .checked=${person.mode === mode} @change=${() => draft.say({ mode })} /> ${text(words)}
  </label>`;
  const line = (name: "name" | "telephone", kind: string): TemplateResult => html`<label class="field"
    >${text(name)}<input
      name=${name}
      type=${kind}
      maxlength="120"
      autocomplete="off"
      .value=${person[name]}
      @input=${(event: Event) => draft.say({ [name]: (event.target as HTMLInputElement).value })}
  /></label>`;
  return html`<section class="card form">
    <fieldset class="field">
      <legend>${text("mode")}</legend>
      ${choice("anonymous", "mode_none")} ${choice("hidden", "mode_hidden")} ${choice("named", "mode_named")}
    </fieldset>
    ${
      person.mode === "anonymous"
        ? html`<p class="muted">${text("mode_anonymous")}</p>`
        : person.ticket
          ? html`<p class="message" role="status" data-app>${text("mode_app", { name: person.name, telephone: person.telephone, app: person.app })}</p>`
          : html`${line("name", "text")} ${line("telephone", "tel")}
          <p class="muted">${text("mode_hint")}</p>`
    }
  </section>`;
}

function similarOf(draft: Draft): TemplateResult {
  const one = (found: Alike): TemplateResult => {
    const same = found.id === draft.sameAs;
    return html`<p>
      ${found.words} <span class="muted small">${moment(found.received_at)}</span>
      <button class="button" type="button" aria-pressed=${same} @click=${() => draft.choose(same ? "" : found.id)}>
        ${text(same ? "not_same" : "same")}
      </button>
    </p>`;
  };
  return html`<section class="card" role="status">
    <p>${text("similar")}</p>
    ${draft.similar.map(one)} ${draft.sameAs ? html`<p class="message">${text("same_chosen")}</p>` : nothing}
  </section>`;
}

function chosen(name: string, choices: [string, string][], value: string, change: (event: Event) => void): TemplateResult {
  return html`<label class="field"
    >${text(name)}<select name=${name} @change=${change}>
      ${options(choices, value)}
    </select></label
  >`;
}

/** Counties under their cities: the same name stands in two of them. */
function countyOf(setup: Setup, value: string, change: (event: Event) => void): TemplateResult {
  const cities = new Map<string, [string, string][]>();
  for (const county of setup.regions) {
    const city = setup.cities?.[county[0].slice(0, 4)] ?? "";
    cities.set(city, [...(cities.get(city) ?? []), county]);
  }
  return html`<label class="field"
    >${text("region")}<select name="region" @change=${change}>
      ${options([["", text("choose")]], value)}
      ${[...cities].map(([city, counties]) =>
        city ? html`<optgroup label=${city}>${options(counties, value)}</optgroup>` : options(counties, value),
      )}
    </select></label
  >`;
}

function options(choices: [string, string][], value: string): TemplateResult[] {
  return choices.map(([key, words]) => html`<option value=${key} ?selected=${key === value}>${words}</option>`);
}

function photosOf(draft: Draft, setup: Setup): TemplateResult {
  const take = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    void draft.setPhotos([...draft.photos, ...(input.files ?? [])].slice(0, setup.most_photos));
    input.value = "";
  };
  const drop = (at: number): void => void draft.setPhotos(draft.photos.filter((_, each) => each !== at));
  return html`<section class="card form">
    <h2>${text("photos")}</h2>
    <label class="button wide hazard-photo"
      >${icon("camera")}${text("take_photo")}<input type="file" accept="image/*" capture="environment" multiple @change=${take}
    /></label>
    ${draft.photos.length ? html`<p class="muted" role="status">${text("photos_count", { count: draft.photos.length, most: setup.most_photos })}</p>` : nothing}
    <div class="hazard-photos">
      ${draft.photos.map(
        (one, at) => html`<button class="button quiet" type="button" aria-label=${text("remove")} @click=${() => drop(at)}>
          <img src=${addressOf(one)} alt="" />${icon("x")}
        </button>`,
      )}
    </div>
    <p class="muted small">${text("photo_hint")}</p>
  </section>`;
}

const addresses = new WeakMap<File, string>();

function addressOf(file: File): string {
  const known = addresses.get(file) ?? URL.createObjectURL(file);
  addresses.set(file, known);
  return known;
}
