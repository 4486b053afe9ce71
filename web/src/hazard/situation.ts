// Which situation of the standard's list it is: optional, found by plain words, also without a network.
import { html, nothing, type TemplateResult } from "lit-html";
import { icon, type Part } from "../field/parts";
import { text } from "../texts";
import type { Draft } from "./form";
import { listed } from "./listed";
import type { Setup, Situation } from "./types";

/** The one that was chosen, or the way to one; nothing where the installation has no list. */
export function situationOf(draft: Draft, setup: Setup): Part {
  const all = listOf(setup, draft.report.region_code);
  if (!all.length) return nothing;
  const chosen = all.find(([code]) => code === draft.report.situation);
  return chosen ? known(draft, chosen) : searched(draft, setup, all);
}

/** The county's own list where it has one, else the one that holds everywhere. */
export function listOf(setup: Pick<Setup, "situations" | "regional">, region: string): Situation[] {
  return setup.regional?.[region] ?? setup.situations;
}

function known(draft: Draft, [, words, trade]: Situation): TemplateResult {
  return html`<p class="hazard-situation" data-situation>
    <span role="status"><b>${words}</b> <span class="muted">${trade}</span></span>
    <button class="button" type="button" @click=${() => draft.set({ situation: "" })}>${icon("x")}${text("situation_forget")}</button>
  </p>`;
}

function searched(draft: Draft, setup: Setup, all: Situation[]): TemplateResult {
  const { report, sought } = draft;
  const found = listed(all, sought, report.kind || setup.kinds[0]![0]);
  const choose = ([code, , , kind]: Situation): void => draft.set({ situation: code, ...(kind ? { kind } : {}) });
  const enter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it does not send the report
    if (sought.trim() && found.length === 1) choose(found[0]!);
  };
  const toggled = (event: Event): void => void (draft.listOpen = (event.target as HTMLDetailsElement).open);
  return html`<details class="hazard-listed" ?open=${draft.listOpen} @toggle=${toggled}>
    <summary>${text("situation")}</summary>
    <p class="muted" id="situation-hint">${text("situation_hint")}</p>
    <label class="field"
      >${text("situation_find")}<input
        name="situation"
        type="search"
        maxlength="60"
        autocomplete="off"
        aria-describedby="situation-hint"
        .value=${sought}
        @input=${(event: Event) => draft.seek((event.target as HTMLInputElement).value)}
        @keydown=${enter}
    /></label>
    <p class="muted" role="status">${found.length ? text("situation_count", { count: found.length }) : text("situation_none")}</p>
    <div class="hazard-links">
      ${found.map(
        (one) => html`<button class="button hazard-choice" type="button" data-code=${one[0]} @click=${() => choose(one)}>
          <span>${one[1]} <span class="muted">${one[2]}</span></span>
        </button>`,
      )}
    </div>
  </details>`;
}
