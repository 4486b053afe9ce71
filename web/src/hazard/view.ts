// The public page as it is drawn: the form, what was sent, how a report stands.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { backLink, icon, type Part } from "../field/parts";
import { moment } from "./moment";
import { text } from "../texts";
import { formOf, type Draft } from "./form";
import type { Place } from "./place";
import { proving } from "./prove";
import { rewardCard } from "./reward";
import type { Reports } from "./sync";
import type { Line, Own, OwnReward, Setup, Standing } from "./types";

export class View {
  private standing: Standing | undefined;
  private rewards: OwnReward[] = [];
  private rewardsAway = false;
  private asked: { number: string; secret: string } | undefined;
  private told = "";
  private dirty = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly reports: Reports,
    private readonly setup: Setup,
    private readonly draft: Draft,
    private readonly place: Place,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const [page, id] = location.hash.slice(1).split("/");
    const own = this.reports.own.find((one) => one.id === id);
    const body =
      page === "sent" && own
        ? this.sent(own)
        : page === "follow"
          ? this.follow(own)
          : page === "prove"
            ? proving(() => this.draw())
            : this.home();
    render(html`${this.line()} ${this.refusals()} ${body}`, this.box);
  }

  private line(): TemplateResult {
    const count = this.reports.queue.filter((one) => !one.refused).length;
    const words = count ? text("waiting", { count }) : text(this.reports.standing);
    return html`<p class="crew-standing ${this.reports.standing}" role="status" data-waiting=${count}>
      ${icon(this.reports.standing === "online" ? "wifi" : "wifi-off")}<span>${this.reports.working ? text("working") : words}</span>
    </p>`;
  }

  private refusals(): TemplateResult[] {
    return this.reports.queue
      .filter((one) => one.refused)
      .map((one) => {
        const own = this.reports.own.find((each) => each.id === one.report_id);
        const remove = (): void => void (own && window.confirm(text("remove_sure")) && this.reports.forgetOne(own));
        return html`<section class="message error crew-refused" role="alert">
          <div><b>${text("refused_title")}</b> ${one.refused}</div>
          <button class="button" type="button" @click=${remove}>${text("remove")}</button>
        </section>`;
      });
  }

  private home(): TemplateResult {
    const send = async (): Promise<void> => {
      const made = await this.reports.keep(this.draft.report, this.draft.photos, this.draft.sameAs, this.draft.person);
      await this.draft.clear();
      location.hash = `sent/${made.id}`;
      scrollTo(0, 0);
    };
    return html`
      <p class="muted">${text("intro")}</p>
      ${formOf(this.draft, this.place, this.setup, send)}
      <section class="card hazard-links">
        <a class="button" href="#follow">${icon("search")}${text("follow")}</a>
        <a class="button quiet" href="#prove">${icon("check-check")}${text("prove")}</a>
        ${this.reports.own.length ? html`<h2>${text("own_reports")}</h2>` : nothing}
        ${this.reports.own.map((one) => html`<a class="button" href="#sent/${one.id}">${one.number || text("kept")} ${one.about}</a>`)}
      </section>
    `;
  }

  private sent(one: Own): TemplateResult {
    const photos = this.reports.queue.filter((each) => each.report_id === one.id && each.picture).length;
    const forget = (): void => {
      if (window.confirm(text("forget_sure"))) void this.reports.forgetOne(one).then(() => (location.hash = ""));
    };
    return html`
      ${backLink(text("new"))}
      <section class="card hazard-sent" role="status" data-number=${one.number}>
        <h1>${text(one.number ? "sent" : "kept")}</h1>
        ${one.number ? html`<p><span class="muted">${text("number")}</span><br /><b class="mono hazard-big">${one.number}</b></p>` : nothing}
        <p><span class="muted">${text("secret")}</span><br /><b class="mono hazard-big" data-secret>${one.secret}</b></p>
        <div class="message warning"><p><b>${text("secret_title")}</b><br />${text("secret_hint")}</p></div>
        ${one.body ? html`<p>${text("received_by")} <b>${one.body}</b> ${one.fell_to}</p>` : nothing}
        ${one.clock ? html`<p class="message warning" data-clock>${one.clock}</p>` : nothing}
        ${photos ? html`<p class="muted">${text("photos_waiting", { count: photos })}</p>` : nothing}
        ${one.receipt ? receipt(one) : nothing}
      </section>
      ${one.number ? html`<a class="button primary crew-next" href="#follow/${one.id}">${text("to_follow")}</a>` : nothing}
      <button class="button quiet" type="button" @click=${forget}>${icon("x")}${text("forget")}</button>
    `;
  }

  private follow(own: Own | undefined): TemplateResult {
    if (own?.number && this.asked?.number !== own.number) void this.open(own.number, own.secret);
    const ask = (event: Event): void => {
      event.preventDefault();
      const form = new FormData(event.target as HTMLFormElement);
      void this.open(String(form.get("number")), String(form.get("secret")));
    };
    const form = html`<form class="card form" @submit=${ask}>
      <h1>${text("follow")}</h1>
      <label class="field">${text("number")}<input name="number" required autocomplete="off" autocapitalize="characters" /></label>
      <label class="field"
        >${text("secret")}<input name="secret" required autocomplete="off" autocapitalize="characters" spellcheck="false"
      /></label>
      <button class="button primary">${text("open")}</button>
    </form>`;
    return html`${backLink(text("title"))} ${own ? nothing : form}
    ${this.told ? html`<p class="message error" role="alert">${this.told}</p>` : nothing}
    ${this.standing ? this.stands(this.standing) : nothing}`;
  }

  private async open(number: string, secret: string): Promise<void> {
    this.asked = { number, secret };
    this.told = "";
    try {
      this.standing = await this.reports.read(number, secret);
    } catch (error) {
      this.standing = undefined;
      this.told = (error as Error).message;
    }
    await this.readRewards(number, secret);
    this.draw();
  }

  /** Where rewards can't be told just now, the report is told all the same. */
  private async readRewards(number: string, secret: string): Promise<void> {
    this.rewards = [];
    this.rewardsAway = false;
    if (!this.standing) return;
    try {
      this.rewards = await this.reports.rewards(number, secret);
    } catch {
      this.rewardsAway = true;
    }
  }

  private stands(one: Standing): TemplateResult {
    const act = (name: string, words = ""): void => void this.act(name, words);
    const button = (name: string): Part =>
      one.acts.includes(name)
        ? html`<button
            class="button"
            type="button"
            data-act=${name}
            aria-pressed=${one.said ? String(one.said === name) : nothing}
            @click=${() => act(name)}
          >${one.said === name ? icon("check") : nothing}${text(name)}</button>`
        : nothing;
    return html`
      <section class="card" data-state=${one.state}>
        <p class="muted mono">${one.number}</p>
        <h1>${one.state_name}</h1>
        ${one.reward ? html`<p><span class="badge">${one.reward}</span></p>` : nothing}
        <p>${one.kind_name} · ${one.about} ${one.body ? html`<br />${text("received_by")} <b>${one.body}</b>` : nothing}</p>
        ${one.due && one.clock ? html`<p>${text("until", { words: one.clock, moment: moment(one.due) })}</p>` : nothing}
        ${one.refusal ? html`<p class="message warning">${one.refusal}</p>` : nothing}
        ${one.answer ? html`<h2>${text("answer")}</h2><p class="crew-asked">${one.answer}</p>` : nothing}
        ${one.asks_gone ? html`<h2>${text("asks_gone")}</h2>` : nothing}
        <div class="crew-record">${button("gone")}${button("still_there")}</div>
      </section>
      ${this.rewardsAway ? html`<p class="message warning" role="status" data-rewards-away>${text("rewards_away")}</p>` : nothing}
      ${this.rewards.map((reward) => rewardCard(reward, (id) => void this.claim(id)))}
      ${["say", "add", "reopen"].filter((name) => one.acts.includes(name)).map((name) => this.words(name, act))}
      <section class="card"><ol class="act-list">${one.lines.map(line)}</ol></section>
    `;
  }

  private words(name: string, act: (name: string, words: string) => void): TemplateResult {
    const send = (event: Event): void => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      act(name, String(new FormData(form).get("words")));
      form.reset();
    };
    return html`<details class="card">
      <summary>${text(name)}</summary>
      ${name === "reopen" ? html`<p class="muted">${text("reopen_hint")}</p>` : nothing}
      <form class="form" data-act=${name} @submit=${send}>
        <textarea name="words" rows="3" maxlength="2000" required aria-label=${text(name)}></textarea>
        <button class="button primary">${text(name)}</button>
      </form>
    </details>`;
  }

  private async claim(id: string): Promise<void> {
    const asked = this.asked;
    if (!asked || this.dirty) return;
    this.dirty = true;
    try {
      this.rewards = await this.reports.rewards(asked.number, asked.secret, id);
      this.told = "";
    } catch (error) {
      this.told = (error as Error).message;
    }
    this.dirty = false;
    this.draw();
  }

  private async act(name: string, words: string): Promise<void> {
    const asked = this.asked;
    if (!asked || this.dirty) return;
    this.dirty = true;
    try {
      this.standing = await this.reports.act(asked.number, asked.secret, name, words);
      this.told = "";
    } catch (error) {
      this.told = (error as Error).message;
    }
    this.dirty = false;
    this.draw();
  }
}

function receipt(one: Own): TemplateResult {
  return html`<details>
    <summary>${text("receipt")}</summary>
    <p class="muted">${text("receipt_hint")}</p>
    <img class="hazard-code" src=${one.qr} alt=${text("receipt")} />
    <p class="mono hazard-receipt" data-receipt>${one.receipt}</p>
  </details>`;
}

function line(one: Line): TemplateResult {
  return html`<li>
    <time class="mono muted">${moment(one.at)}</time
    ><span><b>${one.name}</b>${one.text ? html`<br />${one.text}` : nothing}<br /><span class="muted small">${text(one.own ? "you" : "office")}</span></span>
  </li>`;
}
