// Makes the vectors of contracts/vectors with viem: a third implementation, which shares no line with our Java and
// our Solidity.
//
//   npm ci && node make.mjs            computes all outputs anew from the inputs in the files, and adds missing messages
//   npm ci && node make.mjs --check    says which file is not what viem computes, writes nothing, and fails then
//
// A message's inputs are its encodeType, domain, message and key. To add a type: a line in MESSAGES, run, then name it
// in test/vectors/Eip712Vectors.t.sol and in VectorsTest.java; each of the two refuses a vector that it does not know.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { concat, encodeAbiParameters, encodePacked, hashDomain, hashStruct, hashTypedData, keccak256, pad, size, toHex } from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "vectors");
const checking = process.argv[2] === "--check";
const DOMAIN = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];

/** Messages that are made when their file is missing: encodeType, and the contract whose address is in the domain. */
const MESSAGES = [
  ["Voucher(uint64 jobId,address acceptor,uint96 cumulative)", "RateMarket"],
  ["TopUp(uint64 jobId,uint96 funded,uint96 amount)", "RateMarket"],
  ["PanelVote(uint64 jobId,uint32 number,uint8 code,uint96 paid,bytes32 reasonHash)", "DisputeCourt"],
  ["Quote(bytes32 specHash,bytes32 offerHash,address device,uint8 grade,uint96 price,uint64 salt,uint40 validUntil)", "JobMarket"],
  ["OracleRegistration(address operator,address key,uint40 expiry)", "OracleStake"],
];

const seeded = (words) => keccak256(toHex(`assay vector ${words}`));

function fieldsOf(encodeType) {
  const [, name, list] = /^(\w+)\((.*)\)$/.exec(encodeType);
  return [name, list.split(",").map((each) => ({ type: each.split(" ")[0], name: each.split(" ")[1] }))];
}

/** Every integer has its highest bit set, so that a wrong width or sign shows. */
function valueOf(type, words) {
  const hash = seeded(words);
  if (type === "bytes32") return hash;
  if (type === "address") return `0x${hash.slice(-40)}`;
  const bits = BigInt(type.slice(4));
  return String((BigInt(hash) & ((1n << bits) - 1n)) | (1n << (bits - 1n)));
}

function newMessage(encodeType, contract) {
  const [name, fields] = fieldsOf(encodeType);
  const privateKey = seeded(`key ${name}`);
  const message = Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, `${name}.${field.name}`)]));
  // Proof of possession: the key that is registered signs.
  if (name === "OracleRegistration") message.key = privateKeyToAccount(privateKey).address.toLowerCase();
  const verifyingContract = `0x${seeded(`contract ${contract}`).slice(-40)}`;
  return { encodeType, domain: { name: "Assay", version: "1", chainId: "31337", verifyingContract }, message, privateKey };
}

async function typedData({ encodeType, domain, message, privateKey }) {
  const [name, fields] = fieldsOf(encodeType);
  const types = { EIP712Domain: DOMAIN, [name]: fields };
  const values = fields.map(({ type, name: field }) => (type.startsWith("uint") ? BigInt(message[field]) : message[field]));
  const data = Object.fromEntries(fields.map((field, k) => [field.name, values[k]]));
  const typed = { ...domain, chainId: BigInt(domain.chainId) };
  const account = privateKeyToAccount(privateKey);
  const given = { domain: typed, types, primaryType: name, message: data };
  const digest = hashTypedData(given);
  const structHash = hashStruct({ data, primaryType: name, types });
  if (keccak256(concat(["0x1901", hashDomain({ domain: typed, types }), structHash])) !== digest) throw new Error(`${name}: viem against itself`);
  return {
    encodeType,
    domain,
    message,
    typeHash: keccak256(toHex(encodeType)),
    words: encodeAbiParameters(fields.map(({ type }) => ({ type })), values),
    structHash,
    digest,
    privateKey,
    signer: account.address.toLowerCase(),
    signature: await account.signTypedData(given),
  };
}

function jobId({ orderHash, attempt }) {
  const hash = keccak256(concat([orderHash, pad(toHex(BigInt(attempt)), { size: 32 })]));
  const low = BigInt(hash) & ((1n << 63n) - 1n);
  return { orderHash, attempt, hash, jobId: String(low), meteredJobId: String(low | (1n << 63n)) };
}

function jobCard(given) {
  const { orderHash, offerHash, consumer, provider, deviceIndex, amount } = given;
  const terms = keccak256(concat([orderHash, offerHash]));
  const packed = encodePacked(
    ["bytes32", "address", "address", "uint40", "uint96"],
    [terms, consumer, provider, Number(deviceIndex), BigInt(amount)],
  );
  const made = { orderHash, offerHash, terms, consumer, provider, deviceIndex, amount, packed, binding: binding(packed) };
  if (!("code" in given)) return made;
  const { code, paid, resultHash, challengeUntil } = given;
  const outcome = encodePacked(["uint8", "uint96", "bytes32", "uint40"], [Number(code), BigInt(paid), resultHash, Number(challengeUntil)]);
  const packedWithOutcome = concat([packed, outcome]);
  return { ...made, code, paid, resultHash, challengeUntil, packedWithOutcome, reportedBinding: binding(packedWithOutcome) };
}

/** The low 176 bits. */
function binding(packed) {
  return `0x${keccak256(packed).slice(-44)}`;
}

function verdict({ jobId: id, code, cumulativePaid, resultHash }) {
  const packed = encodePacked(["uint64", "uint8", "uint96", "bytes32"], [BigInt(id), Number(code), BigInt(cumulativePaid), resultHash]);
  return { jobId: id, code, cumulativePaid, resultHash, packed };
}

/** RFC 9162, 2.1, with keccak: split at the largest power of two below n. */
function rootOf(leaves) {
  if (leaves.length === 1) return leaves[0];
  const half = halfOf(leaves.length);
  return nodeOf(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

function pathOf(leaves, index) {
  if (leaves.length === 1) return [];
  const half = halfOf(leaves.length);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half ? [...pathOf(left, index), rootOf(right)] : [...pathOf(right, index - half), rootOf(left)];
}

const halfOf = (n) => 2 ** Math.floor(Math.log2(n - 1));
const leafOf = (data) => keccak256(concat(["0x00", data]));
const nodeOf = (left, right) => keccak256(concat(["0x01", left, right]));

function tree({ size: count, index, data }) {
  const leafHashes = data.map(leafOf);
  return { size: count, index, data, leafHashes, root: rootOf(leafHashes), path: pathOf(leafHashes, Number(index)) };
}

function content({ length }) {
  const bytes = Uint8Array.from({ length: Number(length) }, (_, i) => i % 251);
  const chunks = [];
  for (let at = 0; at < Math.max(bytes.length, 1); at += 16_384) chunks.push(toHex(bytes.subarray(at, at + 16_384)));
  const merkleRoot = rootOf(chunks.map(leafOf));
  const contentRoot = keccak256(concat(["0x02", toHex(BigInt(length), { size: 8 }), merkleRoot]));
  return { length, merkleRoot, contentRoot };
}

async function committee(given) {
  const { chainId, committee: address, epoch, n, q, privateKeys, pins, digest, bitmask } = given;
  const keys = privateKeys.map((key) => privateKeyToAccount(key).address.toLowerCase());
  const blob = concat([...keys, ...pins]);
  const epochDigest = keccak256(
    encodePacked(
      ["string", "uint256", "address", "uint64", "uint8", "uint8", "bytes"],
      ["assay/committee/v1", BigInt(chainId), address, BigInt(epoch), Number(n), Number(q), blob],
    ),
  );
  const signers = privateKeys.filter((_, k) => (BigInt(bitmask) >> BigInt(k)) & 1n);
  const signatures = concat(await Promise.all(signers.map((key) => compact(digest, key))));
  return { ...given, keys, blob, epochDigest, signatures };
}

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** r‖s, where s is the one of the two with which v is 27. */
async function compact(hash, privateKey) {
  const { r, s, yParity } = await sign({ hash, privateKey });
  return concat([r, yParity === 0 ? s : toHex(CURVE_ORDER - BigInt(s), { size: 32 })]);
}

const red = [];

/** Writes `made`, or compares it with what is there. */
function put(name, made) {
  const file = join(folder, name);
  const there = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const wrong = [...new Set([...Object.keys(made), ...Object.keys(there)])].filter((each) => JSON.stringify(made[each]) !== JSON.stringify(there[each]));
  if (wrong.length === 0) return;
  if (checking) red.push(`${name}: ${wrong.join(", ")}`);
  else writeFileSync(file, JSON.stringify(made, null, 2) + "\n");
  if (!checking) process.stdout.write(`wrote ${name}: ${wrong.join(", ")}\n`);
}

const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));

for (const [encodeType, contract] of MESSAGES) {
  const name = `eip712/${fieldsOf(encodeType)[0]}.json`;
  if (!existsSync(join(folder, name))) put(name, await typedData(newMessage(encodeType, contract)));
}
const messages = readdirSync(join(folder, "eip712")).map((each) => `eip712/${each}`);
for (const name of messages) put(name, await typedData(read(name)));
for (const [name, make] of [["job-ids", jobId], ["job-cards", jobCard], ["merkle", tree], ["content-root", content]]) {
  const file = read(`${name}.json`);
  put(`${name}.json`, { ...file, cases: file.cases.map(make) });
}
const verdicts = read("verdicts.json");
const packed = concat(verdicts.cases.map((each) => verdict(each).packed));
put("verdicts.json", { ...verdicts, cases: verdicts.cases.map(verdict), packed, verdictsHash: keccak256(packed) });
for (const name of ["committee-4.json", "committee-13.json"]) put(name, await committee(read(name)));

if (size(packed) !== 53 * verdicts.cases.length) red.push("verdicts.json: a verdict has 53 bytes");
if (red.length > 0) {
  process.stderr.write(`viem computes otherwise:\n${red.join("\n")}\n`);
  process.exitCode = 1;
} else process.stdout.write(`${messages.length} messages and 6 files of bytes and trees are what viem computes\n`);
