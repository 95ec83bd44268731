// Mutation testing of the Solidity: changes one operator, constant or statement of src/ at a time and asks whether any
// test notices.
//
//   node script/mutate.mjs [--only PATH-PARTS] [--count N] [--minutes M] [--seed S] [--least PERCENT] [--json FILE]
//
// Ends with 1 when of those that were tried fewer than --least percent were killed.
//
// Mutants are made from the compiler's syntax tree and drawn with a seed that is printed. All that are drawn are compiled
// at once, each behind a question for the block's coinbase, by which a test run says which of them it is about: so a
// mutant costs a test run of seconds instead of a compilation of minutes. A survivor is either a missing test or an
// equivalent program (docs/PROOFS.md). The checkout is never touched: everything happens in a copy under out/.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileErrors, forge, importOf, isChosen, judged, lineAt, makeCopy, optionsOf, plantEdits, span, syntaxTrees, testResults } from "./instrument.mjs";
import { installPackages, root } from "./steps.mjs";

const options = optionsOf("mutate.mjs", process.argv.slice(2), {
  only: "",
  count: 40,
  minutes: 20,
  seed: String(Math.floor(Math.random() * 2 ** 31)),
  least: 0,
  json: "",
});

/** mulberry32: small, and the same on every machine. */
function random(seed) {
  let state = Number(seed) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** What an operator is replaced by: its neighbour, which a boundary test tells apart. */
const OPERATORS = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "&": ["|"],
  "|": ["&"],
  "<<": [">>"],
  ">>": ["<<"],
  "+=": ["-="],
  "-=": ["+="],
  "|=": ["&="],
};

/** Statements whose absence a test should notice. */
const REMOVABLE = new Set(["ExpressionStatement", "EmitStatement", "RevertStatement"]);

/** Statements that can stand twice, in both arms of an `if`. */
const TWICE = new Set(["ExpressionStatement", "EmitStatement", "RevertStatement", "Return"]);

/**
 * All mutants of one file: { path, line, region, start, end, text, what }. A region is the smallest piece that can be
 * written twice, once as it is and once mutated: { kind: statement|value, start, end }.
 */
function mutantsOf(path, tree) {
  const bytes = readFileSync(join(root, path));
  const found = [];
  const visitRegion = (node, kind) => {
    const [start, end] = span(node);
    const region = { kind, start, end };
    const add = (from, to, text, what) => found.push({ path, line: lineAt(bytes, from), region, start: from, end: to, text, what });
    if (REMOVABLE.has(node.nodeType)) add(start, end, "", `removed: ${bytes.subarray(start, end).toString().replace(/\s+/g, " ").slice(0, 70)}`);
    visitExpression(node, bytes, add);
  };
  const visit = (node) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach(visit);
    if (TWICE.has(node.nodeType)) return visitRegion(node, "statement");
    if (node.nodeType === "VariableDeclarationStatement") {
      if (node.initialValue && node.declarations.length === 1) visitRegion(node.initialValue, "value");
      return;
    }
    const isLoop = node.nodeType === "WhileStatement" || node.nodeType === "DoWhileStatement" || node.nodeType === "ForStatement";
    if (node.nodeType === "IfStatement" || isLoop) {
      if (node.condition) {
        visitRegion(node.condition, "value");
        if (node.nodeType === "IfStatement") negate(node.condition);
      }
      for (const arm of [node.trueBody, node.falseBody, node.body]) visit(arm);
      return;
    }
    for (const each of Object.values(node)) visit(each);
  };
  const negate = (condition) => {
    const [start, end] = span(condition);
    const text = bytes.subarray(start, end).toString();
    const what = `condition negated: ${text.replace(/\s+/g, " ").slice(0, 60)}`;
    found.push({ path, line: lineAt(bytes, start), region: { kind: "value", start, end }, start, end, text: `!(${text})`, what });
  };
  const functions = (node) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach(functions);
    if (node.nodeType === "FunctionDefinition" || node.nodeType === "ModifierDefinition") return visit(node.body);
    Object.values(node).forEach(functions);
  };
  functions(tree);
  return found;
}

function visitExpression(node, bytes, add) {
  if (node === null || typeof node !== "object") return;
  if (Array.isArray(node)) return node.forEach((each) => visitExpression(each, bytes, add));
  if (node.nodeType === "BinaryOperation" || node.nodeType === "Assignment") mutateOperator(node, span, bytes, add);
  if (node.nodeType === "Conditional") mutateCondition(node.condition, span, bytes, add);
  if (node.nodeType === "UnaryOperation" && node.operator === "!") {
    const [start] = span(node);
    add(start, start + 1, "", "! removed");
  }
  if (node.nodeType === "Literal" && /^[0-9_]+$/.test(node.value ?? "")) {
    const [start, end] = span(node);
    add(start, end, `(${node.value} + 1)`, `${node.value} → ${node.value} + 1`);
  }
  for (const each of Object.values(node)) visitExpression(each, bytes, add);
}

function mutateOperator(node, span, bytes, add) {
  const left = node.leftExpression ?? node.leftHandSide;
  const right = node.rightExpression ?? node.rightHandSide;
  const between = [span(left)[1], span(right)[0]];
  const at = bytes.subarray(...between).toString().indexOf(node.operator);
  if (at < 0) return;
  const start = between[0] + at;
  for (const other of OPERATORS[node.operator] ?? []) {
    add(start, start + node.operator.length, other, `${node.operator} → ${other}`);
  }
}

function mutateCondition(condition, span, bytes, add) {
  const [start, end] = span(condition);
  const text = bytes.subarray(start, end).toString();
  add(start, end, `!(${text})`, `condition negated: ${text.replace(/\s+/g, " ").slice(0, 60)}`);
}

/** Each region with its mutants, as `if` or `?:` over the coinbase; the original is the last arm. */
function editsOf(path, drawn) {
  const bytes = readFileSync(join(root, path));
  const regions = new Map();
  for (const mutant of drawn) {
    const key = `${mutant.region.start}-${mutant.region.end}`;
    regions.set(key, [...(regions.get(key) ?? []), mutant]);
  }
  return [...regions.values()].map((mutants) => {
    const { kind, start, end } = mutants[0].region;
    const original = bytes.subarray(start, end).toString();
    const isMutant = ({ id }) => `Probe.on(${id})`;
    const mutated = (mutant) =>
      Buffer.concat([bytes.subarray(start, mutant.start), Buffer.from(mutant.text), bytes.subarray(mutant.end, end)]).toString();
    if (kind === "value") return { start, end, text: mutants.map((each) => `(${isMutant(each)} ? (${mutated(each)}) : `).join("") + `(${original})` + ")".repeat(mutants.length) };
    const closed = (text) => (text === "" || text.endsWith(";") ? text : `${text};`);
    const arms = mutants.map((each) => `if (${isMutant(each)}) { ${closed(mutated(each))} } else `).join("");
    // A statement ends after its semicolon, which the syntax tree leaves out.
    const semicolon = bytes.subarray(end).toString().match(/^\s*;/);
    const to = original.endsWith(";") || !semicolon ? end : end + semicolon[0].length;
    return { start, end: to, text: `{ ${arms}{ ${closed(original)} } }` };
  });
}

/** Writes all mutants into the copy. What does not compile is marked, and left out of the next attempt. */
function plant(copy, drawn) {
  const paths = [...new Set(drawn.map(({ path }) => path))];
  for (let attempt = 0; attempt < 12; attempt++) {
    const byPath = Object.fromEntries(paths.map((path) => [path, editsOf(path, drawn.filter((each) => each.path === path && !each.result))]));
    plantEdits(copy, byPath);
    const broken = compileErrors(copy, paths);
    if (broken.length === 0) return;
    const placed = Object.entries(byPath).flatMap(([path, edits]) => edits.map((edit) => ({ path, ...shiftedBy(edit, edits, path) })));
    markUncompilable(broken, placed, drawn, copy);
  }
  throw new Error("mutants that do not compile were still there after twelve attempts");
}

/** Where an edit's text stands after the import and all edits of its file. */
function shiftedBy(edit, all, path) {
  const before = all.filter(({ start }) => start < edit.start).reduce((sum, { start, end, text }) => sum + Buffer.byteLength(text) - (end - start), 0);
  const from = edit.start + before + importOf(path).length;
  return { region: edit.start, from, to: from + Buffer.byteLength(edit.text) };
}

/** The mutant in whose arm the error is; where it is in no arm, as between the types of two arms, all of its region. */
function markUncompilable(broken, placed, drawn, copy) {
  for (const { path, start, message } of broken) {
    const edit = placed.find((each) => each.path === path && each.from <= start && start < each.to);
    if (!edit) {
      // "can be returned without prior assignment", said of the declaration: an assignment was removed further down.
      const text = readFileSync(join(copy, path)).subarray(start);
      const end = start + (/\n    (function|modifier|constructor)\b/.exec(text.toString("latin1"))?.index ?? text.length);
      const below = placed.filter((each) => each.path === path && start <= each.from && each.from < end).map(({ region }) => region);
      const removed = drawn.filter((each) => each.path === path && below.includes(each.region.start) && each.text === "");
      if (removed.length === 0) throw new Error(`${path}: ${message}`);
      for (const mutant of removed) mutant.result = "uncompilable";
      continue;
    }
    const inRegion = drawn.filter((each) => each.path === path && each.region.start === edit.region && !each.result);
    const text = readFileSync(join(copy, path)).subarray(edit.from, start).toString();
    const last = [...text.matchAll(/Probe\.on\((\d+)\)/g)].at(-1)?.[1];
    const guilty = inRegion.filter(({ id }) => String(id) === last);
    for (const mutant of guilty.length > 0 ? guilty : inRegion) mutant.result = "uncompilable";
  }
}

function coinbase(id) {
  return "0x" + id.toString(16).padStart(40, "0");
}

/**
 * killed, or survived. First without invariants and with few fuzz runs, which most mutants do not survive. Gas ceilings
 * are left out: they would "kill" harmless changes.
 */
function judge(copy, mutant, without) {
  const stages = [
    ["test/{unit,poc,vectors}/*", { FOUNDRY_FUZZ_RUNS: "16" }],
    ["test/{fuzz,invariant}/*", { FOUNDRY_FUZZ_RUNS: "64", FOUNDRY_INVARIANT_RUNS: "8" }],
  ];
  for (const [paths, settings] of stages) {
    const done = forge(copy, ["test", "--fail-fast", "--match-path", paths, ...without], { FOUNDRY_BLOCK_COINBASE: coinbase(mutant.id), ...settings }, 600);
    if (done.status !== 0) return "killed";
  }
  return "survived";
}

/** Tests that fail in the copy without any mutant: those that measure gas. */
function failing(copy) {
  const done = forge(copy, ["test", "--no-match-path", "test/gas/*"], { FOUNDRY_FUZZ_RUNS: "16", FOUNDRY_INVARIANT_RUNS: "4" });
  return testResults(done).filter(({ passed }) => !passed).map(({ test }) => test);
}

function draw(all) {
  const next = random(options.seed);
  const rest = all.filter((mutant) => isChosen(mutant.path, options.only));
  const drawn = [];
  while (drawn.length < options.count && rest.length > 0) drawn.push(rest.splice(next(rest.length), 1)[0]);
  return drawn.map((mutant, k) => ({ ...mutant, id: k + 1 }));
}

installPackages();
const until = Date.now() + options.minutes * 60_000;
process.stdout.write(`drawing mutants with --seed ${options.seed}\n`);
const all = Object.entries(syntaxTrees(judged())).flatMap(([path, tree]) => mutantsOf(path, tree));
const drawn = draw(all);
const copy = makeCopy("mutants");
plant(copy, drawn);
const built = forge(copy, ["build"]);
if (built.status !== 0) {
  process.stderr.write(`mutate.mjs: forge build failed\n${built.stdout.slice(-4_000)}${built.stderr.slice(-4_000)}`);
  process.exit(1);
}
const red = failing(copy);
if (red.length > 8) {
  process.stderr.write(`mutate.mjs: red without any mutant: ${red.join(", ")}\n`);
  process.exit(1);
}
if (red.length > 0) process.stdout.write(`left out, since they measure gas: ${red.join(", ")}\n`);
const without = red.length > 0 ? ["--no-match-test", `^(${red.join("|")})\\(`] : [];
for (const mutant of drawn) {
  if (Date.now() > until) mutant.result ??= "not tried";
  mutant.result ??= judge(copy, mutant, without);
  if (mutant.result !== "not tried") process.stdout.write(`${mutant.result.padEnd(12)} ${mutant.path}:${mutant.line}  ${mutant.what}\n`);
}
const count = (name) => drawn.filter((each) => each.result === name).length;
const names = ["killed", "survived", "uncompilable", "not tried"];
const results = drawn.map(({ path, line, what, result }) => ({ path, line, what, result }));
if (options.json) {
  const summary = { seed: options.seed, possible: all.length, ...Object.fromEntries(names.map((name) => [name, count(name)])), results };
  writeFileSync(options.json, JSON.stringify(summary, null, 2) + "\n");
}
process.stdout.write(`${names.map((name) => `${count(name)} ${name}`).join(", ")}; of ${all.length} possible\n`);
rmSync(copy, { recursive: true, force: true });
const tried = count("killed") + count("survived");
const percent = tried === 0 ? 0 : (100 * count("killed")) / tried;
process.stdout.write(`${percent.toFixed(1)} % of ${tried} were killed\n`);
if (percent < options.least) {
  process.stderr.write(`mutate.mjs: want at least ${options.least} %; explain survivors in docs/PROOFS.md, or test what they change\n`);
  process.exitCode = 1;
}
