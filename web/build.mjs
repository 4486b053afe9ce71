// Bundles web/src into src/tocsin/static/dist: scripts and styles (esbuild), fonts, the icon sprite, MapLibre's worker, licences.
import * as esbuild from "esbuild";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const out = "../src/tocsin/static/dist";
const packages = "node_modules";

rmSync(out, { recursive: true, force: true });
mkdirSync(`${out}/licences`, { recursive: true });

await esbuild.build({
  entryPoints: ["src/frame.ts", "src/console.ts", "src/one-map.ts", "src/maplibre.ts", "src/page.ts", "src/case.ts", "src/crew.ts", "src/helper.ts", "src/knocker.ts", "src/permit.ts", "src/prevention.ts", "src/keeper.ts", "src/driver.ts", "src/firm.ts", "src/inspector.ts", "src/checker.ts", "src/hazard.ts", "src/power.ts", "src/object-map.ts", "src/list-map.ts", "src/place-map.ts", "src/warning-map.ts", "src/closed-road.ts", "src/asset-map.ts", "src/warning-subscribe.ts", "src/intake.ts", "src/duty.ts", "src/identity.ts", "src/photo-boxes.ts", "src/vision.ts", "src/zone-drawing.ts"],
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  target: "es2022",
  outdir: out,
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]",
  loader: { ".woff2": "file" },
  legalComments: "linked",
  logLevel: "warning",
});

// A service worker is one plain file; each page that works without a network serves it from its own folder.
await esbuild.build({ entryPoints: { "field-worker": "src/field/worker.ts" }, bundle: true, format: "iife", minify: true, target: "es2022", outdir: out });

// The same for web push: /notices/ serves it (notices/channels/views.py).
await esbuild.build({ entryPoints: ["src/push-worker.ts"], bundle: true, format: "iife", minify: true, target: "es2022", outdir: out });

// MapLibre 6 runs its worker from a file of its own; console.ts names this address.
cpSync(`${packages}/maplibre-gl/dist/maplibre-gl-worker.mjs`, `${out}/maplibre-gl-worker.mjs`);

// The map draws its text from the same font slices as the page: their addresses and the characters each one holds.
const font = `${packages}/@fontsource-variable/noto-sans-sc`;
const faces = Object.entries(JSON.parse(readFileSync(`${font}/unicode.json`, "utf8"))).map(([slice, range]) => ({
  url: `fonts/noto-sans-sc-${slice.replace(/[[\]]/g, "")}-wght-normal.woff2`,
  "unicode-range": range.toUpperCase().split(","),
}));
writeFileSync(`${out}/font-faces.json`, JSON.stringify(faces));

const symbols = JSON.parse(readFileSync("icons.json", "utf8")).map((name) => {
  const drawing = readFileSync(`${packages}/lucide-static/icons/${name}.svg`, "utf8");
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s+/g, " ")}</symbol>`;
});
writeFileSync(`${out}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);

// Everything installed that is not a build tool ends up in the bundle, so its licence goes beside it.
const tools = ["esbuild", "typescript", "@esbuild", "@typescript", "@types"];
const names = readdirSync(packages).flatMap((name) =>
  name.startsWith("@") ? readdirSync(`${packages}/${name}`).map((inner) => `${name}/${inner}`) : [name],
);
for (const name of names.filter((each) => !each.startsWith(".") && !tools.includes(each.split("/")[0]))) {
  for (const file of readdirSync(`${packages}/${name}`).filter((each) => /^(licen[sc]e|copying|notice)/i.test(each))) {
    cpSync(`${packages}/${name}/${file}`, `${out}/licences/${name.replace("@", "").replace("/", "-")}-${file.replace(/\.(md|txt)$/, "")}.txt`, {
      recursive: true,
    });
  }
}

for (const file of readdirSync(out).filter((each) => /\.(js|mjs|css|svg|json)$/.test(each))) {
  writeFileSync(`${out}/${file}.gz`, gzipSync(readFileSync(`${out}/${file}`), { level: 9 }));
}
if (existsSync(`${out}/chunks`)) {
  for (const file of readdirSync(`${out}/chunks`).filter((each) => each.endsWith(".js"))) {
    writeFileSync(`${out}/chunks/${file}.gz`, gzipSync(readFileSync(`${out}/chunks/${file}`), { level: 9 }));
  }
}
