// What the firm's page knows of its tasks and hidden dangers, as the API tells it, and what is entered for them.
import type { Told } from "../field/parts";
import type { Waiting } from "../field/store";
import type { Page, Wires } from "../field/sync";

/** An entry about a task, a hidden danger or an inspection. */
export interface Subject extends Waiting {
  subject: "task" | "finding" | "inspection" | "episode";
  subject_id: string;
}

export interface Task {
  id: string;
  object_name: string;
  name: string;
  level_names: string[];
  weight_name: string;
  weight: number;
  end: string;
  state: string;
  state_name: string;
  met_by: string;
  met_by_name: string;
  done_at: string | null;
  asked_to: string | null;
  deferred_to: string | null;
  version: number;
  entries: Told[];
}

export interface Finding {
  id: string;
  number: string;
  object_name: string;
  grade: string;
  grade_name: string;
  text: string;
  state: string;
  state_name: string;
  due_on: string;
  overdue: boolean;
  extended: number;
  asked_until: string | null;
  fixings: { name: string; text: string }[];
  version: number;
  entries: Told[];
}

/** What the authority asks about the firm's work. */
export interface Question {
  id: string;
  object_name: string;
  name: string;
  start_at: string;
  end_at: string | null;
  why: string[];
  waits: boolean;
  state_name: string;
  due_at: string | null;
  entries: Told[];
}

export interface Firm extends Page {
  person: string;
  unit: string;
  objects: { id: string; code: string; name: string }[];
  tasks: Task[];
  findings: Finding[];
  questions: Question[];
  fixings: Record<string, string>;
}

/** Where a page of supervision reads, and where it writes. */
export function wiresOf(name: string, api: string, page: string): Wires<Subject> {
  const photos = (entry: Subject): string => `${api}entries/photos?subject=${entry.subject}&subject_id=${entry.subject_id}`;
  return { name, page: `${api}${page}`, entries: `${api}entries`, photos };
}
