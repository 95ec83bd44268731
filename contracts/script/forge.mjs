// `node script/forge.mjs test --mt x -vvv`: forge, with its exit status (`npx forge` always ends with 0; see steps.mjs).
import { installPackages, run } from "./steps.mjs";

installPackages();
run("forge", process.argv.slice(2), { show: true });
