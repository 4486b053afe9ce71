// A reward on the page by which its reporter follows a report: what was decided, the button that claims it, the code shown once.
import { html, nothing, type TemplateResult } from "lit-html";
import type { OwnReward } from "./types";

/** One reward. `claim` is called with its id when the reporter claims it. */
export function rewardCard(one: OwnReward, claim: (id: string) => void): TemplateResult {
  return html`<section class="card" data-reward=${one.state}>
    <h2>${one.title}</h2>
    ${one.lines.map((line) => html`<p class="muted small">${line}</p>`)}
    ${
      one.code
        ? html`<p role="status"><b class="mono hazard-big" data-code>${one.code}</b></p>
          <p class="message warning">${one.code_hint}</p>`
        : nothing
    }
    ${
      one.claim
        ? html`<button class=${one.code ? "button" : "button primary"} type="button" data-act="claim" @click=${() => claim(one.id)}>
          ${one.claim}
        </button>`
        : nothing
    }
  </section>`;
}
