// How each kind of case is measured. A result is {case, server, era, round} and the figures that report.mjs shows.
import http from 'node:http';
import { cpus } from 'node:os';
import { cases } from './cases.mjs';
import { liveHeap, load, onServerCore, resident, sleep, startServer } from './processes.mjs';

const IDLE_MILLIS = 2000;
const SESSIONS = 20_000, CONNECTIONS = 15_000, STREAMS = 15_000;

/** Cases of one kind that a server takes part in and the user asked for. */
const casesOf = (kind, server, run) => cases.filter(it =>
    it.kind === kind && server.cases.includes(it.name) && (!run.only || run.only.includes(it.name)));

const erasOf = (it, server) => it.era === 'first' ? server.eras.slice(0, 1)
    : it.era ? server.eras.filter(era => era === it.era) : server.eras;

/** All load cases on one server, in turns with the limit. Both run all the time: a silent one takes nothing. */
export async function visit(server, limit, round, run) {
    const mine = casesOf('load', server, run);
    if (mine.length === 0 || !server.command) return;
    const bare = await startServer(limit);
    try {
        const subject = await startServer(server);
        try {
            await warm(server, subject, mine, bare, run);
            for (const it of mine)
                for (const era of erasOf(it, server)) await run.attempt(it, server, era, round,
                    () => pair(it, server, era, bare, subject, run));
        } finally {
            await subject.stop();
        }
    } finally {
        await bare.stop();
    }
}

async function warm(server, subject, mine, bare, run) {
    const tools = new Set(mine.map(it => tool(it, server)));
    // as long for each server, however many eras and kinds of tools share it
    const each = Math.ceil(run.warmupSeconds * 1000 / server.eras.length / tools.size);
    for (const era of server.eras)
        for (const name of tools)
            await load(['--connections', '64', '--era', era, '--tool', name, '--warmup', '0s',
                '--duration', `${each}ms`, subject.url]);
    await load(['--connections', '64', '--era', server.eras[0], '--warmup', '0s', '--duration', '3s', bare.url]);
}

const tool = (it, server) => (it.tool && server.tools?.[it.tool]) ?? 'echo';

async function pair(it, server, era, bare, subject, run) {
    const key = `${it.halfOf} ${server.name} ${era}`;
    if (it.halfOf && !run.perSecond[key]) throw new Error(`needs ${it.halfOf} of the same run`);
    const args = [...it.args, '--era', era, '--warmup', run.caseWarmup, '--duration', run.duration,
        ...it.halfOf ? ['--rate', String(Math.round(run.perSecond[key] / 2))] : []];
    const named = it.method ? [] : ['--tool', tool(it, server)];
    // an open loop at half of the capacity is one run: its queues must not end with a turn
    const inTurns = it.limit && !it.halfOf;
    const before = it.limit && it.halfOf ? await load([...args, '--server-pid', String(bare.pid), bare.url]) : undefined;
    const mine = await load([...args, ...named, '--server-pid', String(subject.pid),
        ...inTurns ? ['--turns', run.turns, '--beside', bare.url, '--beside-tool', 'echo', '--beside-pid', String(bare.pid)] : [],
        it.via ? subject[it.via] : subject.url]);
    run.perSecond[`${it.name} ${server.name} ${era}`] = mine.perSecond;
    return { mine, limit: mine.beside ?? before };
}

/** The child of the load is the server; the limit before it. */
export async function stdio(server, limit, round, run) {
    for (const it of casesOf('stdio', server, run)) {
        const era = server.stdioEra ?? server.eras[0];
        const one = async which => load([...it.args, '--era', era, '--warmup', run.stdioWarmup, '--duration', run.duration,
            '--', ...which.env ? ['env', ...Object.entries(which.env).map(([key, value]) => `${key}=${value}`)] : [],
            ...onServerCore(which.stdio())]);
        await run.attempt(it, server, era, round, async () => ({ limit: await one(limit), mine: await one(server) }));
    }
}

/** From the fork to the first answer, on one core; then the memory of a server that has nothing to do. The limit before it. */
export async function startUp(server, limit, round, run) {
    const era = server.eras[0];
    for (const it of casesOf('start', server, run))
        await run.attempt(it, server, era, round, async () => ({
            limitStart: server === limit ? undefined : await started(limit, undefined, era),
            start: await started(server, it.variant, era),
        }));
}

async function started(server, variant, era) {
    const before = performance.now();
    const subject = await startServer(server, variant);
    try {
        const readyMillis = performance.now() - before;
        await firstAnswer(subject.url, era);
        const millis = performance.now() - before;
        await sleep(IDLE_MILLIS);
        return { millis, readyMillis, rss: resident(subject.pid) };
    } finally {
        await subject.stop();
    }
}

async function firstAnswer(url, era) {
    const client = { name: 'start', version: '1' };
    const body = era === 'modern'
        ? request('tools/call', { name: 'echo', arguments: { text: 'first' }, _meta: modern(client) })
        : request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: client });
    const { status, text } = await post(url, body, {
        // written as here: the limit knows no other spelling
        'Content-Type': 'application/json', Accept: 'application/json, text/event-stream',
        'Content-Length': Buffer.byteLength(body), Connection: 'close',
        ...era === 'modern' ? { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'echo' } : {},
    });
    if (status !== 200 || !text.includes(era === 'modern' ? '"first"' : '"serverInfo"'))
        throw new Error(`first answer ${status}: ${text.slice(0, 500)}`);
}

function post(url, body, headers) {
    return new Promise((resolve, reject) => {
        const sent = http.request(url, { method: 'POST', headers, agent: false, timeout: 10_000 }, answer => {
            let text = '';
            answer.on('data', data => {
                text += data;
                if (text.includes('"jsonrpc"')) { resolve({ status: answer.statusCode, text }); sent.destroy(); }
            });
            answer.on('end', () => resolve({ status: answer.statusCode, text }));
        });
        sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
        sent.on('error', reject);
        sent.end(body);
    });
}

// the limit finds the id by its twelve digits
const request = (method, params) => JSON.stringify({ jsonrpc: '2.0', id: 100_000_000_000, method, params });

const modern = client => ({
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': client,
    'io.modelcontextprotocol/clientCapabilities': {},
});

/** What is alive in the heap with many of something, less what was before, for each of them. */
export async function memory(server, run) {
    for (const it of casesOf('memory', server, run))
        for (const era of erasOf(it, server))
            await run.attempt(it, server, era, 1, async () => {
                const subject = await startServer(server);
                try {
                    await load(['--connections', '64', '--era', era, '--warmup', '0s', '--duration', '2s', subject.url]);
                    return { memory: await ways[it.name](subject, era) };
                } finally {
                    await subject.stop();
                }
            });
}

async function connected(subject, era) {
    const args = ['--era', era, '--rate', '1000', '--warmup', '1s'];
    const many = [...args, '--connections', String(CONNECTIONS)];
    // twice, for looking into the heap stops the server; and first, while its memory has not grown yet
    const before = await size(subject);
    const after = await during([...many, '--duration', '9s', subject.url], () => size(subject));
    await sleep(1000);
    const latencies = await load([...many, '--duration', '3s', subject.url]);
    const few = await load([...args, '--connections', '64', '--duration', '3s', subject.url]);
    return {
        ...perPiece(before, after.size, CONNECTIONS), errors: latencies.errors + latencies.unanswered,
        p99: latencies.latencyMicros.p99, p99Few: few.latencyMicros.p99,
    };
}

const ways = {
    async 'idle-sessions'(subject) {
        const rate = 4000, seconds = SESSIONS / rate;
        const open = () => load(['--method', 'initialize', '--connections', '32', '--rate', String(rate), '--warmup', '0s',
            '--duration', `${seconds}s`, subject.url]);
        // the first ones load classes and fill pools, which is no cost of a session
        await load(['--method', 'initialize', '--connections', '32', '--rate', '1000', '--warmup', '0s', '--duration', '1s', subject.url]);
        const before = await size(subject);
        const opened = await open();
        fault(opened);
        await sleep(1000);
        return perPiece(before, await size(subject), opened.answers);
    },

    'idle-connections': connected,

    'idle-websockets': (subject, era) => connected({ ...subject, url: subject.ws }, era),

    async 'open-streams'(subject, era) {
        const args = ['--method', 'streams', '--connections', String(STREAMS), '--era', era, '--warmup', '0s', '--duration', '10s'];
        const before = await size(subject);
        const after = await during([...args, subject.url], () => size(subject));
        fault(after.load);
        return { ...perPiece(before, after.size, STREAMS), errors: after.load.errors + after.load.unanswered };
    },
};

/** Looks while a load is going on: at its first line of progress, when all connections are open. */
async function during(args, look) {
    let looked, isOver = false;
    const result = await load(args, () => {
        looked ??= look().then(seen => ({ seen, isLate: isOver }), error => ({ error }));
    });
    isOver = true;
    const { seen, isLate, error } = await looked ?? { error: new Error('the load said nothing') };
    if (error) throw error;
    if (isLate) throw new Error('the load was over before its server had been looked into');
    return { load: result, size: seen };
}

const size = async subject => ({ heap: await liveHeap(subject.pid), rss: resident(subject.pid) });

const perPiece = (before, after, count) => ({
    count, heapBytes: (after.heap - before.heap) / count, rssBytes: (after.rss - before.rss) / count,
});

function fault(report) {
    if (report.errors + report.unanswered > 0)
        throw new Error(`${report.errors} errors, ${report.unanswered} unanswered: ${JSON.stringify(report.errorsByKind)}`);
}

/** Cores that all processes use together, over two seconds. */
export async function busyCores() {
    const times = () => cpus().map(c => c.times).reduce((sum, t) => sum + t.user + t.nice + t.sys + t.irq, 0);
    const before = times();
    await sleep(2000);
    return (times() - before) / 2000;
}
