/** What the API and the live stream carry (src/tocsin/warning/alarms/api.py, src/tocsin/sensing/devices/api.py). */
import type { Feature, FeatureCollection, Geometry } from "geojson";

export const LEVELS = ["none", "blue", "yellow", "orange", "red"] as const;
export type Level = (typeof LEVELS)[number];

export interface Alarm {
  id: string;
  title: string;
  place: string;
  rule: string;
  state: string;
  level: number;
  peak_level: number;
  unknown: boolean;
  rings: boolean;
  value: number | null;
  limit: number | null;
  unit: string;
  quantity: string;
  sensor_id: string | null;
  sensor_index: number | null;
  asset_id: string | null;
  asset_code: string | null;
  region_code: string;
  lon: number | null;
  lat: number | null;
  raised_at: string;
  updated_at: string;
  returned_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  shelved_until: string | null;
  assigned_to: string | null;
  count: number;
  case_number: string | null;
  flapping_since: string | null;
  explained_by: string | null;
  why: string[];
  cause: { cause: string; label: string; probability: number; asset_code: string | null; owner: string | null } | null;
}

export interface Evidence {
  sentence: string;
  weight: number;
  supports: boolean;
  sensor_id: string | null;
  lon: number | null;
  lat: number | null;
}

export interface Hypothesis {
  cause: string;
  label: string;
  probability: number;
  asset_code: string | null;
  asset_id: string | null;
  asset_kind: string | null;
  lon: number | null;
  lat: number | null;
  owner: { code: string; name: string; telephone: string } | null;
  way: string[];
  way_geometry: Geometry | null;
  travel_time_s: number | null;
  evidence: Evidence[];
}

export interface Diagnosis {
  at: string;
  hypotheses: Hypothesis[];
}

export interface Risk {
  event: string;
  label: string;
  likelihood: string;
  level: number;
  asset_code: string;
  place: string;
  lon: number;
  lat: number;
  steps: { link: string; asset_code: string }[];
}

export interface Outlook {
  risks: Risk[];
  isolation: { plans: { valves: { number: number; name: string; lon: number; lat: number }[]; line_codes: string[] }[] }[];
  cordon: { lon: number; lat: number; radius_m: number } | null;
}

export interface Series {
  ts: number[];
  value: (number | null)[];
  quality: number[];
  min: (number | null)[];
  max: (number | null)[];
}

export interface ExpectedSeries {
  ts: number[];
  low: (number | null)[];
  high: (number | null)[];
  knowledge: "known" | "not_yet" | "silent";
}

export interface SensorProperties {
  id: string;
  index: number;
  name: string;
  quantity: string;
  unit: string;
  health: string;
  value: number | null;
  ts: number | null;
}

export type SensorFeature = Feature<GeoJSON.Point, SensorProperties>;
export type Collection = FeatureCollection;

/** The name of a level: its class in CSS, its shape on the map. */
export function levelName(level: number): Level {
  return LEVELS[level] ?? "none";
}
