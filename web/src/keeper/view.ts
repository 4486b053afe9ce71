// The page of store keepers as it is drawn: deliveries, stock-takes and gear; one delivery with its next step; one stock-take lot by lot; one piece of gear with its result.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { deliveryCard, deliveryPage } from "../delivery/parts";
import type { Delivery } from "../delivery/types";
import { area, ask, control, field, input, said, valueOf } from "../field/dialog";
import { element } from "../field/element";
import {
  actButton,
  backLink,
  clockTime,
  dayOf,
  dotted,
  entryList,
  icon,
  its,
  nothingRead,
  refused,
  standing,
  toldLine,
  waitingLine,
  type Part,
} from "../field/parts";
import { canScan, scanFor } from "../field/scan";
import type { Sync } from "../field/sync";
import { fileOf, pictureField } from "../firm/forms";
import { text } from "../texts";
import { isNamed, meantBy, quantityOf, shownLines, type ShownLine } from "./lines";
import type { Data, Gear, Keeper, Queued, Take } from "./types";

const BADGES: Record<string, string> = { agrees: "good", within: "warn", over: "bad" };
const DUES: Record<string, string> = { overdue: "bad", late: "orange", soon: "warn", later: "good" };

export class View {
  private words = ""; // what the list of a stock-take is narrowed to

  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync<Keeper, Queued>,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const page = this.sync.page;
    const wanted = location.hash.slice(1);
    const take = page?.takes.find((one) => one.id === wanted);
    const gear = page?.gear.find((one) => one.id === wanted);
    const delivery = page?.deliveries.find((one) => one.id === wanted);
    const body = !page
      ? nothingRead(this.sync.standing)
      : take
        ? this.take(take)
        : gear
          ? this.gear(page, gear)
          : delivery
            ? this.delivery(delivery)
            : this.list(page);
    const words = (entry: Queued): string => dotted(this.about(entry), text(entry.act));
    render(
      html`${standing(this.sync)} ${refused(this.sync, words)} ${keyed(take?.id ?? gear?.id ?? delivery?.id, body)}`,
      this.box,
    );
  }

  private list(page: Keeper): TemplateResult {
    return html`
      <h1>${page.person}</h1>
      <h2>${text("deliveries")}</h2>
      ${page.deliveries.length ? page.deliveries.map((one) => its(one.id, deliveryCard(one, this.mine(one.id)))) : html`<p class="empty">${text("no_deliveries")}</p>`}
      <h2>${text("takes")}</h2>
      ${page.takes.length ? page.takes.map((one) => its(one.id, this.takeCard(one))) : html`<p class="empty">${text("no_takes")}</p>`}
      <h2>${text("gear")}</h2>
      ${page.gear.length ? page.gear.map((one) => its(one.id, this.gearCard(one))) : html`<p class="empty">${text("no_gear")}</p>`}
    `;
  }

  private delivery(delivery: Delivery): TemplateResult {
    const enter = (act: string, said: object, file?: File, late?: Promise<object>): Promise<void> =>
      this.sync.keep({ work: "delivery", work_id: delivery.id }, delivery.version, act, said, file, late);
    return html`${backLink(text("all_work"))} ${deliveryPage(delivery, this.mine(delivery.id), enter)}`;
  }

  private takeCard(take: Take): TemplateResult {
    return html`
      <a class="card crew-card ${take.finished ? "ended" : ""}" href="#${take.id}">
        <span class="crew-card-words"><b>${take.store}</b><span class="mono small">${take.number}</span></span>
        <span class="badge">${this.progress(take)}</span>
      </a>
    `;
  }

  private gearCard(gear: Gear): TemplateResult {
    const done = this.mine(gear.id).some((one) => one.act === "passed" || one.act === "failed");
    return html`
      <a class="card crew-card ${done ? "ended" : ""}" href="#${gear.id}">
        <span class="crew-card-words">
          <b>${gear.item} <span class="mono">${gear.lot}</span></b><span class="muted">${dotted(gear.store, gear.bay)}</span>
        </span>
        <span class="badge ${DUES[gear.due] ?? ""}">${done ? text("not_sent") : text("due", { day: gear.due_on.slice(5) })}</span>
      </a>
    `;
  }

  private take(take: Take): TemplateResult {
    const lines = this.lines(take);
    const open = lines.filter((one) => one.counted === null && isNamed(one, this.words));
    const done = lines.filter((one) => one.counted !== null && isNamed(one, this.words));
    const narrow = (event: Event): void => {
      this.words = (event.target as HTMLInputElement).value;
      this.draw();
    };
    return html`
      ${backLink(text("all_work"))}
      <section class="card crew-head">
        <h1>${take.store}</h1>
        <p><span class="mono">${take.number}</span> <b>${this.progress(take)}</b></p>
      </section>
      ${take.finished ? html`<p class="message info">${text("finished")}</p>` : nothing}
      <div class="keep-find">
        <input type="search" name="find" .value=${this.words} placeholder=${text("find_lot")} aria-label=${text("find_lot")} autocomplete="off" @input=${narrow} />
        ${canScan() ? its("scan", html`<button class="button" type="button" data-act="scan" @click=${() => this.scan(take)}>${icon("scan-line")}${text("scan")}</button>`) : nothing}
      </div>
      ${this.words && !open.length && !done.length ? html`<p class="empty">${text("nothing_so")}</p>` : nothing}
      ${this.group("to_count", take, open)} ${this.group("done_count", take, done)}
      <p class="crew-foot">
        ${actButton("note", "message-square", () => this.note("stocktake", take.id, take.version))}
        ${take.finished ? nothing : actButton("finish", "check-check", () => this.finish(take))}
      </p>
      ${this.told(take.id, take.entries)}
    `;
  }

  private group(name: string, take: Take, lines: ShownLine[]): Part {
    if (!lines.length) return nothing;
    return html`
      <section class="card" data-group=${name}>
        <h2>${text(name)} <span class="number muted">${lines.length}</span></h2>
        <ul class="crew-list knock-doors">
          ${lines.map((one) => its(one.id, this.line(take, one)))}
        </ul>
      </section>
    `;
  }

  private line(take: Take, line: ShownLine): TemplateResult {
    const counted = line.counted === null ? nothing : html`<b>${line.counted} ${line.unit}</b>`;
    const verdict = line.verdict ? html`<span class="badge ${BADGES[line.verdict] ?? ""}">${text(line.verdict)}</span>` : nothing;
    const why = line.verdict === "over" && !line.reason;
    return html`
      <li class=${line.conflict ? "conflict" : ""} data-lot=${line.lot}>
        <button class="knock-door" type="button" @click=${() => this.count(take, line)}>
          <span>${line.item} <span class="mono">${line.lot}</span></span>${counted}${verdict}
          ${line.waits ? html`<span class="badge">${text("not_sent")}</span>` : nothing}
        </button>
        <span class="muted small">${dotted(line.bay, line.expires_on ?? "", line.reason)}</span>
        ${line.conflict ? html`<span class="crew-conflict">${icon("triangle-alert")} ${text("differs")}</span>` : nothing}
        ${why ? actButton("reason", "message-square", () => this.reason(take, line)) : nothing}
      </li>
    `;
  }

  private count(take: Take, line: ShownLine): void {
    const typed = input("counted", `${text("how_much")} (${line.unit})`, {
      inputmode: "decimal",
      required: true,
      autocomplete: "off",
      maxlength: "14",
    });
    const words = area("text", text("remark"), false);
    const ready = (): boolean => {
      const box = control(typed) as HTMLInputElement;
      box.setCustomValidity(quantityOf(box.value) === undefined ? text("how_much") : "");
      return box.reportValidity();
    };
    control(typed).addEventListener("input", () => control(typed).setCustomValidity(""));
    const title = `${text("count_it")} · ${line.item} ${line.lot}`;
    ask(
      title,
      [typed, words],
      () => {
        const data = { line: line.id, seen: line.version, counted: quantityOf(valueOf(typed))!, ...said(words) };
        return this.enter("stocktake", take.id, take.version, "count", data);
      },
      ready,
    );
  }

  private reason(take: Take, line: ShownLine): void {
    const words = area("text", text("why_differs"), true);
    ask(text("reason"), [words], () =>
      this.enter("stocktake", take.id, take.version, "reason", { line: line.id, ...said(words) }),
    );
  }

  private finish(take: Take): void {
    if (window.confirm(text("finish_sure"))) void this.enter("stocktake", take.id, take.version, "finish", {});
  }

  private scan(take: Take): void {
    const lines = this.lines(take);
    scanFor(
      (read) => meantBy(lines, take.store_id, read),
      (found) => {
        this.words = found;
        this.draw();
        const only = lines.filter((one) => one.lot === found);
        if (only.length === 1) this.count(take, only[0]!);
      },
    );
  }

  private gear(page: Keeper, gear: Gear): TemplateResult {
    const held = gear.held_back
      ? html`<p class="message warning">${text("held_back", { count: gear.held_back, unit: gear.unit })}</p>`
      : nothing;
    const results = page.results.map(({ code, name }) =>
      its(
        code,
        html`<button class="button ${code === "passed" ? "primary" : ""}" type="button" data-act=${code} @click=${() => this.result(gear, code, name)}>${icon(code === "passed" ? "check" : "x")}${name}</button>`,
      ),
    );
    return html`
      ${backLink(text("all_work"))}
      <section class="card crew-head">
        <h1>${gear.item} <span class="mono">${gear.lot}</span></h1>
        <p>${dotted(gear.store, gear.bay, `${gear.there} ${gear.unit}`)}</p>
        <p class="crew-asked">${gear.what}</p>
        <p><span class="badge ${DUES[gear.due] ?? ""}">${gear.due_name}</span> <span class="mono">${gear.due_on}</span></p>
        ${gear.conflict ? html`<p class="crew-conflict">${icon("triangle-alert")} ${text("gear_differs")}</p>` : nothing}
      </section>
      ${held}
      <div class="field-two">${results}</div>
      <p class="crew-foot">
        ${actButton("note", "message-square", () => this.note("upkeep", gear.id, gear.version))}
        ${actButton("photo", "camera", () => this.photo(gear))}
      </p>
      ${this.told(gear.id, gear.entries)}
    `;
  }

  /** A result with its photo: the photo goes first, so that it is there when the result counts. */
  private result(gear: Gear, act: string, title: string): void {
    const failed = act === "failed";
    const many = field(
      text("how_many_fail", { count: gear.there, unit: gear.unit }),
      element("input", { name: "quantity", inputmode: "decimal", required: true, maxlength: "14", value: String(gear.there) }),
    );
    const words = area("text", text(failed ? "what_fails" : "remark"), failed);
    const picture = pictureField(false);
    ask(title, failed ? [many, words, picture] : [words, picture], async () => {
      const file = fileOf(picture);
      if (file) await this.enter("upkeep", gear.id, gear.version, "photo", said(words), file);
      const data: Data = { ...said(words) };
      if (failed) data.quantity = quantityOf(valueOf(many)) ?? null;
      await this.enter("upkeep", gear.id, gear.version, act, data);
      location.hash = "";
    });
  }

  private photo(gear: Gear): void {
    const picture = pictureField(true);
    const words = area("text", text("remark"), false);
    ask(text("photo"), [picture, words], async () => {
      const file = fileOf(picture);
      if (file) await this.enter("upkeep", gear.id, gear.version, "photo", said(words), file);
    });
  }

  private note(work: Queued["work"], id: string, version: number): void {
    const words = area("text", text("remark"), true);
    ask(text("note"), [words], () => this.enter(work, id, version, "note", said(words)));
  }

  private enter(work: Queued["work"], id: string, version: number, act: string, data: Data, file?: File): Promise<void> {
    return this.sync.keep({ work, work_id: id }, version, act, data, file);
  }

  private told(id: string, entries: Take["entries"]): Part {
    const waiting = this.mine(id).map((one) => waitingLine(dotted(text(one.act), String(one.data.text ?? ""))));
    const known = [...entries].reverse().map((one) => {
      const when = `${dayOf(one.at).slice(5)} ${clockTime(one.at)}`;
      return toldLine({ at: one.at, conflict: one.conflict, data: {} }, when, dotted(one.about, one.act_name, one.text), "");
    });
    return waiting.length + known.length ? entryList([...waiting.reverse(), ...known]) : nothing;
  }

  private lines(take: Take): ShownLine[] {
    return shownLines(take.lines, this.mine(take.id));
  }

  private mine(id: string): Queued[] {
    return this.sync.queue.filter((one) => one.work_id === id && !one.refused);
  }

  private progress(take: Take): string {
    const lines = this.lines(take);
    return text("counted_of", { counted: lines.filter((one) => one.counted !== null).length, count: lines.length });
  }

  private about(entry: Queued): string {
    const take = this.sync.page?.takes.find((one) => one.id === entry.work_id);
    const gear = this.sync.page?.gear.find((one) => one.id === entry.work_id);
    const delivery = this.sync.page?.deliveries.find((one) => one.id === entry.work_id);
    return take?.lines.find((one) => one.id === entry.data.line)?.lot ?? take?.number ?? gear?.lot ?? delivery?.number ?? "";
  }
}
