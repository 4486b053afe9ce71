// The crew's page as it is drawn: the unit's orders, one order with its next step as the biggest button, what waits and what clashed.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import {
  actButton,
  backLink,
  clockTime,
  dotted,
  entryList,
  its,
  icon,
  nextButton,
  nothingRead,
  refused,
  standing,
  toldLine,
  waitingLine,
  type Part,
} from "../field/parts";
import { text } from "../texts";
import { place } from "../field/dialog";
import {
  askCorrection,
  askDig,
  askEntry,
  askFinding,
  askNeighbours,
  askPhoto,
  askReading,
  askReturn,
  askTask,
  type Enter,
} from "./forms";
import { stateWords, stepReached, stepsBehind, waitingFor } from "./progress";
import type { Crew, Order, Queued, Told } from "./store";
import type { Sync } from "./sync";

/** Steps that need no word: one press. What was pressed by mistake is taken back. */
const AT_ONCE = ["accept", "leave", "arrive", "mend", "check_in"];

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const crew = this.sync.crew;
    const chosen = location.hash.slice(1);
    const order = crew?.orders.find((one) => one.id === chosen);
    const body = order ? this.order(order) : crew ? this.list(crew) : nothingRead(this.sync.standing);
    render(html`${standing(this.sync)} ${refused(this.sync, (entry) => this.words(entry))} ${keyed(order?.id, body)}`, this.box);
  }

  private list(crew: Crew): TemplateResult {
    const cards = crew.orders.map((order) => its(order.id, this.card(order)));
    return html`<h1>${crew.unit}</h1>${cards.length ? cards : html`<p class="empty">${text("no_orders")}</p>`}`;
  }

  private card(order: Order): TemplateResult {
    return html`
      <a class="card crew-card ${order.running ? "" : "ended"}" href="#${order.id}">
        <span class="level-shape ${order.level_class}"></span>
        <span class="crew-card-words">
          ${drill(order)}<b>${order.title}</b><span class="muted">${order.place}</span><span class="mono small">${order.number}</span>
        </span>
        <span class="badge">${stateWords(order, this.mine(order))}</span>
      </a>
    `;
  }

  private order(order: Order): TemplateResult {
    const ended = html`<p class="message info">${order.state_name}${order.reason ? `: ${order.reason}` : ""}</p>`;
    return html`
      ${backLink(text("all_orders"))} ${this.head(order)} ${guidance(order)} ${order.running ? this.steps(order) : ended} ${recheck(order)}
      ${neighbours(order)} ${calls(order)} ${this.entries(order)}
    `;
  }

  private head(order: Order): TemplateResult {
    return html`
      <section class="card crew-head">
        ${drill(order)}
        <h1><span class="level-shape ${order.level_class}"></span> ${order.title}</h1>
        <p>${order.place}</p>
        <p>
          <span class="badge ${order.level_class}">${order.level_name}</span>
          <span class="badge">${order.role_name}</span>
          <span class="badge" data-state=${stepReached(order, this.mine(order))}>${stateWords(order, this.mine(order))}</span>
        </p>
        <p class="crew-asked">${order.briefing.asked}</p>
        ${suspicion(order.briefing)} ${values(order.briefing)} ${this.map(order)}
        <p class="mono small muted">${order.number}</p>
      </section>
    `;
  }

  private map(order: Order): TemplateResult {
    const { route } = order.briefing;
    const picture = this.sync.maps[order.id]?.picture;
    const way = html`
      <p>
        <a class="button" href="geo:${route}?q=${route}">${icon("map-pin")}${text("on_map")}</a> <span class="mono small muted">${route}</span>
      </p>
    `;
    const map = picture
      ? html`<figure class="crew-map" role="img" aria-label=${text("map")}>${drawing(picture)}</figure>`
      : nothing;
    return html`${map} ${route ? way : nothing}`;
  }

  private steps(order: Order): TemplateResult {
    const enter: Enter = (act, data, picture, at) => this.sync.enter(order.id, act, data, picture, at);
    const act = (name: string): void => this.ask(order, name, enter);
    const behind = stepsBehind(order, this.mine(order));
    const [next, ...later] = order.steps.filter((step) => !behind.includes(step.act));
    const accepted = behind.includes("accept");
    const mayReturn = !behind.includes("control") && order.steps.length > 1;
    return html`
      <ol class="crew-trail">
        ${order.steps.map((step) => html`<li class=${behind.includes(step.act) ? "done" : step === next ? "next" : ""}>${step.name}</li>`)}
      </ol>
      ${next ? nextButton(next.act, next.name, () => act(next.act)) : nothing} ${checkIn(order, act, this.sync.nowMs)} ${this.wrongStep(order, enter)}
      ${questions(order, enter)} ${tasks(order, this.mine(order), enter)}
      ${accepted && later.length ? laterSteps(later, act) : nothing}
      ${mayReturn ? actButton("return", "rotate-ccw", () => askReturn(this.sync.crew!, enter)) : nothing} ${accepted ? record(act) : nothing}
    `;
  }

  private ask(order: Order, act: string, enter: Enter): void {
    const crew = this.sync.crew!;
    if (AT_ONCE.includes(act)) void enter(act, {}, undefined, place());
    else if (act === "reading") askReading(order.briefing, enter);
    else if (act === "neighbours") askNeighbours(order, enter);
    else if (act === "find_cause") askFinding(crew, order, enter);
    else if (act === "photo") askPhoto(enter);
    else if (act === "dig") askDig(order, enter);
    else askEntry(act, order.steps.find((step) => step.act === act)?.name ?? text(act), enter);
  }

  /** The last step, where it was pressed by mistake. */
  private wrongStep(order: Order, enter: Enter): Part {
    const entry = order.entries.find((one) => one.id === order.wrong_step);
    if (!entry || this.mine(order).length) return nothing;
    const sure = text("take_back_sure", { step: entry.act_name });
    return actButton("take_back", "rotate-ccw", () => void (window.confirm(sure) && enter("take_back", { corrects: entry.id })));
  }

  private entries(order: Order): TemplateResult {
    const enter: Enter = (act, data, picture, at) => this.sync.enter(order.id, act, data, picture, at);
    const told = [...order.entries].reverse();
    const known = told.map((entry) => its(entry.id, entryLine(entry, order.running ? enter : undefined)));
    const waiting = this.mine(order).map((entry) => waitingLine([this.words(entry), entry.data.text].filter(Boolean).join(" ")));
    return entryList([...waiting.reverse(), ...known]);
  }

  private mine(order: Order): Queued[] {
    return waitingFor(order, this.sync.queue);
  }

  private words(entry: Queued): string {
    return text(`entered_${entry.act}`);
  }
}

/** The map as the server drew it, a part of the page, so that it is written in the page's letters. */
function drawing(svg: string): Node {
  return document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
}

function drill(order: Order): Part {
  return order.drill ? html`<b class="badge warn">【${text("drill")}】${order.drill}</b>` : nothing;
}

function guidance(order: Order): TemplateResult {
  const lines = (words: string[]): TemplateResult => html`<ul>${words.map((line) => html`<li>${line}</li>`)}</ul>`;
  const never = html`
    <section class="message error crew-never"><div><b>${icon("shield-alert")} ${text("never")}</b>${lines(order.must_not)}</div></section>
  `;
  const mind = html`
    <details class="message warning crew-mind"><summary>${text("mind")} (${order.mind.length})</summary>${lines(order.mind)}</details>
  `;
  return html`${order.must_not.length ? never : nothing} ${order.mind.length ? mind : nothing}`;
}

/** What is thought to be at fault, and where: the machine's help. */
function suspicion({ suspicion: one, why }: Order["briefing"]): Part {
  const reasons = why.map((line) => html`<p class="small muted">${line}</p>`);
  if (!one) return html`${reasons}`;
  return html`
    <p>
      ${text("suspected")}: <b>${one.label}</b> <span class="badge">${one.percent} %</span><br />
      ${dotted(one.asset, one.where)}<br />
      <small class="muted">${text("help_only")}</small>
    </p>
    ${reasons}
  `;
}

function values({ values: rows }: Order["briefing"]): Part {
  if (!rows.length) return nothing;
  const line = (one: (typeof rows)[number]): TemplateResult => html`
    <li class=${one.rings ? "rings" : ""}>
      <span>${one.quantity}</span><b class="mono">${one.value}</b>
      ${one.at ? html`<time class="mono small muted" datetime=${one.at}>${clockTime(one.at)}</time>` : nothing}
    </li>
  `;
  return html`<h2>${text("measured_now")}</h2><ul class="live-values">${rows.map(line)}</ul>`;
}

/** Whom to call: the desk that sent the order, and the other units. */
function calls({ briefing }: Order): TemplateResult {
  const line = (name: string, what: string, number: string): TemplateResult => html`
    <li>
      <span>${name} <small class="muted">${what}</small></span>
      ${number ? html`<a class="button small" href="tel:${number}">${icon("phone")}${number}</a>` : nothing}
    </li>
  `;
  return html`
    <section class="card">
      <h2>${text("whom_to_call")}</h2>
      <ul class="live-values">
        ${briefing.desk ? line(briefing.desk, text("sent_it"), briefing.desk_telephone) : nothing}
        ${briefing.others.map((one) => line(one.unit, one.role_name, one.telephone))}
      </ul>
    </section>
  `;
}

/** What plans asked of the unit; one that was entered here and waits to be sent counts as done. */
function tasks(order: Order, waiting: Queued[], enter: Enter): Part {
  if (!order.tasks.length) return nothing;
  const ended = new Set(waiting.map((entry) => entry.data.task));
  const line = (task: Order["tasks"][number]): TemplateResult => {
    const open = task.state === "open" && !ended.has(task.id);
    return html`
      <li>
        <span>
          ${task.text}<br />
          <small class=${task.overdue ? "field-late" : "muted"}>${text("task_by")} <b class="mono">${clockTime(task.due_at)}</b></small>
        </span>
        ${
          open
            ? html`<button class="button small" type="button" data-act="task" @click=${() => askTask(task, enter)}>${text("task_done")}</button>`
            : html`<span class="badge good">${ended.has(task.id) ? text("task_done") : task.state_name}</span>`
        }
      </li>
    `;
  };
  return html`<section class="card"><h2>${text("tasks")}</h2><ul class="live-values crew-tasks">${order.tasks.map((task) => its(task.id, line(task)))}</ul></section>`;
}

/** Questions that only this unit can answer. */
function questions(order: Order, enter: Enter): Part {
  const one = (question: Order["briefing"]["questions"][number]): TemplateResult => {
    const { check, asset_code } = question;
    const told = (outcome: string): void => void enter("answer", { check, outcome, ...(asset_code ? { asset_code } : {}) });
    const button = (answer: (typeof question.answers)[number]): TemplateResult =>
      html`<button class="button" type="button" data-act="answer" data-outcome=${answer.outcome} @click=${() => told(answer.outcome)}>${answer.label}</button>`;
    return html`<div class="crew-question"><p>${dotted(question.ask, question.place)}</p>${question.answers.map(button)}</div>`;
  };
  if (!order.briefing.questions.length) return nothing;
  return html`<section class="card"><h2>${text("answer")}</h2>${order.briefing.questions.map((question) => its(`${question.check} ${question.asset_code}`, one(question)))}</section>`;
}

function checkIn(order: Order, act: (name: string) => void, now: number): Part {
  if (!order.check_in_due_at) return nothing;
  const late = Math.floor((now - Date.parse(order.check_in_due_at)) / 60_000);
  return html`
    <section class="card crew-check ${late > 0 ? "field-late" : ""}">
      <span>${late > 0 ? text("check_in_late", { minutes: late }) : text("check_in_due")} <b class="mono">${clockTime(order.check_in_due_at)}</b></span>
      ${actButton("check_in", "check", () => act("check_in"))}
    </section>
  `;
}

function laterSteps(steps: Order["steps"], act: (name: string) => void): TemplateResult {
  const button = ({ act: step, name }: Order["steps"][number]): TemplateResult =>
    its(step, html`<button class="button" type="button" data-act=${step} @click=${() => act(step)}>${name}</button>`);
  return html`<details class="crew-later"><summary>${text("later")}</summary>${steps.map(button)}</details>`;
}

const RECORD = {
  reading: "gauge",
  photo: "camera",
  measure: "shield",
  note: "message-square",
  neighbours: "users",
  dig: "shovel",
};

function record(act: (name: string) => void): TemplateResult {
  return html`<div class="crew-record">${Object.entries(RECORD).map(([name, drawing]) => actButton(name, drawing, () => act(name)))}</div>`;
}

function recheck({ recheck }: Order): Part {
  if (!recheck) return nothing;
  const low = recheck.calm_since ? text("low_since", { time: clockTime(recheck.calm_since) }) : "";
  const minutes = recheck.minutes_to_go ?? 0;
  const toGo = minutes ? text("to_go", { hours: Math.floor(minutes / 60), minutes: minutes % 60 }) : text("long_enough");
  return html`
    <section class="card crew-recheck">
      <h2>${text("recheck")}</h2>
      <p>${recheck.calm_since ? `${low} ${toGo}` : ""}</p>
      ${recheck.lacks.map((one) => html`<p class="muted">${one}</p>`)}
    </section>
  `;
}

function neighbours(order: Order): Part {
  if (!order.neighbours.length) return nothing;
  const call = (number: string): Part =>
    number ? html`<a class="button small" href="tel:${number}">${icon("phone")}${number}</a>` : nothing;
  const rows = order.neighbours.map(
    (one) => html`
      <li><b>${one.unit}</b> ${one.near} <span class="badge ${one.answered ? "good" : "warn"}">${one.state_name}</span>${call(one.telephone)}</li>
    `,
  );
  const silent = order.neighbours.some((one) => !one.answered);
  return html`
    <section class="card">
      <h2>${text("standing_by")}</h2>
      ${silent ? html`<p class="message warning">${text("dig_warning")}</p>` : nothing}
      <ul class="crew-list">
        ${rows}
      </ul>
    </section>
  `;
}

/** One thing that was done; a value can be corrected where the order still runs. */
function entryLine(entry: Told, enter?: Enter): TemplateResult {
  const words = dotted(entry.act_name, entry.details, entry.text, entry.struck);
  const correct = (): void => askCorrection(entry, enter!);
  const wrong =
    enter && entry.act === "reading" && !entry.struck
      ? html`<button class="button small quiet" type="button" data-act="correct" @click=${correct}>${text("correct")}</button>`
      : nothing;
  return toldLine(entry, clockTime(entry.at), words, dotted(entry.actor, entry.channel_name), wrong);
}
