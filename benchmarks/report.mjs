// Turns results into tables and the tables into docs/performance.md.
import { cases } from './cases.mjs';

const SUBJECT = 'erlmcp';

/** Undefined when there are no values. */
function median(values) {
    const sorted = [...values].sort((a, b) => a - b), middle = Math.floor(sorted.length / 2);
    return sorted.length > 0 && sorted.length % 2 === 0 ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle];
}

const ofLoad = which => (result, name) => result[which] && result[which].latencyMicros[name] / 1000;
const mine = ofLoad('mine'), limit = ofLoad('limit');
const quotient = (a, b) => a === undefined || !b ? undefined : a / b;

/** Every figure that a table or a target names: how it is read off a result, digits, heading. */
const figures = {
    ratio: [r => r.case === 'open-half' ? undefined : r.mine?.ratio?.median ?? quotient(r.mine?.perSecond, r.limit?.perSecond), 2, 'ratio to the limit'],
    perSecond: [r => r.mine?.perSecond, 0, 'a second'],
    cpu: [r => r.mine?.serverCpuMicros, 1, 'core time us'],
    cpuRatio: [r => quotient(r.mine?.serverCpuMicros, r.limit?.serverCpuMicros), 2, 'core time to the limit\'s'],
    used: [r => r.mine && r.mine.perSecond * r.mine.serverCpuMicros / 1e6, 2, 'core in use'],
    loadUsed: [r => quotient(r.mine?.perSecond * r.mine?.loadCpuMicros, 1e6), 2, 'load: core in use'],
    p50: [r => mine(r, 'p50'), 2, 'p50 ms'],
    p90: [r => mine(r, 'p90'), 2, 'p90 ms'],
    p95: [r => mine(r, 'p95'), 2, 'p95 ms'],
    p99: [r => mine(r, 'p99'), 2, 'p99 ms'],
    'p99.9': [r => mine(r, 'p99.9'), 2, 'p99.9 ms'],
    p99Ratio: [r => quotient(mine(r, 'p99'), limit(r, 'p99')), 2, 'p99 to the limit\'s'],
    limitPerSecond: [r => r.limit?.perSecond, 0, 'limit: a second'],
    limitCpu: [r => r.limit?.serverCpuMicros, 1, 'limit: core time us'],
    limitP99: [r => limit(r, 'p99'), 2, 'limit: p99 ms'],
    errors: [r => r.mine && r.mine.errors + r.mine.unanswered, 0, 'errors'],
    millis: [r => r.start?.millis, 0, 'first answer ms'],
    millisRatio: [r => quotient(r.start?.millis, r.limitStart?.millis), 2, 'first answer to the limit\'s'],
    limitMillis: [r => r.limitStart?.millis, 0, 'limit: first answer ms'],
    readyMillis: [r => r.start?.readyMillis, 0, 'listens ms'],
    rss: [r => r.start && r.start.rss / 1e6, 0, 'RSS when idle MB'],
    heap: [r => r.memory && r.memory.heapBytes / 1024, 2, 'heap KB each'],
    grown: [r => r.memory && r.memory.rssBytes / 1024, 1, 'RSS KB each'],
    count: [r => r.memory?.count, 0, 'open at once'],
    memoryErrors: [r => r.memory?.errors, 0, 'errors'],
    manyP99: [r => r.memory?.p99 && r.memory.p99 / 1000, 2, 'p99 ms, 1000 calls a second over all of them'],
    fewP99: [r => r.memory?.p99Few && r.memory.p99Few / 1000, 2, 'over 64'],
};
const columns = {
    load: ['ratio', 'perSecond', 'cpu', 'cpuRatio', 'used', 'loadUsed', 'p50', 'p95', 'p99', 'p99.9', 'errors', 'limitPerSecond', 'limitCpu', 'limitP99'],
    stdio: ['ratio', 'perSecond', 'cpu', 'p50', 'p99', 'p99.9', 'errors', 'limitPerSecond'],
    start: ['millis', 'millisRatio', 'readyMillis', 'rss', 'limitMillis'],
    memory: ['count', 'heap', 'grown', 'memoryErrors', 'manyP99', 'fewP99'],
};
const WITH_SPREAD = new Set(['ratio', 'perSecond', 'cpu', 'cpuRatio', 'p99Ratio', 'millis', 'millisRatio', 'rss', 'heap', 'p50', 'p95', 'p99', 'p99.9']);

const valuesOf = (name, results) => results.map(figures[name][0]).filter(it => it !== undefined && !Number.isNaN(it));

function shown(name, results) {
    const values = valuesOf(name, results), digits = figures[name][1];
    if (values.length === 0) return '-';
    const text = it => digits === 0 ? Math.round(it).toLocaleString('en') : it.toFixed(digits);
    const spread = values.length > 1 && WITH_SPREAD.has(name)
        ? ` (${text(Math.min(...values))}-${text(Math.max(...values))})` : '';
    return text(median(values)) + spread;
}

const row = cells => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** What the subject is held to: each target with what this run shows. */
export function summary(results) {
    const rows = [];
    for (const it of cases)
        for (const [era, own] of Map.groupBy(results.filter(r => r.case === it.name && r.server === SUBJECT), r => r.era))
            for (const [name, sign, value] of it.targets) {
                const values = valuesOf(name, own);
                if (values.length === 0) continue;
                const found = median(values);
                const isMet = { '>=': found >= value, '<=': found <= value, '<': found < value }[sign];
                rows.push([it.what, era, figures[name][2], `${sign.replace('>=', '≥').replace('<=', '≤')} ${value.toLocaleString('en')}`,
                    shown(name, own), bestPeer(results, it, name, sign), isMet ? 'yes' : '**no**']);
            }
    return table(['case', 'era', 'figure', 'target', SUBJECT, 'best peer', 'met'], rows);
}

function bestPeer(results, it, name, sign) {
    const peers = results.filter(r => r.case === it.name && r.server !== SUBJECT && r.server !== 'limit');
    const found = [...Map.groupBy(peers, r => r.server)]
        .map(([server, own]) => ({ server, own, value: median(valuesOf(name, own)) }))
        .filter(entry => entry.value !== undefined)
        .sort((a, b) => sign === '>=' ? b.value - a.value : a.value - b.value)[0];
    return found ? `${shown(name, found.own)} ${found.server}` : '-';
}

/** A table for each case, a line for each server. */
export function details(results) {
    const parts = [];
    for (const it of cases) {
        const own = results.filter(r => r.case === it.name);
        if (own.length === 0) continue;
        const names = columns[it.kind].filter(name => valuesOf(name, own).length > 0);
        const rows = [...Map.groupBy(own, r => `${r.server} | ${r.era}`)]
            .map(([key, rounds]) => [key, ...names.map(name => shown(name, rounds)), rounds.length]);
        parts.push(`### ${it.name}: ${it.what}\n\n` +
            table(['server', 'era', ...names.map(name => figures[name][2]), 'rounds'], rows));
    }
    return parts.join('\n\n');
}

export function failures(failed) {
    return failed.map(it => `- ${it.case} ${it.server}: ${it.message.split('\n')[0]}`).join('\n');
}

export function document(machine, results, failed, servers, options) {
    return `# Performance

Written by \`${machine.command}\` on ${machine.date}, which measures all of it again: see benchmarks/README.md.

- ${machine.cpu}, ${machine.memory}, Linux ${machine.kernel}; other processes used at most ${machine.load} cores before a visit
- ${machine.java}; Node.js ${machine.node}
- commit ${machine.commit}

## Targets

${summary(results)}

## How it is measured

The server runs on one core, the load on another. A call is \`tools/call echo\` with 100 bytes of fresh random text, and
every answer is checked; a wrong one fails the run. Each number is the median of the rounds (${options.rounds} of ours,
${options['peer-rounds']} of each peer, ${options.duration} each; what is held in memory is measured once), with the lowest and the highest in brackets, after
${options.warmup} of load on a new server, which its eras and kinds of tools share, and ${options['case-warmup']} (stdio ${options['stdio-warmup']}) in each measurement, whose
load is a new process. The limit runs on the same core, and both are measured in ${options.turns} turns of each by one load, which share the ${options.duration}:
the ratio is the median of the turns'. (An open loop, stdio and starts are measured one after the other, the limit first.) *Core in use* well below 1 says that the
server waited: for the only connection, for the timetable of an open loop, or for a load that was no faster, whose core
then is in use. In an open
loop calls start by a timetable, and latency counts from the time in it; the timetable begins anew where the warm-up ends.

A peer is measured in its best era and mode. Servlet servers call every tool on a thread of their pool, where it may
block, so their line with non-blocking tools is to be compared with both kinds of ours.

Start-up is on one core, from the fork to the first answer (\`tools/call\`, in the legacy era \`initialize\`); RSS is read two
seconds later. Heap is what a full collection leaves, with as many open as the table says, less what it left before;
in the legacy era a connection or a stream of a server with sessions includes its session.

## Cases

${details(results)}

## Servers

${servers.map(it => `- **${it.name}**: ${it.about}.`).join('\n')}
${failed.length === 0 ? '' : `\n## Not measured\n\n${failures(failed)}\n`}`;
}
