/** What the API and the live stream carry. Shapes of the API come from its description (tools/api_types.py); here they get the names of the trade. */
import type { Feature, FeatureCollection, GeometryCollection, Point } from "geojson";
import type { AlarmOut, DiagnosisOut, ExpectedOut, HypothesisOut, OutlookOut, ReadingsOut, RiskOut } from "../generated/api";

export const LEVELS = ["none", "blue", "yellow", "orange", "red"] as const;
export type Level = (typeof LEVELS)[number];

export type Alarm = AlarmOut;
export type Outlook = OutlookOut;
export type Risk = RiskOut;
export type Series = ReadingsOut;

/** GeoJSON and closed lists of words, which the description leaves open. */
export type Hypothesis = Omit<HypothesisOut, "way_geometry"> & { way_geometry: GeometryCollection };
export type Diagnosis = Omit<DiagnosisOut, "hypotheses"> & { hypotheses: Hypothesis[] };
export type ExpectedSeries = Omit<ExpectedOut, "middle" | "knowledge"> & {
  knowledge: "known" | "not_yet" | "silent" | "preparing";
};

/** Of a feature of `/api/v1/sensing/sensors.geojson`. */
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

export type SensorFeature = Feature<Point, SensorProperties>;
export type Collection = FeatureCollection;

/** The name of a level: its class in CSS, its shape on the map. */
export function levelName(level: number): Level {
  return LEVELS[level] ?? "none";
}
