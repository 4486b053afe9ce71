// The checkers' page as it is drawn: the reports that are theirs, and one report with what both have found.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { area, ask, place, said, select, valueOf } from "../field/dialog";
import {
  actButton,
  backLink,
  clockTime,
  dayOf,
  dotted,
  entries,
  icon,
  its,
  nextButton,
  nothingRead,
  refused,
  standing,
  type Part,
} from "../field/parts";
import type { Sync } from "../field/sync";
import { askPhoto, type Enter } from "../firm/forms";
import { text } from "../texts";
import type { Photos } from "./photos";
import type { Checker, Entered, Report, Said } from "./types";

const VERDICTS = ["true", "partly_true", "not_true"] as const;
type Verdict = (typeof VERDICTS)[number];

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync<Checker, Entered>,
    private readonly photos: Photos,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const page = this.sync.page;
    const report = page?.reports.find((one) => one.id === location.hash.slice(1));
    const body = report ? this.report(report) : page ? this.list(page) : nothingRead(this.sync.standing);
    render(html`${standing(this.sync)} ${refused(this.sync, (entry) => text(entry.act))} ${keyed(report?.id, body)}`, this.box);
  }

  private list(page: Checker): TemplateResult {
    const cards = page.reports.map((one) => its(one.id, this.card(one)));
    return html`<h1>${page.person}</h1>
      ${cards.length ? cards : html`<p class="empty">${text("none")}</p>`}`;
  }

  private card(one: Report): TemplateResult {
    return html`
      <a class="card crew-card ${one.state === "assigned" ? "" : "ended"}" href="#${one.id}">
        <span class="crew-card-words">
          <b>${one.firm || one.place || one.region_name}</b><span class="muted">${one.kind_name}</span
          ><span class="mono small">${one.number}</span>
        </span>
        ${one.danger ? html`<span class="badge bad">${text("danger")}</span>` : nothing}
        <span class="badge">${this.signedHere(one) ? text("not_sent") : one.state_name}</span>
      </a>
    `;
  }

  private report(one: Report): TemplateResult {
    const enter: Enter = (act, data, picture) => this.sync.keep({ hazard_report_id: one.id }, one.version, act, data, picture);
    return html`
      ${backLink(text("all"))} ${this.head(one)} ${this.found(one, enter)}
      <div class="crew-record">
        ${actButton("photo", "camera", () => askPhoto(enter))} ${actButton("note", "message-square", () => askNote(enter))}
      </div>
      ${this.reported(one)} ${entries(this.mine(one), one.entries, text)}
    `;
  }

  private head(one: Report): TemplateResult {
    const late = one.due !== null && Date.parse(one.due) < this.sync.nowMs;
    return html`
      <section class="card crew-head">
        <b>${one.firm || one.place || one.region_name}</b>
        <p>${dotted(one.region_name, one.place)}</p>
        <p class="muted">${dotted(one.kind_name, one.situation_name)}</p>
        <p>
          ${one.danger ? html`<span class="badge bad">${text("danger")}</span>` : nothing}
          <span class="badge" data-state=${one.state}>${one.state_name}</span>
        </p>
        ${one.due ? html`<p class=${late ? "field-late" : ""}>${text(late ? "late" : "until", { moment: moment(one.due) })}</p>` : nothing}
        <p class="mono small muted">${one.number}</p>
        ${way(one)}
        <p class="message info">${text("keep_secret")}</p>
      </section>
    `;
  }

  /** What was found: the next step of this person, who signs here for themselves alone. */
  private found(one: Report, enter: Enter): TemplateResult {
    if (one.state !== "assigned") {
      const verdict = VERDICTS.find((each) => each === one.state);
      return verdict ? html`<p class="message success">${text("done", { verdict: text(verdict) })}</p>` : html``;
    }
    const here = this.signedHere(one);
    const again = actButton("check_again", "rotate-ccw", () => askVerdict(enter));
    if (here) return html`<p class="message info">${text("signed_not_sent", { verdict: text(here) })}</p>${again}`;
    if (one.signed_by_me)
      return html`<p class="message info">${text("signed_me", { verdict: text(one.signed_as), name: one.other })}</p>${again}`;
    if (!one.signed_as)
      return html`<p class="muted">${text("with", { name: one.other })}</p>
        ${nextButton("check", text("check_now"), () => askVerdict(enter))}`;
    const verdict = one.signed_as as Verdict;
    return html`
      <p class="message warning">${text("signed_other", { name: one.signed_by, verdict: text(verdict) })}</p>
      ${nextButton("check", text("check_same", { verdict: text(verdict) }), () => askVerdict(enter, verdict))}
      ${actButton("check_other", "x", () => askVerdict(enter))}
    `;
  }

  private reported(one: Report): Part {
    return html`
      <section class="card">
        <h2>${text("reported")}</h2>
        <p class="wrap report-words">${one.text || "–"}</p>
        ${one.since ? html`<p class="muted">${text("since")}: ${one.since}</p>` : nothing} ${one.photos.map((photo) => this.photo(photo))}
        ${one.photos_awaited ? html`<p class="muted">${text("photos_awaited", { count: String(one.photos_awaited) })}</p>` : nothing}
      </section>
    `;
  }

  private photo(photo: Report["photos"][number]): Part {
    const address = this.photos.addressOf(photo.attachment_id);
    const number = String(photo.number);
    const name = photo.by ? text("photo_of_check", { number, name: photo.by }) : text("photo_of_reporter", { number });
    return address
      ? html`<img class="field-photo" src=${address} alt=${name} />`
      : html`<p class="muted">${name}: ${text("not_here")}</p>`;
  }

  /** What this person wrote down here and the server does not have yet. */
  private signedHere(one: Report): Verdict | undefined {
    const entry = this.mine(one).findLast((each) => each.act === "check");
    return entry?.data.verdict || undefined;
  }

  private mine(one: Report): Entered[] {
    return this.sync.queue.filter((each) => each.hazard_report_id === one.id && !each.refused);
  }
}

/** What was found, in words: `verdict` stands where it is the same as the other one's. */
function askVerdict(enter: Enter, verdict?: Verdict): void {
  const choices = VERDICTS.map((one): [string, string] => [one, text(one)]);
  const chosen = select("verdict", text("verdict"), verdict ? choices.filter(([one]) => one === verdict) : choices);
  if (verdict) chosen.querySelector("select")!.value = verdict;
  const words = area("text", text("words"), true);
  ask(text("check"), [chosen, words], async () => {
    const found: Said = { verdict: valueOf(chosen) as Verdict, ...said(words), ...(await place()) };
    await enter("check", found);
  });
}

function askNote(enter: Enter): void {
  const words = area("text", text("remark"), true);
  ask(text("note"), [words], () => enter("note", said(words)));
}

/** The way there, the inspection that belongs to it, and the report's own page, which needs a network. */
function way(one: Report): TemplateResult {
  const route = `${one.lat},${one.lon}`;
  return html`<p class="crew-record">
    ${one.lat === null ? nothing : html`<a class="button" href="geo:${route}?q=${route}">${icon("map-pin")}${text("on_map")}</a>`}
    ${
      one.inspection_id
        ? html`<a class="button" href="/inspections/phone/#${one.inspection_id}">${icon("check-check")}${text("inspection")}</a>`
        : nothing
    }
    <a class="button" href="/hazard-reports/${one.id}/">${icon("file-text")}${text("desk_page")}</a>
  </p>`;
}

function moment(at: string): string {
  return `${dayOf(at)} ${clockTime(at)}`;
}
