// Where it is: by words, by the sign's code, by where the phone is, on a map. Words alone are always enough.
import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { icon, type Part } from "../field/parts";
import { canScan, scanFor } from "../field/scan";
import { text } from "../texts";
import type { Draft } from "./form";
import { countyAt, ground } from "./ground";
import type { PlaceMap } from "./map";
import type { Setup } from "./types";

const baseUrl = (): string => document.querySelector<HTMLElement>("#hazard")!.dataset.baseUrl!;

/** What the page says of the place, and its map while it is open. */
export class Place {
  open = false;
  told = "";
  far = false;
  private map: PlaceMap | undefined;
  private box: Element | undefined;

  constructor(
    private readonly draft: Draft,
    private readonly setup: Setup,
  ) {}

  /** Sets the place, and the county where the phone knows the counties; a place far away is told, not refused. */
  async set(lon: number, lat: number): Promise<void> {
    this.told = "";
    this.far = false;
    this.draft.set({ lon, lat });
    this.map?.show(lon, lat);
    const code = await ground(baseUrl())
      .then((base) => countyAt(base, [lon, lat]) ?? "")
      .catch(() => undefined);
    if (this.draft.report.lon !== lon || this.draft.report.lat !== lat) return;
    const region = this.setup.regions.find(([known]) => known === code);
    this.far = code !== undefined && !region;
    this.told = this.far ? text("position_far") : region ? text("position_in", { region: region[1] }) : "";
    this.draft.set(region ? { region_code: region[0] } : {});
    void this.draft.look();
  }

  locate(): void {
    const none = (): void => this.say(text("position_none"));
    if (!navigator.geolocation) return none();
    navigator.geolocation.getCurrentPosition(({ coords }) => void this.set(coords.longitude, coords.latitude), none, {
      enableHighAccuracy: true,
      timeout: 15_000,
    });
  }

  forget(): void {
    this.map?.show(null, null);
    this.draft.set({ lon: null, lat: null });
    this.say("");
    void this.draft.look();
  }

  takeMiddle(): void {
    const at = this.map?.middle();
    if (at) void this.set(at.lon, at.lat);
  }

  toggle(): void {
    this.open = !this.open;
    this.say("");
  }

  /** The box appears or goes with what is drawn. */
  readonly mount = (box: Element | undefined): void => {
    if (box === this.box) return;
    this.box = box;
    this.map?.end();
    this.map = undefined;
    if (!box) return;
    void import("./map")
      .then(({ openMap }) => openMap(box as HTMLElement, this.draft.report, (lon, lat) => void this.set(lon, lat)))
      .then((map) => {
        if (this.box !== box) return map.end();
        this.map = map;
        map.show(this.draft.report.lon, this.draft.report.lat);
      })
      .catch(() => {
        this.open = false;
        this.say(text("map_none"));
      });
  };

  private say(words: string): void {
    this.told = words;
    this.far = false;
    this.draft.set({});
  }
}

/** The ways to a place beside its words. */
export function waysOf(draft: Draft, place: Place): TemplateResult {
  const { lon, lat } = draft.report;
  const scan = (): void =>
    scanFor(
      (said) => /\/q\/([sc][A-Za-z0-9_-]{22})/.exec(said)?.[1],
      (code) => void draft.scan(code),
    );
  return html`<div class="hazard-ways">
      <button class="button" type="button" @click=${() => place.locate()}>${icon("crosshair")}${text("use_position")}</button>
      <button class="button" type="button" aria-expanded=${place.open} @click=${() => place.toggle()}>
        ${icon("map-pin")}${text(place.open ? "map_close" : "map_open")}
      </button>
      ${canScan() ? html`<button class="button" type="button" @click=${scan}>${icon("camera")}${text("scan")}</button>` : nothing}
    </div>
    ${place.open ? mapOf(place) : nothing} ${lon === null || lat === null ? nothing : known(place, lon, lat)}
    <p role="status" class=${place.far ? "message warning" : "muted"} ?hidden=${!place.told}>${place.told}</p>`;
}

function mapOf(place: Place): Part {
  return html`<p class="muted" id="map-hint">${text("map_hint")}</p>
    <div class="hazard-map-frame">
      <div class="hazard-map" data-base-url=${baseUrl()} aria-describedby="map-hint" ${ref(place.mount)}></div>
      <span class="hazard-cross" aria-hidden="true">${icon("plus")}</span>
    </div>
    <button class="button" type="button" @click=${() => place.takeMiddle()}>${icon("check")}${text("map_middle")}</button>`;
}

function known(place: Place, lon: number, lat: number): Part {
  return html`<p class="hazard-position">
    <span role="status">${text("position_known", { lat: lat.toFixed(5), lon: lon.toFixed(5) })}</span>
    <button class="button quiet" type="button" @click=${() => place.forget()}>${icon("x")}${text("position_forget")}</button>
  </p>`;
}
