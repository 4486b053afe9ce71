// What the public page sends, reads and keeps.
import type { Waiting } from "../field/store";

/** What the reporter says: `rules/intake.py` Handed. */
export interface Handed {
  kind: string;
  text: string;
  situation: string; // code of the standard's list; empty: none was named
  region_code: string;
  code: string;
  firm: string;
  place: string;
  since: string;
  lon: number | null;
  lat: number | null;
  danger: boolean;
  insider: boolean;
  photos: string[];
}

/** What waits on this phone: a report, a photo for one, or an act of its reporter. */
export interface Entry extends Waiting {
  report_id: string;
}

/** A report that this phone sent. Without a number it still waits. */
export interface Own {
  id: string;
  secret: string;
  about: string;
  number: string;
  receipt: string;
  qr: string;
  body: string;
  fell_to: string;
  received_at: string;
  clock: string; // words where the office found this phone's clock wrong
}

/** A report of a public place that may be the same. */
export interface Alike {
  id: string;
  words: string;
  received_at: string;
}

/** One of the standard's list: code, words, trade, kind (empty: any). */
export type Situation = [code: string, words: string, trade: string, kind: string];

export interface Setup {
  kinds: [string, string][];
  situations: Situation[];
  regional?: Record<string, Situation[]>; // of counties that have a list of their own
  regions: [string, string][];
  cities?: Record<string, string>; // by the first four digits of a county's code
  most_photos: number;
  most_signs: number;
  work_bits: number;
  sealed: boolean;
}

/** Who somebody says that they are; sealed on arrival, and kept on the phone only until it is sent. */
export interface Person {
  mode: "anonymous" | "hidden" | "named";
  name: string;
  telephone: string;
  app: string; // which opened the page and says who it is; the ticket stands for name and number
  ticket: string;
}

export const NOBODY: Person = { mode: "anonymous", name: "", telephone: "", app: "", ticket: "" };

export interface Line {
  name: string;
  at: string;
  own: boolean;
  text: string;
}

/** A reward as its reporter reads it; `claim`: the words of the button, empty where nothing can be claimed. */
export interface OwnReward {
  id: string;
  number: string;
  state: string;
  title: string;
  lines: string[];
  claim: string;
  code: string;
  code_hint: string;
}

/** How a report stands. */
export interface Standing {
  number: string;
  state: string;
  state_name: string;
  kind_name: string;
  about: string;
  body: string;
  received_at: string;
  clock: string;
  due: string | null;
  refusal: string;
  answer: string;
  photos: number;
  lines: Line[];
  acts: string[];
  asks_gone: boolean;
  said: string;
  reward: string;
}

export const EMPTY: Handed = {
  kind: "",
  text: "",
  situation: "",
  region_code: "",
  code: "",
  firm: "",
  place: "",
  since: "",
  lon: null,
  lat: null,
  danger: false,
  insider: false,
  photos: [],
};
