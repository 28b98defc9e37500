// Sessions on the disk against sessions in memory: both nodes run all the time, are warmed alike, and take turns; each
// pair gives one ratio. Prints medians, their ratio with its spread, and the syncs of the disk.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, say, startServer } from './processes.mjs';
import { root, servers } from './servers.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const pairs = Number(option('--pairs', '6')), duration = option('--duration', '3s');
const LEAST = 0.9;
const ours = servers.find(it => it.name === 'erlmcp');
const CASES = [
    { name: 'calls of established sessions', args: ['--tool', 'echo'], least: LEAST },
    { name: 'blocking calls of established sessions', args: ['--tool', 'echo_blocking'], least: LEAST },
    { name: 'sessions opened', args: ['--method', 'initialize'] },
    { name: 'calls with a stream of 10 events', args: ['--method', 'progress'] },
];
const BACKENDS = ['memory', 'disk'];

async function metric(node, name) {
    const text = await (await fetch(`${node.admin}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
}

function start(backend, folder) {
    return startServer({
        ...ours, env: {
            ...ours.env, ERLMCP_SESSIONS_BACKEND: backend, ERLMCP_DATA_DIR: join(folder, backend),
            ERLMCP_SESSIONS_MAX: '10000000', ERLMCP_SESSIONS_MAX_PER_ADDRESS: '10000000',
        },
    });
}

/** Calls a second, and syncs for each thousand of them. */
async function measure(it, node, warmup) {
    const before = await metric(node, 'erlmcp_store_syncs_total');
    const report = await load([...it.args, '--connections', '64', '--era', 'legacy', '--warmup', warmup, '--duration', duration, node.url]);
    const seconds = parseFloat(warmup) + parseFloat(duration);
    return { perSecond: report.perSecond, syncs: (await metric(node, 'erlmcp_store_syncs_total') - before) / seconds };
}

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = mkdtempSync(join(tmpdir(), 'erlmcp-sessions-'));
const nodes = {}, rows = [];
let isGood = true;
try {
    await ours.build();
    for (const backend of BACKENDS) nodes[backend] = await start(backend, folder);
    for (const it of CASES) {
        for (const backend of BACKENDS) await measure(it, nodes[backend], '5s');
        const seen = { memory: [], disk: [] };
        for (let pair = 0; pair < pairs; pair++)
            for (const backend of pair % 2 ? BACKENDS.toReversed() : BACKENDS) {
                const found = await measure(it, nodes[backend], '1s');
                seen[backend].push(found);
                say(`${backend}: ${it.name}: ${Math.round(found.perSecond)}/s, ${Math.round(found.syncs)} syncs a second`);
            }
        const of = (backend, figure) => median(seen[backend].map(one => one[figure]));
        const ratios = seen.disk.map((one, i) => one.perSecond / seen.memory[i].perSecond).toSorted((a, b) => a - b);
        isGood &&= !it.least || median(ratios) >= it.least;
        rows.push([it.name, Math.round(of('memory', 'perSecond')), Math.round(of('disk', 'perSecond')),
            `${median(ratios).toFixed(2)} (${ratios[0].toFixed(2)} to ${ratios.at(-1).toFixed(2)})`,
            it.least ? `>= ${it.least}` : '', Math.round(of('disk', 'syncs'))]);
    }
} finally {
    for (const node of Object.values(nodes)) await node.stop();
    rmSync(folder, { recursive: true, force: true });
}
const table = [`| case | memory /s | disk /s | disk / memory, ${pairs} pairs | bound | syncs of the disk a second |`, '|---|---|---|---|---|---|',
    ...rows.map(row => `| ${row.join(' | ')} |`)].join('\n');
console.log(table);
const commit = execFileSync('git', ['-C', root, 'describe', '--always', '--dirty']).toString().trim();
writeFileSync(join(root, 'docs/performance-sessions.md'), `# What sessions on the disk cost

Written by \`benchmarks/sessions\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit}: one node with \`sessions.backend: memory\` and one with
\`disk\`, both on one core all the time, in turns, 64 connections, legacy era. Calls that are answered with plain JSON touch no
store. A session is acknowledged when it is synced, and an event is appended before it is sent; many share a sync.
A call with a stream appends its 10 progress notifications and its answer.

${table}
`);
process.exit(isGood ? 0 : 1);
