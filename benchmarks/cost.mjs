// What it costs to be kept running: the node as it is against one built from the same commit in which nothing is
// observed, admitted or authorized, measured, watched or guarded. Both run on the same core all the time, each with an
// upstream server of its own, and take turns; each pair of turns gives one ratio.
//
// No supervisor stands on the way of a call: a listener and an upstream server are started by one, and it waits until
// they fail. What supervision takes while nothing fails are looks at how all are, and those are left out.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, say, sleep, startServer } from './processes.mjs';
import { root, servers } from './servers.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const FEWEST_PAIRS = 10, MOST = 0.05, UP_MILLIS = 30_000;
const pairs = Number(option('--pairs', '20'));
const duration = option('--duration', '2s'), warmup = option('--warmup', '10s');
const only = option('--case', '');

/** The tool and the connections of each case; an upstream server runs 50 calls of one tool at a time, others wait. */
const CASES = {
    'non-blocking tool': ['echo', 64],
    'ordinary (blocking) tool': ['echo_blocking', 64],
    'tool of an upstream server': ['child_echo', 16],
    '..., with calls that wait for a place': ['child_echo', 64],
    '..., that only reads (answers are kept)': ['child_look', 16],
};

const UPSTREAM = 'erlmcp-node/src/main/java/io/erlmcp/upstream/';

/** What is taken out of the copy: each of these must be there exactly once. */
const LEFT_OUT = {
    'erlmcp-core/src/main/java/io/erlmcp/dispatch/Dispatcher.java': [
        ['List.of(this::observe, this::admit, this::authorize, this::deadline)', 'List.of(this::deadline)'],
        ['public final class Dispatcher', '@SuppressWarnings("UnusedMethod")\npublic final class Dispatcher'],
    ],
    // metrics, what goes wrong with tools, the guardian, checks of health
    'erlmcp-node/src/main/java/io/erlmcp/node/Node.java': [
        ['metrics = config.telemetry().metrics() && config.admin().enabled() ? new Metrics() : null;',
            'metrics = null;'],
        ['new EventLines(), rates, new RunawayTools(halts::haltTool, this::tell), actions', 'new EventLines(), actions'],
        ['new ArrayList<>(guards.children());', 'new ArrayList<>();'],
        ['final class Node ', '@SuppressWarnings("UnusedMethod")\nfinal class Node '],
    ],
    // halts, breakers, bulkheads with their queues, calls that are repeated; no link, no call: that stays
    [UPSTREAM + 'Calls.java']: [
        ['return guarded(what, relay, limit, work);',
            'Link link = upstream.state().link();\nif (link == null) { throw CallFailures.notThere(upstream); }\n' +
            'return work.run(link.client(), options(link, relay, limit));'],
        ['final class Calls ', '@SuppressWarnings("UnusedMethod")\nfinal class Calls '],
    ],
    // answers for when the server is gone
    [UPSTREAM + 'ToolProxy.java']: [
        ['readOnly ? AnswerCache.key(context.principal().name(), name, object) : null;', 'null;'],
        ['final class ToolProxy ', '@SuppressWarnings("UnusedVariable")\nfinal class ToolProxy '],
    ],
    // who looks at what a child does, and asks whether it is there
    [UPSTREAM + 'Precedence.java']: [
        ['this.counts = turn.patience().isPositive() && ChildSession.areNumbersHeeded();', 'this.counts = false;'],
    ],
    [UPSTREAM + 'Link.java']: [
        ['return patience.pingInterval().toNanos();', 'return Duration.ofDays(1).toNanos();'],
    ],
    [UPSTREAM + 'WatchedTransport.java']: [
        ['heardNanos = time.nanos(); return upper.message(message, of);', 'return upper.message(message, of);'],
    ],
};

/** The code, however its lines are broken. */
function anyLines(code) {
    return new RegExp(code.trimEnd().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/([(,]) ?/g, '$1\\s*').replace(/ /g, '\\s+') + (code.endsWith(' ') ? '\\s' : ''));
}

function bareTree() {
    const tree = join(root, '.build', 'bare');
    rmSync(tree, { recursive: true, force: true });
    mkdirSync(tree, { recursive: true });
    const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 2 ** 30 });
    execFileSync('tar', ['-x', '-C', tree], { input: archive });
    for (const [file, changes] of Object.entries(LEFT_OUT)) {
        let text = readFileSync(join(tree, file), 'utf8');
        for (const [from, to] of changes) {
            const found = text.split(anyLines(from));
            if (found.length !== 2) throw new Error(`${file} has ${found.length - 1} times, not once: ${from}`);
            text = found.join(to);
        }
        writeFileSync(join(tree, file), text);
    }
    return tree;
}

/** The fixture with an upstream server. */
function configuration(folder) {
    const file = join(folder, 'cost.yaml');
    writeFileSync(file, readFileSync(join(root, 'conformance/fixture.yaml'), 'utf8') +
        'upstreams:\n  child:\n    era: legacy\n    always_prefix: true\n' +
        `    command: ${JSON.stringify([process.execPath, join(root, 'benchmarks/child.mjs')])}\n`);
    return file;
}

/** Whoever is asked before the child is up measures a refusal. */
async function isUp(node) {
    for (const end = Date.now() + UP_MILLIS; Date.now() < end; await sleep(100)) {
        const { upstreams } = await (await fetch(node.admin + '/upstreams')).json();
        if (upstreams.every(it => it.state === 'up')) return;
    }
    throw new Error(`the upstream server of ${node.url} is not up within ${UP_MILLIS} ms`);
}

const median = values => {
    const sorted = values.toSorted((a, b) => a - b), half = sorted.length / 2;
    return Number.isInteger(half) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[Math.floor(half)];
};

const shipped = servers.find(it => it.name === 'erlmcp');
await shipped.build();
const tree = bareTree();
say('building what has none of it');
execFileSync(join(tree, 'erlmcp'), ['--version'], { env: { ...process.env, ...shipped.env }, stdio: 'inherit' });

const folder = mkdtempSync(join(tmpdir(), 'erlmcp-cost-'));
const config = configuration(folder);
const from = (name, where) => ({ ...shipped, name,
    command: () => [join(where, 'erlmcp'), 'serve', '--config', config, '--port', '0'] });
const nodes = [], rows = [], costs = [];
try {
    for (const [name, where] of [['whole', root], ['bare', tree]]) {
        const node = await startServer(from(name, where));
        nodes.push([name, node]);
        await isUp(node);
    }
    for (const [what, [tool, connections]] of Object.entries(CASES).filter(it => it[0].includes(only))) {
        const run = (node, time) => load(['--tool', tool, '--connections', String(connections), '--warmup', '1s',
            '--duration', time, '--server-pid', String(node.pid), node.url]);
        for (const [, node] of nodes) await run(node, warmup);
        const seen = { whole: [], bare: [] };
        for (let pair = 0; pair < pairs; pair++)
            for (const [name, node] of pair % 2 ? nodes.toReversed() : nodes) {
                const report = await run(node, duration);
                seen[name].push({ perSecond: report.perSecond, cpu: report.serverCpuMicros });
                say(`${what}: ${name}: ${Math.round(report.perSecond)}/s, core ${report.serverCpuMicros} us`);
            }
        const ratios = key => seen.whole.map((it, i) => it[key] / seen.bare[i][key]);
        const shown = key => {
            const all = ratios(key);
            const [middle, least, most] = [median(all), Math.min(...all), Math.max(...all)].map(it => it.toFixed(3));
            return `${middle} (${least} to ${most})`;
        };
        costs.push(1 - median(ratios('perSecond')));
        const rates = ['whole', 'bare'].map(it => Math.round(median(seen[it].map(one => one.perSecond))));
        rows.push([what, connections, ...rates, shown('perSecond'), shown('cpu')]);
    }
} finally {
    for (const [, node] of nodes) await node.stop();
    rmSync(folder, { recursive: true, force: true });
}
console.log('| case | connections | as shipped /s | without /s ' +
    `| calls: shipped / without, ${pairs} pairs | core time of the node: shipped / without |`);
console.log('|---|---|---|---|---|---|');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
const worst = Math.max(...costs);
console.log(`\nIt costs ${(100 * worst).toFixed(1)} % of the calls at most; the bound is ${100 * MOST} %.`);
if (pairs < FEWEST_PAIRS) console.log(`${pairs} pairs say nothing; it takes ${FEWEST_PAIRS}.`);
process.exit(worst <= MOST && pairs >= FEWEST_PAIRS ? 0 : 1);
