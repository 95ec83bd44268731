// Everything that judges the Solidity: `node script/check.mjs [--always] [--deep]`. Called by Maven's strict build.
//
//   --always  also when nothing changed since the last green run
//   --deep    long fuzzing from a new random seed, which is printed
import { randomBytes } from "node:crypto";
import { installPackages, run, sources, unlessUnchanged } from "./steps.mjs";

const words = new Set(process.argv.slice(2).filter((word) => word !== ""));
const deep = words.delete("--deep");
const always = words.delete("--always") || deep;
if (words.size > 0) {
  process.stderr.write(`check.mjs: got "${[...words].join(" ")}", want --always or --deep\n`);
  process.exit(2);
}

function check() {
  run("forge", ["fmt", "--check"]);
  run("solhint", ["--disc", "--max-warnings", "0", "src/**/*.sol"]);
  run("forge", ["test", "--summary", ...seedOf(deep)], { show: true });
}

function seedOf(isDeep) {
  if (!isDeep) return [];
  process.env.FOUNDRY_PROFILE = "deep";
  const seed = "0x" + randomBytes(32).toString("hex");
  process.stdout.write(`fuzzing with --fuzz-seed ${seed}\n`);
  return ["--fuzz-seed", seed];
}

if (sources("src").length === sources().length) {
  process.stdout.write("no Solidity to check yet\n");
  process.exit(0);
}
installPackages();
if (always) check();
else if (!unlessUnchanged("check", sources("src", "test", "vectors"), check)) {
  process.stdout.write("Solidity unchanged since its last green check\n");
}
