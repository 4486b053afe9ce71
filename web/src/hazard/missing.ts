// What a report still needs before it can be sent.

/** The words by their name and the field that is to be filled, the first of the form first; null when nothing is missing. */
export function missingOf(
  report: { text: string; region_code: string; code: string },
  photos: number,
  person: { mode: string; name: string; telephone: string },
): { words: string; field: string } | null {
  if (!report.text.trim() && !photos) return { words: "need_what", field: "text" };
  if (!report.region_code && !report.code) return { words: "need_region", field: "region" };
  if (person.mode === "anonymous" || (person.name.trim() && person.telephone.trim())) return null;
  return { words: "need_name", field: person.name.trim() ? "telephone" : "name" };
}
