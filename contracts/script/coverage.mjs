// Branch coverage of the Solidity, as the tests see it: by default all but the gas measurements.
//
//   node script/coverage.mjs [--json FILE] [--only PATH-PARTS] [--match TEST-PATH]
//
// forge's own coverage compiles without the optimiser, where the markets' constructors need more stack than there is. So
// the sources are changed instead: around each condition, and at the start of each function, stands a call that leaves a
// file named by the place and the outcome. A *branch* is an outcome of an `if`, of a loop's condition or of `?:`; an
// *operand* is an outcome of one side of `&&` or `||`. What no test reached is listed by line.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileErrors, forge, isChosen, judged, lineAt, makeCopy, optionsOf, plantEdits, span, syntaxTrees, testResults } from "./instrument.mjs";
import { installPackages, root } from "./steps.mjs";

const options = optionsOf("coverage.mjs", process.argv.slice(2), { json: "", only: "", match: "" });

/** All places of one file: { id, path, line, kind: function|branch|operand, what, start, end }. */
function placesOf(path, tree, next) {
  const bytes = readFileSync(join(root, path));
  const found = [];
  const add = (kind, node, what) => {
    const [start, end] = span(node);
    found.push({ id: next(), path, line: lineAt(bytes, start), kind, what: what.replace(/\s+/g, " ").slice(0, 80), start, end });
  };
  const text = (node) => bytes.subarray(...span(node)).toString();
  const condition = (node, kind) => {
    const isJoined = node.nodeType === "BinaryOperation" && (node.operator === "&&" || node.operator === "||");
    add(kind, node, text(node));
    if (isJoined) for (const side of [node.leftExpression, node.rightExpression]) condition(side, "operand");
  };
  const seen = new Set();
  const joinedParts = (node) => {
    seen.add(node);
    if (node.nodeType === "BinaryOperation" && (node.operator === "&&" || node.operator === "||")) [node.leftExpression, node.rightExpression].forEach(joinedParts);
  };
  const visit = (node) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach(visit);
    if (node.nodeType === "FunctionDefinition" && node.body) add("function", node.body, node.name || node.kind);
    const isLoop = node.nodeType === "WhileStatement" || node.nodeType === "DoWhileStatement" || node.nodeType === "ForStatement";
    if ((node.nodeType === "IfStatement" || node.nodeType === "Conditional" || isLoop) && node.condition) {
      condition(node.condition, "branch");
      joinedParts(node.condition);
    }
    // `return a && b;` decides, too.
    if (node.nodeType === "BinaryOperation" && (node.operator === "&&" || node.operator === "||") && !seen.has(node)) {
      for (const side of [node.leftExpression, node.rightExpression]) condition(side, "operand");
      joinedParts(node);
    }
    for (const each of Object.values(node)) visit(each);
  };
  visit(tree);
  return found;
}

/** Twelve bytes; the last one says 0, 1 (one more than 0) or e. */
function pathOf(id, outcome) {
  return `hits/${String(id).padStart(5, "0")}${outcome === "e" ? "-e" : `_${outcome}`}`;
}

/** The insertions: at one place, what ends stands before what begins, inner ends first, outer beginnings first. */
function editsOf(places) {
  const edits = [];
  const wraps = places.filter(({ kind }) => kind !== "function");
  for (const { end, start } of [...wraps].sort((a, b) => b.start - a.start || a.end - b.end)) edits.push({ start: end, end, text: ")" });
  for (const { id, start } of [...wraps].sort((a, b) => a.start - b.start || b.end - a.end)) edits.push({ start, end: start, text: `Probe.seen("${pathOf(id, 0)}", ` });
  for (const { id, start } of places.filter(({ kind }) => kind === "function")) edits.push({ start: start + 1, end: start + 1, text: ` Probe.enter("${pathOf(id, "e")}");` });
  return edits;
}

function instrument(copy) {
  const paths = judged().filter((path) => isChosen(path, options.only));
  const trees = syntaxTrees(paths);
  let count = 0;
  const places = paths.flatMap((path) => placesOf(path, trees[path], () => count++));
  plantEdits(copy, Object.fromEntries(paths.map((path) => [path, editsOf(places.filter((each) => each.path === path))])));
  const broken = compileErrors(copy, [...paths, "src/Probe.sol"]);
  if (broken.length > 0) {
    process.stderr.write(`coverage.mjs: the changed sources do not compile: ${broken[0].path}: ${broken[0].message}\n`);
    process.exit(1);
  }
  return places;
}

function runTests(copy) {
  const settings = readFileSync(join(copy, "foundry.toml"), "utf8");
  writeFileSync(join(copy, "foundry.toml"), settings.replace("fs_permissions = [", 'fs_permissions = [\n  { access = "write", path = "./hits" },'));
  mkdirSync(join(copy, "hits"));
  const built = forge(copy, ["build"]);
  if (built.status !== 0) {
    process.stderr.write(`coverage.mjs: forge build failed\n${built.stdout}${built.stderr}`);
    process.exit(1);
  }
  // Few runs each: a branch that 24 random inputs or one long walk do not reach deserves a test of its own.
  const few = { FOUNDRY_FUZZ_RUNS: "24", FOUNDRY_INVARIANT_RUNS: "4" };
  const which = options.match ? ["--match-path", options.match] : ["--no-match-path", "test/gas/*"];
  const done = forge(copy, ["test", ...which], few);
  const tests = testResults(done);
  const failed = tests.filter(({ passed }) => !passed).map(({ suite, test }) => `${suite}.${test}`);
  // The probes cost gas, so what measures gas may fail; what it reached counts.
  return { tests: tests.length, failed };
}

function report(places, copy, tests) {
  const hits = new Set(readdirSync(join(copy, "hits")));
  const was = (id, outcome) => hits.has(pathOf(id, outcome).slice(5));
  const files = {};
  for (const place of places) {
    const file = (files[place.path] ??= { functions: [0, 0], branches: [0, 0], operands: [0, 0], missed: [] });
    if (place.kind === "function") count(file.functions, was(place.id, "e"), file, place, "never called");
    else for (const outcome of [1, 0]) count(place.kind === "branch" ? file.branches : file.operands, was(place.id, outcome), file, place, `never ${outcome === 1}`);
  }
  const total = { functions: [0, 0], branches: [0, 0], operands: [0, 0] };
  for (const file of Object.values(files)) for (const each of Object.keys(total)) file[each].forEach((n, k) => (total[each][k] += n));
  return { ...tests, total, files };
}

function count(pair, reached, file, place, how) {
  pair[1]++;
  if (reached) pair[0]++;
  else file.missed.push({ line: place.line, kind: place.kind, what: place.what, how });
}

function shown({ tests, failed, total, files }) {
  const cell = ([reached, all]) => (all === 0 ? "" : `${reached}/${all}`.padStart(9));
  const row = (name, each) => `${name.padEnd(42)} ${cell(each.functions).padStart(9)} ${cell(each.branches).padStart(9)} ${cell(each.operands).padStart(9)}`;
  const percent = ([reached, all]) => `${((100 * reached) / all).toFixed(1)} %`;
  const lines = [`${"".padEnd(42)} functions  branches  operands`];
  for (const [path, file] of Object.entries(files)) {
    lines.push(row(path.slice(4), file));
    for (const { line, kind, what, how } of file.missed) lines.push(`    line ${line}: ${kind} \`${what}\` ${how}`);
  }
  lines.push(row("all", total), `branches ${percent(total.branches)}, operands ${percent(total.operands)}, functions ${percent(total.functions)}, by ${tests} tests`);
  if (failed.length > 0) lines.push(`failed under the probes' gas, and counted as far as they came: ${failed.join(", ")}`);
  return lines.join("\n") + "\n";
}

installPackages();
const copy = makeCopy("coverage");
const places = instrument(copy);
const summary = report(places, copy, runTests(copy));
if (options.json) writeFileSync(options.json, JSON.stringify(summary, null, 2) + "\n");
process.stdout.write(shown(summary));
rmSync(copy, { recursive: true, force: true });
