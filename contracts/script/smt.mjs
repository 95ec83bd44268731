// Asks z3, through the compiler's SMTChecker, whether the assertions in contracts/smt hold for all inputs:
//
//   node script/smt.mjs [--json]
//
// Needs z3 on the PATH (Debian: apt-get install z3); without it this says so and ends with 3. Each assertion ends as
// proved, unknown (the solver gave up: nothing is claimed) or violated. Ends with 1 unless all are proved but the falsehood
// of smt/Control.sol, which must be found: were it not, none of the other answers would mean anything.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { installPackages, root } from "./steps.mjs";

installPackages();
if (spawnSync("z3", ["--version"]).status !== 0) {
  process.stderr.write("smt.mjs: no z3 on the PATH; Debian: apt-get install z3\n");
  process.exit(3);
}
const require = createRequire(import.meta.url);
const solc = require("solc");

/** For one assertion. More of it proves no more of those that we have. */
const SECONDS = 20;

function check(path) {
  const source = readFileSync(join(root, path), "utf8");
  const contract = /contract (\w+)/.exec(source)[1];
  const input = {
    language: "Solidity",
    sources: { [path]: { content: source } },
    settings: {
      remappings: ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"],
      modelChecker: {
        engine: "bmc",
        targets: ["assert"],
        contracts: { [path]: [contract] },
        showProvedSafe: true,
        showUnproved: true,
        solvers: ["smtlib2"],
      },
    },
  };
  const open = (name) => (existsSync(join(root, name)) ? { contents: readFileSync(join(root, name), "utf8") } : { error: `no ${name}` });
  const first = JSON.parse(solc.compile(JSON.stringify(input), { import: open }));
  const queries = first.auxiliaryInputRequested?.smtlib2queries ?? {};
  const smtlib2responses = Object.fromEntries(Object.entries(queries).map(([hash, query]) => [hash, solve(query)]));
  const answer = JSON.parse(solc.compile(JSON.stringify({ ...input, auxiliaryInput: { smtlib2responses } }), { import: open }));
  return { path, source, messages: answer.errors ?? [] };
}

/** z3's answer; of an unsatisfiable query without the complaint that it has no model. */
function solve(query) {
  const answer = spawnSync("z3", ["-smt2", "-in", `-T:${SECONDS}`], { input: query, encoding: "utf8", maxBuffer: 1 << 28 }).stdout;
  if (answer.startsWith("unsat")) return "unsat\n";
  return answer.startsWith("sat") ? answer : "unknown\n";
}

function verdicts({ path, source, messages }) {
  const found = [];
  for (const message of messages) {
    if (message.severity === "error") throw new Error(message.formattedMessage);
    if (!/BMC:/.test(message.message)) continue;
    const at = message.sourceLocation?.start ?? 0;
    const result = /might happen|violation happens/.test(message.message) ? (/happens here/.test(message.message) ? "violated" : "unknown") : "proved";
    found.push({ path, function: functionAt(source, at), assertion: source.slice(at, message.sourceLocation?.end ?? at), result, message: message.message });
  }
  return found;
}

function functionAt(source, at) {
  return [...source.slice(0, at).matchAll(/function (\w+)/g)].at(-1)?.[1] ?? "?";
}

const files = readdirSync(join(root, "smt")).filter((name) => name.endsWith(".sol")).sort();
const found = files.map((name) => check(`smt/${name}`)).flatMap(verdicts);
const isControl = ({ path }) => path === "smt/Control.sol";
const count = (result) => found.filter((each) => each.result === result && !isControl(each)).length;
if (process.argv.includes("--json")) process.stdout.write(JSON.stringify(found, null, 2) + "\n");
else for (const each of found) process.stdout.write(`${each.result.padEnd(9)} ${each.function}: ${each.assertion.replace(/\s+/g, " ")}\n`);
const controlled = found.filter(isControl).every(({ result }) => result === "violated") && found.some(isControl);
process.stderr.write(`SMTChecker: ${count("proved")} proved, ${count("unknown")} unknown, ${count("violated")} violated; the control's falsehood was ${controlled ? "" : "NOT "}found\n`);
process.exitCode = controlled && count("proved") > 0 && count("unknown") + count("violated") === 0 ? 0 : 1;
