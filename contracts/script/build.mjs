// Brings forge's output up to date: `node script/build.mjs`. Called by Maven (contracts/bindings) and by hand.
//
// Does nothing, in some 50 ms, when neither the packages nor the Solidity changed. Tests are not compiled here.
import { installPackages, run, sources, unlessUnchanged } from "./steps.mjs";

installPackages();
unlessUnchanged("build", sources("src"), () => {
  run("forge", ["build", "--skip", "test"]);
});
