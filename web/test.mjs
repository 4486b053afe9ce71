// Runs every *.test.ts of src with Node's own test runner; esbuild makes one plain file of each first.
import * as esbuild from "esbuild";
import { globSync, rmSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const out = "built-tests";
rmSync(out, { recursive: true, force: true });
await esbuild.build({
  entryPoints: globSync("src/**/*.test.ts"),
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node24",
  outdir: out,
  outExtension: { ".js": ".mjs" },
  sourcemap: "inline",
  logLevel: "warning",
});

let failed = false;
const tests = run({ files: globSync(`${out}/**/*.test.mjs`), concurrency: true });
tests.on("test:fail", () => (failed = true));
tests.compose(spec).pipe(process.stdout);
tests.on("end", () => (process.exitCode = failed ? 1 : 0));
