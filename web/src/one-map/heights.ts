/** How high a place lies, as the server's terrain says it: under the pointer, of a place that was pressed, and along a line. */
import type { Position } from "geojson";
import { getJson } from "../api";
import { announce, csrfToken } from "../forms";
import { text } from "../texts";
import type { MapLibre } from "../map/build";
import type { Profile } from "./profile";

const RESTS_MS = 150; // the pointer stands still so long before it is asked

interface Place {
  lng: number;
  lat: number;
}

/** A place along a line: metres from its beginning, longitude, latitude, metres above the sea or null where no height is known. */
export type Step = [metres: number, lon: number, lat: number, height: number | null];

export class Heights {
  private readonly box = document.querySelector<HTMLElement>("[data-height]");
  private timer = 0;
  private places = 0; // questions so far: an answer that was overtaken is not shown
  private lines = 0;
  private drawn: Profile | null = null;

  constructor(
    private readonly map: MapLibre,
    private readonly known: boolean,
  ) {}

  /** Tells the height of where the pointer rests, in the corner of the map. */
  follow(at: Place): void {
    if (!this.known || !this.box) return;
    this.leave();
    const mine = this.places;
    this.timer = window.setTimeout(() => {
      void ask(at).then((words) => {
        if (mine !== this.places) return;
        this.box!.textContent = words;
        this.box!.hidden = words === "";
      });
    }, RESTS_MS);
  }

  leave(): void {
    clearTimeout(this.timer);
    this.places += 1;
    if (this.box) this.box.hidden = true;
  }

  /** A line of what is told of a place that was pressed; null where there is no terrain. */
  line(at: Place): HTMLElement | null {
    if (!this.known) return null;
    const row = document.createElement("li");
    const words = Object.assign(document.createElement("span"), { className: "height" });
    row.append(words);
    void ask(at).then((told) => (words.textContent = told));
    return row;
  }

  /** Shows how high the ground is along a line that was measured. */
  async profile(line: Position[]): Promise<void> {
    const box = document.querySelector<HTMLElement>("[data-profile]");
    if (!this.known || !box || line.length < 2) return;
    const mine = (this.lines += 1);
    const [steps, { Profile }] = await Promise.all([askProfile(line), import("./profile")]);
    if (!steps) return announce(text("map_failed"), "warning");
    if (mine !== this.lines) return;
    this.drawn ??= new Profile(box, this.map);
    this.drawn.show(steps);
  }

  forgetProfile(): void {
    this.lines += 1;
    this.drawn?.hide();
  }
}

/** The height in words; empty where the server does not answer: the map itself says so. */
async function ask(at: Place): Promise<string> {
  try {
    const place = `${at.lng.toFixed(6)},${at.lat.toFixed(6)}`;
    const { height_m } = await getJson<{ height_m: number | null }>(`/map/terrain/height/?at=${place}`);
    return height_m === null ? text("map_no_height") : text("map_height", { height: height_m.toFixed(1) });
  } catch {
    return "";
  }
}

/** What lies along a line; null where the server does not answer. */
async function askProfile(line: Position[]): Promise<Step[] | null> {
  try {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    const body = JSON.stringify(line.map(([lon, lat]) => [lon!, lat!]));
    const answer = await fetch("/map/terrain/profile/", { method: "POST", headers, body });
    return answer.ok ? ((await answer.json()) as { places: Step[] }).places : null;
  } catch {
    return null;
  }
}
