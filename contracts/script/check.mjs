// Everything that judges the Solidity: `node script/check.mjs [changed|always|deep]`. Called by Maven (contracts/test).
//
//   changed   unless nothing changed since the last green run; the default
//   always    even then
//   deep      with long fuzzing from a new random seed, which is printed
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { installPackages, run, sources, unlessUnchanged } from "./steps.mjs";

const mode = process.argv[2] ?? "changed";
if (!["changed", "always", "deep"].includes(mode) || process.argv.length > 3) {
  process.stderr.write(`check.mjs: got "${process.argv.slice(2).join(" ")}", want changed, always or deep\n`);
  process.exit(2);
}

function check() {
  run("forge", ["fmt", "--check"]);
  run("forge", ["build", "--skip", "test", "--sizes"]); // Red above the 24,576 bytes that a chain accepts.
  run("solhint", ["--disc", "--max-warnings", "0", "src/**/*.sol"]);
  run("layout.mjs", ["script/layout.mjs", "check"], { command: process.execPath });
  timed("forge test", () => run("forge", ["test", "--summary", ...seed()], { show: true }));
  timed("proofs", prove);
  if (mode === "deep") timed("mutation sample", mutate);
}

/** The deep suite has 25 minutes in all; so it says where they go. */
function timed(what, step) {
  const start = Date.now();
  step();
  if (mode === "deep") process.stdout.write(`${what}: ${Math.round((Date.now() - start) / 1_000)} s\n`);
}

/** A new sample each time, bounded; survivors are printed. */
function mutate() {
  const profile = process.env.FOUNDRY_PROFILE;
  delete process.env.FOUNDRY_PROFILE; // Few runs each: 40 times the deep ones would take a day.
  run("mutate.mjs", ["script/mutate.mjs", "--count", "40", "--minutes", "8", "--least", "85"], { command: process.execPath, show: true });
  process.env.FOUNDRY_PROFILE = profile;
}

/** Two seconds with z3. The deep run demands it, elsewhere its absence is said aloud. */
function prove() {
  if (mode === "deep" || spawnSync("z3", ["--version"]).status === 0) run("smt.mjs", ["script/smt.mjs"], { command: process.execPath, show: true });
  else process.stdout.write("SKIPPED: the proofs of contracts/smt; there is no z3 (Debian: apt-get install z3)\n");
}

function seed() {
  if (mode !== "deep") return [];
  process.env.FOUNDRY_PROFILE = "deep";
  const drawn = "0x" + randomBytes(32).toString("hex");
  process.stdout.write(`fuzzing with --fuzz-seed ${drawn}\n`);
  return ["--fuzz-seed", drawn];
}

/** Pages that say what the sources say; they may change without the sources, so always. Half a second. */
function documents() {
  run("errors.mjs", ["script/errors.mjs", "--check"], { command: process.execPath });
  run("invariants.mjs", ["script/invariants.mjs"], { command: process.execPath });
}

installPackages();
if (mode !== "changed") check();
else if (!unlessUnchanged("check", sources("src", "test", "vectors", "smt"), check)) {
  process.stdout.write("Solidity unchanged since its last green check\n");
}
documents();
