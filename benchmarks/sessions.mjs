// Sessions on the disk against sessions in memory: both nodes of one run, one after the other in each round, so that a
// noisy machine shows in both. Prints medians, their ratio, and the syncs of the disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, say, startServer } from './processes.mjs';
import { servers } from './servers.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const rounds = Number(option('--rounds', '3')), duration = option('--duration', '5s');
const ours = servers.find(it => it.name === 'erlmcp');
const CASES = [
    { name: 'calls of established sessions', args: ['--tool', 'echo', '--connections', '64'] },
    { name: 'blocking calls of established sessions', args: ['--tool', 'echo_blocking', '--connections', '64'] },
    { name: 'sessions opened', args: ['--method', 'initialize', '--connections', '64'] },
    { name: 'calls with a stream of events', args: ['--method', 'progress', '--connections', '64'] },
];
const perSecond = {}, syncs = {};

async function metric(admin, name) {
    const text = await (await fetch(`${admin}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
}

async function measure(backend, folder) {
    const env = {
        ...ours.env, ERLMCP_SESSIONS_BACKEND: backend, ERLMCP_DATA_DIR: join(folder, backend),
        ERLMCP_SESSIONS_MAX: '10000000', ERLMCP_SESSIONS_MAX_PER_ADDRESS: '10000000',
    };
    const node = await startServer({ ...ours, env });
    try {
        await load(['--connections', '64', '--era', 'legacy', '--warmup', '0s', '--duration', '4s', node.url]);
        for (const it of CASES) {
            const before = await metric(node.admin, 'erlmcp_store_syncs_total');
            const report = await load([...it.args, '--era', 'legacy', '--warmup', '1s', '--duration', duration, node.url]);
            const after = await metric(node.admin, 'erlmcp_store_syncs_total');
            const answers = report.perSecond;
            (perSecond[it.name] ??= {})[backend] = [...perSecond[it.name][backend] ?? [], answers];
            if (backend === 'disk') (syncs[it.name] ??= []).push(after - before);
            say(`${backend}: ${it.name}: ${Math.round(answers)}/s, ${after - before} syncs`);
        }
    } finally {
        await node.stop();
    }
}

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = mkdtempSync(join(tmpdir(), 'erlmcp-sessions-'));
try {
    await ours.build();
    for (let round = 0; round < rounds; round++)
        for (const backend of round % 2 ? ['disk', 'memory'] : ['memory', 'disk'])
            await measure(backend, folder);
} finally {
    rmSync(folder, { recursive: true, force: true });
}
console.log('| case | memory /s | disk /s | disk / memory | syncs of the disk a second |\n|---|---|---|---|---|');
const seconds = 1 + Number(duration.replace('s', ''));
for (const it of CASES) {
    const ratios = perSecond[it.name].memory.map((memory, i) => perSecond[it.name].disk[i] / memory);
    console.log(`| ${it.name} | ${Math.round(median(perSecond[it.name].memory))} | ` +
        `${Math.round(median(perSecond[it.name].disk))} | ${median(ratios).toFixed(2)} | ` +
        `${Math.round(median(syncs[it.name]) / seconds)} |`);
}
