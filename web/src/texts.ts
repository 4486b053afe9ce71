/** Sentences of the page in the reader's language: `<script type="application/json" id="texts">{"confirm": "…"}</script>`. */
function read(id: string): Record<string, string> {
  const element = document.getElementById(id);
  return element ? (JSON.parse(element.textContent ?? "{}") as Record<string, string>) : {};
}

const texts = { ...read("texts"), ...read("page-texts") };

const shown = (value: string | number | undefined): string =>
  typeof value === "number" ? value.toLocaleString("en") : (value ?? "");

/** The sentence of that key; `{name}` in it is replaced from `values`, numbers with their thousands apart. A missing key shows itself, so that it is seen and mended. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name]));
}
