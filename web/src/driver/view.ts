// The driver's page as it is drawn: the deliveries whose papers were opened on this phone; one of them with its next step.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { deliveryCard, deliveryPage } from "../delivery/parts";
import type { Delivery } from "../delivery/types";
import { actButton, backLink, dotted, its, nothingRead, refused, standing } from "../field/parts";
import { text } from "../texts";
import { tokenOf, type Driving, type Queued, type Sync } from "./sync";

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const page = this.sync.page;
    const wanted = location.hash;
    const token = tokenOf(wanted);
    const one = page?.deliveries.find((each) => `#${each.id}` === wanted || (token && each.token === token));
    const lost = Boolean(token && page?.unknown.includes(token));
    const body = one ? this.one(one) : page ? this.list(page, lost) : nothingRead(this.sync.standing);
    const words = (entry: Queued): string => dotted(this.numberOf(entry), text(entry.act));
    render(html`${standing(this.sync)} ${refused(this.sync, words)} ${keyed(one?.id, body)}`, this.box);
  }

  private list(page: Driving, lost: boolean): TemplateResult {
    return html`
      ${lost ? html`<p class="message error">${text("not_ours")}</p>` : nothing}
      <h1>${text("deliveries")}</h1>
      ${page.deliveries.length ? page.deliveries.map((one) => its(one.id, deliveryCard(one, this.waiting(one)))) : html`<p class="empty">${text("no_deliveries")}</p>`}
    `;
  }

  private one(delivery: Delivery): TemplateResult {
    const waiting = this.waiting(delivery);
    const about = { delivery_id: delivery.id, token: delivery.token };
    const enter = (act: string, said: object, picture?: File, late?: Promise<object>): Promise<void> =>
      this.sync.keep(about, delivery.version, act, said, picture, late);
    return html`
      ${backLink(text("all_deliveries"))} ${deliveryPage(delivery, waiting, enter)}
      ${waiting.length ? nothing : html`<p class="crew-foot">${actButton("put_away", "trash-2", () => void this.putAway(delivery))}</p>`}
    `;
  }

  private async putAway(delivery: Delivery): Promise<void> {
    if (!window.confirm(text("put_away_sure"))) return;
    await this.sync.putAway(delivery.token);
    location.hash = "";
    await this.sync.run();
  }

  private waiting(delivery: Delivery): Queued[] {
    return this.sync.queue.filter((one) => one.delivery_id === delivery.id && !one.refused);
  }

  private numberOf(entry: Queued): string {
    return this.sync.page?.deliveries.find((one) => one.id === entry.delivery_id)?.number ?? "";
  }
}
