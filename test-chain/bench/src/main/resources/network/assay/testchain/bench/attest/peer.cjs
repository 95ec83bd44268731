'use strict';
// Processor time of @phala/dcap-qvl on the quotes that the Java side was timed with. Argument: the folder to work in.
const fs = require('fs');
const path = require('path');
const folder = process.argv[2];
const { QuoteVerifier } = require(path.join(folder, 'node_modules', '@phala', 'dcap-qvl'));
const out = {};
for (const one of JSON.parse(fs.readFileSync(path.join(folder, 'quotes.json'), 'utf8'))) {
  const quote = Buffer.from(one.quote, 'hex');
  const verifier = QuoteVerifier.newProd();
  try {
    let status = '';
    const run = (ms) => {
      let times = 0;
      const end = process.hrtime.bigint() + BigInt(ms) * 1000000n;
      const before = process.cpuUsage();
      while (process.hrtime.bigint() < end) {
        status = verifier.verify(quote, one.collateral, one.at).status;
        times += 1;
      }
      const spent = process.cpuUsage(before);
      return ((spent.user + spent.system) * 1000) / times;
    };
    run(1000);
    out[one.name] = { ns: run(one.ms), status };
  } catch (e) {
    out[one.name] = { error: String(e && e.message) + (e && e.cause ? ': ' + e.cause.message : '') };
  }
}
process.stdout.write(JSON.stringify(out));
