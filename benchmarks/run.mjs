// run.mjs [--case NAME,..] [--server NAME,..] [--rounds N] [--warmup T] [--duration T] [--noisy]
// Runs pairs in turn: the limit, a server, the limit, the next one. Server on core 0, load on core 1.
import { spawn, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { java, root, servers } from './servers.mjs';
import { document, summary } from './report.mjs';

const SERVER_CORE = '0', LOAD_CORE = '1';
const QUIET_LOAD = 0.7;
const READY_MILLIS = 120_000, STOP_MILLIS = 20_000;

const { values: options } = parseArgs({
    options: {
        case: { type: 'string' }, server: { type: 'string' }, rounds: { type: 'string', default: '5' },
        warmup: { type: 'string', default: '10s' }, duration: { type: 'string', default: '10s' },
        noisy: { type: 'boolean', default: false },
    },
});

/** What is measured; `tool` of a server may stand in for echo where a case is about ordinary, blocking tools. */
const cases = [
    { name: 'modern-64', era: 'modern', args: ['--connections', '64'] },
    { name: 'modern-64-blocking', era: 'modern', tool: 'blocking', args: ['--connections', '64'] },
    { name: 'modern-256', era: 'modern', args: ['--connections', '256'] },
    { name: 'modern-1', era: 'modern', args: ['--connections', '1'] },
    { name: 'legacy-64', era: 'legacy', args: ['--connections', '64'] },
    { name: 'modern-open-half', era: 'modern', halfOf: 'modern-64', args: ['--connections', '64'] },
];

const only = (list, names) => names ? list.filter(it => names.split(',').includes(it.name)) : list;
const say = text => process.stderr.write(text + '\n');

if (cpus().length < 2) throw new Error('needs two cores: one for the server, one for the load');
const limit = servers[0];
const measured = only(servers.slice(1), options.server);
const results = [];
const perSecond = {};
const busiest = { load: 0 };

// built first: what a build leaves running must not be measured
for (const server of [limit, ...measured]) server.build?.();
for (const it of only(cases, options.case))
    for (let round = 1; round <= Number(options.rounds); round++)
        for (const server of measured.filter(s => s.eras.includes(it.era) && (!it.tool || s.tools?.[it.tool])))
            await pair(it, server, round);

const machine = {
    cpu: `${cpus()[0].model}, ${cpus().length} cores`, memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    kernel: release(), java: version(java(), '-version'), node: process.version,
    commit: execFileSync('git', ['-C', root, 'describe', '--always', '--dirty']).toString().trim(),
    load: busiest.load.toFixed(2), command: `benchmarks/run ${process.argv.slice(2).join(' ')}`.trim(),
};
const table = summary(results);
process.stdout.write(table + '\n');
if (options.noisy) say('noisy: docs/performance.md is left as it is');
else writeFileSync(join(root, 'docs/performance.md'), document(machine, table, [limit, ...measured], options));

async function pair(it, server, round) {
    const rate = it.halfOf && perSecond[`${it.halfOf} ${server.name}`];
    if (it.halfOf && !rate) return say(`${it.name}: measure ${it.halfOf} first`);
    await quiet();
    const args = rate ? [...it.args, '--rate', String(Math.round(rate / 2))] : it.args;
    const of = await one(limit, it, args), mine = await one(server, it, args);
    perSecond[`${it.name} ${server.name}`] ??= mine.perSecond;
    results.push({ case: it.name, server: server.name, round, limit: of, mine });
    say(`${it.name} ${server.name} ${round}: ${Math.round(mine.perSecond)}/s of ${Math.round(of.perSecond)}/s = ` +
        `${(mine.perSecond / of.perSecond).toFixed(2)}, p99 ${mine.latencyMicros.p99} us, ` +
        `CPU ${mine.serverCpuMicros} us of ${of.serverCpuMicros} us`);
}

/** Others at work would be measured as well. */
async function quiet() {
    for (let waited = 0; !options.noisy; waited++) {
        const idle = await othersBusy();
        busiest.load = Math.max(busiest.load, idle);
        if (idle < QUIET_LOAD) return;
        if (waited >= 20) throw new Error(`other processes use ${idle.toFixed(2)} cores; wait, or use --noisy`);
        busiest.load = 0;
        await sleep(3000);
    }
    busiest.load = Math.max(busiest.load, loadavg()[0]);
}

async function othersBusy() {
    const times = () => cpus().map(c => c.times).reduce((sum, t) => sum + t.user + t.nice + t.sys + t.irq, 0);
    const before = times();
    await sleep(2000);
    return (times() - before) / 2000;
}

async function one(server, it, args) {
    const [program, ...rest] = server.command();
    const child = spawn('taskset', ['-c', SERVER_CORE, program, ...rest],
        { env: { ...process.env, ...server.env }, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise(resolve => child.on('exit', resolve));
    try {
        const url = await ready(child, server.name);
        const tool = (it.tool && server.tools?.[it.tool]) ?? 'echo';
        return await load([...args, '--era', it.era, '--tool', tool, '--server-pid', String(child.pid), url]);
    } finally {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS);
        await ended;
        clearTimeout(timer);
    }
}

function ready(child, name) {
    return new Promise((resolve, reject) => {
        let text = '';
        const timer = setTimeout(() => reject(new Error(`${name} is not ready:\n${text}`)), READY_MILLIS);
        child.stderr.on('data', data => {
            text = (text + data).slice(-20_000);
            const url = /"mcp": *"([^"]+)"/.exec(text)?.[1];
            if (url) { clearTimeout(timer); resolve(url); }
        });
        child.on('exit', code => { clearTimeout(timer); reject(new Error(`${name} ended with ${code}:\n${text}`)); });
    });
}

function load(args) {
    return new Promise((resolve, reject) => {
        const child = spawn('taskset', ['-c', LOAD_CORE, join(root, 'erlmcp'), 'bench', '--json', '--warmup', options.warmup,
            '--duration', options.duration, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
        let out = '', err = '';
        child.stdout.on('data', data => { out += data; });
        child.stderr.on('data', data => { err += data; });
        child.on('close', code => {
            if (code !== 0) reject(new Error(`bench ended with ${code}:\n${err}${out}`));
            else resolve(JSON.parse(out));
        });
    });
}

function version(program, flag) {
    const text = execFileSync('sh', ['-c', `"${program}" ${flag} 2>&1`]).toString();
    return text.split('\n')[1] ?? text;
}

function sleep(millis) {
    return new Promise(resolve => setTimeout(resolve, millis));
}
