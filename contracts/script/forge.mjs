// `node script/forge.mjs test --mt x -vvv`: forge, with its exit status (`npx forge` always ends with 0; see steps.mjs).
import { installPackages, run } from "./steps.mjs";

installPackages();
const words = process.argv.slice(2);
// With a path filter forge compiles the named tests and what they import. Ours import no implementation, so it would
// test the bytecode of an earlier build.
if (words[0] === "test" || words[0] === "coverage") run("forge", ["build", "--skip", "test"]);
run("forge", words, { show: true });
