// What the inspector's page knows, as the API tells it.
import type { Told } from "../field/parts";
import type { Page } from "../field/sync";
import type { Finding } from "../firm/types";

export interface Item {
  code: string;
  text: string;
  evidence: string;
  article: string;
  major: boolean;
  answer: string;
  answer_text: string;
  answered_by: string;
}

export interface Inspection {
  id: string;
  number: string;
  object_name: string;
  object_code: string;
  check_list_name: string;
  check_list_version: number;
  state: string;
  state_name: string;
  source_name: string;
  first_inspector: string;
  second_inspector: string;
  planned_for: string | null;
  version: number;
  list_items: Item[];
  entries: Told[];
  found: Finding[];
}

/** What an inspection can be begun of without a network. */
export interface Inspected {
  id: string;
  code: string;
  name: string;
  colour: string;
  check_list: string;
}

export interface List {
  code: string;
  version: number;
  name: string;
  items: Item[];
}

/** What an inspection that was begun on this device says of itself. */
export interface Opening {
  object: string;
  check_list: string;
  list_version: number;
  second?: string;
}

export interface Inspector extends Page {
  person: string;
  unit: string;
  inspections: Inspection[];
  rechecks: Finding[];
  answers: Record<string, string>;
  grades: Record<string, string>;
  offered_days: Record<string, number>;
  objects: Inspected[];
  check_lists: List[];
  colleagues: { id: string; name: string }[];
}
