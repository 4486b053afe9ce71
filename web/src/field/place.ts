// The place of what is done on site, proved by a code that was scanned there: it goes with the next entry. Where another place was
// scanned, that is said at once.
import { html, nothing } from "lit-html";
import { text } from "../texts";
import { KeptCode, readCode, wrongPlace, type Expected, type Scanned, type Unit } from "./codes";
import { actButton, type Part } from "./parts";
import { canScan, scanFor } from "./scan";

/** The code that was scanned for one thing, with what is said of it. */
export class PlaceProof extends KeptCode {
  private wrong = "";

  constructor(private readonly changed: () => void) {
    super();
  }

  /** What was scanned for this, held against where it is done; `name`: of that place. */
  hear(about: string, expected: Expected & { name: string }, units: Unit[], scanned: Scanned): void {
    const wrong = wrongPlace(expected, units, scanned);
    this.put(about, wrong === undefined ? scanned.code : "");
    const names = { read: wrong || text("other_firm"), expected: expected.name };
    this.wrong = wrong === undefined ? "" : text("wrong_place", names);
    this.changed();
  }

  /** The button that scans; nothing where this browser reads neither codes nor tags. */
  button(about: string, expected: Expected & { name: string }, units: Unit[]): Part {
    if (!canScan()) return nothing;
    const scan = (): void => scanFor(readCode, (scanned) => this.hear(about, expected, units, scanned));
    return actButton("scan", "scan-line", scan);
  }

  /** What was scanned for this, in words; `demanded`: whether nothing is taken without it. */
  told(about: string, name: string, demanded: boolean): Part {
    if (this.has(about)) return html`<p class="message info" role="status">${text("scanned")}</p>`;
    if (this.about === about && this.wrong) return html`<p class="message error" role="alert">${this.wrong}</p>`;
    return demanded ? html`<p class="message info" role="status">${text("scan_first", { expected: name })}</p>` : nothing;
  }
}
