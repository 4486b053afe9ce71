// How an object of the firm stands: its colour, why, what lifts it, orders in force, what follows. What can be done is a link.
import { html, nothing, type TemplateResult } from "lit-html";

import { dayOf } from "../field/parts";
import { text } from "../texts";
import type { Standing } from "./types";

type Lift = NonNullable<Standing["lift"]>;

export function standingCard(one: Standing, isOneOfMany: boolean): TemplateResult {
  return html`
    <section class="card firm-standing" data-colour=${one.colour}>
      ${isOneOfMany ? html`<b>${one.object_name}</b>` : nothing}
      <p class="firm-colour">
        <span class="code-colour ${one.colour}"><span class="code-shape ${one.colour}"></span>${one.colour_name}</span>
        <span class="muted">
          ${one.score === null ? text("no_points") : html`${text("points_of", { score: points(one.score) })} · ${one.day}`}
        </span>
      </p>
      ${one.why.length ? why(one) : nothing} ${one.lift ? lifts(one, one.lift) : nothing}
      ${one.measures.length ? measures(one) : nothing}
      <details>
        <summary>${text("more_pages")}</summary>
        <ul class="firm-lines">
          ${one.pages.map((page) => html`<li><a href=${page.address}>${page.name}</a></li>`)}
        </ul>
      </details>
    </section>
  `;
}

function why(one: Standing): TemplateResult {
  return html`
    <h3>${text("why")}</h3>
    <ul class="firm-lines">
      ${one.why.map((line) => html`<li><a href=${line.address}>${line.name}</a> <b class="number">−${points(line.lost)}</b></li>`)}
    </ul>
  `;
}

function lifts(one: Standing, lift: Lift): TemplateResult {
  const stays = lift.target === lift.standing;
  const falls =
    ["red", "yellow", "blue", "green"].indexOf(lift.tonight) < ["red", "yellow", "blue", "green"].indexOf(lift.standing);
  const head = text(stays ? "keeps" : "lifts", { colour: one.target_name });
  return html`
    <h3>${head}</h3>
    ${falls ? html`<p class="message error">${text("falls", { colour: one.tonight_name })}</p>` : nothing}
    ${lift.reachable ? nothing : html`<p class="small">${unreachable(lift)}</p>`}
    ${lift.reachable && !lift.acts.length ? html`<p class="small">${text("by_itself")}</p>` : nothing}
    <ol class="firm-lines">
      ${lift.acts.map((act) => html`<li><a href=${act.address}><b>${act.name}</b>: ${act.about}</a> <span class="muted">${text("gain", { points: points(act.gain) })}${act.due ? ` · ${dayOf(act.due)}` : ""}</span></li>`)}
    </ol>
    ${lift.shown_after && !stays ? html`<p class="small muted">${text(lift.reachable ? "shown_after" : "later_shown", { day: lift.shown_after })}</p>` : nothing}
  `;
}

function unreachable(lift: Lift): string {
  return lift.acts.length ? text("not_enough", { score: points(lift.score), need: points(lift.need) }) : text("nothing_now");
}

function measures(one: Standing): TemplateResult {
  return html`
    <h3>${text("measures")}</h3>
    <ul class="firm-lines">
      ${one.measures.map((line) => html`<li>${line.name} <span class="muted">${line.state}${line.due ? ` · ${dayOf(line.due)}` : ""}</span></li>`)}
    </ul>
  `;
}

function points(value: number): string {
  return value.toFixed(2);
}
