// What the crew's page knows: the unit's orders as last read, and what was entered for them.
import type { Waiting } from "../field/store";

export interface Data {
  text?: string;
  lon?: number;
  lat?: number;
  reason?: string;
  quantity?: string;
  check?: string;
  value?: number;
  cause?: string;
  cause_in_words?: string;
  asset_code?: string;
  attachment?: string;
}

export interface Entry {
  id: string;
  order_id: string;
  act: string;
  at: string;
  data: Data;
  device: string;
  sequence: number;
  base_version: number;
}

/** An entry that waits, or was refused for a reason. */
export interface Queued extends Entry, Waiting {
  data: Data;
}

export interface Told extends Entry {
  act_name: string;
  details: string;
  text: string;
  actor: string;
  channel_name: string;
  conflict: string;
  version: number;
}

export interface Order {
  id: string;
  number: string;
  case_number: string;
  title: string;
  place: string;
  level_name: string;
  level_class: string;
  role_name: string;
  state: string;
  state_name: string;
  version: number;
  text: string;
  reason: string;
  lon: number | null;
  lat: number | null;
  drill: string | null;
  running: boolean;
  must_not: string[];
  mind: string[];
  steps: { act: string; name: string; done: boolean }[];
  check_in_due_at: string | null;
  neighbours: { unit: string; telephone: string; state_name: string; answered: boolean; near: string }[];
  recheck: { calm_since: string | null; minutes_to_go: number | null; lacks: string[] } | null;
  assets: string[];
  answer_to: string;
  entries: Told[];
}

export interface Choice {
  code: string;
  name: string;
}

export interface Crew {
  now: string;
  person_id: string;
  person: string;
  unit: string;
  orders: Order[];
  readings: { name: string; quantity: string; check: string; unit: string }[];
  causes: Choice[];
  return_reasons: Choice[];
}
