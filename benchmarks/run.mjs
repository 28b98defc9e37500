// run.mjs [--case NAME,..] [--server NAME,..] [--rounds N] [--peer-rounds N] [--duration T]
//   [--warmup T] [--case-warmup T] [--stdio-warmup T] [--turns N] [--quick] [--noisy] [--against FILE]
// Visits the servers in turn, measures, prints, and writes docs/performance.md when the machine was quiet.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { busyCores, memory, startUp, stdio, visit } from './measure.mjs';
import { say, sleep } from './processes.mjs';
import { java, root, servers } from './servers.mjs';
import { details, document, failures, summary } from './report.mjs';
import { slower } from './against.mjs';

const QUIET_CORES = 0.5, QUIET_TRIES = 20;

const { values: given } = parseArgs({
    options: {
        case: { type: 'string' }, server: { type: 'string' }, rounds: { type: 'string' }, 'peer-rounds': { type: 'string' },
        warmup: { type: 'string' }, 'case-warmup': { type: 'string' }, 'stdio-warmup': { type: 'string' },
        duration: { type: 'string' }, turns: { type: 'string' }, quick: { type: 'boolean', default: false },
        noisy: { type: 'boolean', default: false }, against: { type: 'string' },
    },
});
const options = {
    ...given.quick ? { rounds: '1', 'peer-rounds': '1', warmup: '12s', 'case-warmup': '1s', 'stdio-warmup': '6s', duration: '2s', turns: '4' }
        : { rounds: '3', 'peer-rounds': '2', warmup: '32s', 'case-warmup': '4s', 'stdio-warmup': '16s', duration: '5s', turns: '10' },
    ...given,
};

/** An option that is a number of seconds, such as 32s. */
function seconds(name) {
    const found = /^(\d+)s$/.exec(options[name]);
    if (!found) throw new Error(`--${name}: "${options[name]}" is no number of seconds such as 32s`);
    return Number(found[1]);
}

const names = text => text?.split(',');
const before = given.against && readFileSync(given.against, 'utf8'); // first: the run may write that very file
const [limit] = servers;
const measured = servers.filter(it => !given.server || names(given.server).includes(it.name));
const results = [], failed = [];
const begun = Date.now();
let busiest = 0, isQuiet = !options.noisy;

const run = {
    only: names(given.case), perSecond: {}, warmupSeconds: seconds('warmup'), caseWarmup: options['case-warmup'],
    stdioWarmup: options['stdio-warmup'], duration: options.duration, turns: options.turns,
    /** A case that fails is told and does not end the run. */
    async attempt(it, server, era, round, measure) {
        try {
            const result = { case: it.name, server: server.name, era, round, ...await measure() };
            results.push(result);
            say(`${clock()} ${round} ${it.name} ${server.name} ${era}: ${line(result)}`);
        } catch (error) {
            fail(it.name, server.name, error);
        }
    },
};

if (cpus().length < 2) throw new Error('needs two cores: one for the server, one for the load');
const known = new Set();
for (const server of [limit, ...measured]) {
    if (known.has(server)) continue;
    say(`${clock()} building ${server.name}`);
    try {
        server.build?.(); // built first: what a build leaves running must not be measured
        known.add(server);
    } catch (error) {
        fail('build', server.name, error);
    }
}
if (!known.has(limit)) process.exit(1); // nothing to compare with
const ready = measured.filter(it => known.has(it));

for (let round = 1; round <= Math.max(options.rounds, options['peer-rounds']); round++)
    for (const server of ready.filter(it => round <= Number(isOurs(it) ? options.rounds : options['peer-rounds']))) {
        await quiet();
        await guarded('load', server, () => visit(server, limit, round, run));
        await guarded('stdio', server, () => stdio(server, limit, round, run));
        await guarded('start', server, () => startUp(server, limit, round, run));
    }
for (const server of ready) await guarded('memory', server, () => memory(server, run));

const isWhole = !given.case && !given.server;
process.stdout.write(`\n${summary(results)}\n\n${details(results)}\n\n${failures(failed)}\n`);
if (!isQuiet) say('noisy: docs/performance.md is left as it is');
else if (!isWhole) say('only a part was measured: docs/performance.md is left as it is');
else if (failed.some(it => it.server === 'erlmcp')) say('erlmcp failed: docs/performance.md is left as it is');
else writeFileSync(join(root, 'docs/performance.md'), document(machine(), results, failed, servers, options));
process.exit(failed.length > 0 || given.against && isSlower() ? 1 : 0);

function isSlower() {
    const { compared, worse } = slower(before, summary(results));
    say(`${worse.length} of ${compared} figures are worse than in ${given.against} by more than 10 %`);
    worse.forEach(it => say(`- ${it}`));
    return worse.length > 0;
}

async function guarded(what, server, measure) {
    try {
        await measure();
    } catch (error) {
        fail(what, server.name, error);
    }
}

/** Others at work would be measured as well; after a minute of them the run goes on, and writes nothing. */
async function quiet() {
    for (let tried = 1; isQuiet; tried++) {
        const busy = await busyCores();
        if (busy < QUIET_CORES) { busiest = Math.max(busiest, busy); return; }
        if (tried === QUIET_TRIES) {
            say(`other processes use ${busy.toFixed(2)} cores: from here on as with --noisy`);
            isQuiet = false;
        }
        await sleep(1000);
    }
}

function fail(name, server, error) {
    failed.push({ case: name, server, message: error.message });
    say(`${clock()} FAILED ${name} ${server}: ${error.message}`);
}

function line({ mine, limit: of, start, memory: held }) {
    if (start) return `first answer ${Math.round(start.millis)} ms, RSS ${Math.round(start.rss / 1e6)} MB`;
    if (held) return `heap ${Math.round(held.heapBytes)} bytes each, RSS ${Math.round(held.rssBytes)}, ${held.count} of them`;
    const ratio = of ? ` = ${(mine.ratio?.median ?? mine.perSecond / of.perSecond).toFixed(2)} of ${Math.round(of.perSecond)}/s` : '';
    return `${Math.round(mine.perSecond)}/s${ratio}, p99 ${mine.latencyMicros.p99} us, core ${mine.serverCpuMicros} us` +
        `${of ? ` of ${of.serverCpuMicros} us` : ''}${mine.errors + mine.unanswered > 0 ? `, ${mine.errors} ERRORS` : ''}`;
}

function isOurs(server) {
    return server === limit || server.name === 'erlmcp';
}

function clock() {
    return `[${new Date(Date.now() - begun).toISOString().slice(14, 19)}]`;
}

function machine() {
    return {
        cpu: `${cpus()[0].model}, ${cpus().length} cores`, memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
        kernel: release(), node: process.version, date: new Date().toISOString().slice(0, 10), load: busiest.toFixed(2),
        java: execFileSync('sh', ['-c', `"${java()}" -version 2>&1`]).toString().split('\n')[1],
        commit: execFileSync('git', ['-C', root, 'describe', '--always', '--dirty']).toString().trim(),
        command: `benchmarks/run ${process.argv.slice(2).join(' ')}`.trim(),
    };
}
