// What the firm's page knows of its tasks and hidden dangers, as the API tells it, and what is entered for them.
import type {
  FirmFindingOut,
  FirmPhoneOut,
  FirmQuestionOut,
  FirmStandingOut,
  FirmStopOut,
  SupervisionTaskDetailOut,
} from "../../generated/api";
import type { Waiting } from "../field/store";
import type { Wires } from "../field/sync";

export type Firm = FirmPhoneOut;
export type Task = SupervisionTaskDetailOut;
export type Finding = FirmFindingOut;
export type Standing = FirmStandingOut;
export type Question = FirmQuestionOut;
export type Stop = FirmStopOut;

/** An entry about a task, a hidden danger or an inspection. */
export interface Subject extends Waiting {
  subject: "task" | "finding" | "inspection" | "episode";
  subject_id: string;
}

/** Where a page of supervision reads, and where it writes. */
export function wiresOf(name: string, api: string, page: string): Wires<Subject> {
  const photos = (entry: Subject): string => `${api}entries/photos?subject=${entry.subject}&subject_id=${entry.subject_id}`;
  return { name, page: `${api}${page}`, entries: `${api}entries`, photos, seal: "seal.json" };
}
