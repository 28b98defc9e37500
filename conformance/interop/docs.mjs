// docs.mjs FILE.json...: prints docs/interop.md from the results of clients.mjs, servers.mjs and whatever else wrote
// the same shape: {title, peers: {peer: {operation: {ok}}}}.
import { readFileSync } from 'node:fs';

const runs = process.argv.slice(2).map(file => JSON.parse(readFileSync(file, 'utf8')));
const out = ['# Interoperation', '',
    'Peers that none of us wrote, and what was run with each. `conformance/ci.sh --docs` runs them all and writes this',
    'page; every operation asserts the content of the answer. `conformance/package.json` and `pom.xml` pin the versions.'];
for (const { title, peers } of runs) {
    out.push('', `## ${title}`, '', '| peer | passed | operations |', '|---|---|---|');
    for (const [peer, operations] of Object.entries(peers)) {
        const all = Object.entries(operations);
        const failed = all.filter(([, verdict]) => !verdict.ok).map(([name]) => name);
        const names = all.map(([name]) => name).join('; ');
        out.push(`| ${peer} | ${all.length - failed.length} of ${all.length}`
            + `${failed.length > 0 ? `, failed: ${failed.join('; ')}` : ''} | ${names} |`);
    }
}
console.log(out.join('\n'));
