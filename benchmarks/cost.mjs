// What it costs to be kept running: the node as it is against one built from the same commit in which the stages that
// observe, admit and authorize are left out, and nothing is measured, watched or guarded. Both run on the same core all
// the time, and take turns; each pair gives one ratio.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, say, startServer } from './processes.mjs';
import { root, servers } from './servers.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const pairs = Number(option('--pairs', '12')), duration = option('--duration', '4s');
const MOST = 0.05;
const TOOLS = { 'non-blocking tool': 'echo', 'ordinary (blocking) tool': 'echo_blocking' };

/** What is taken out of the copy: each of these must be there exactly once. */
const LEFT_OUT = {
    'erlmcp-core/src/main/java/io/erlmcp/dispatch/Dispatcher.java': [
        ['List.of(this::observe, this::admit, this::authorize, this::deadline)', 'List.of(this::deadline)'],
        ['public final class Dispatcher', '@SuppressWarnings("UnusedMethod")\npublic final class Dispatcher'],
    ],
    'erlmcp-node/src/main/java/io/erlmcp/node/Node.java': [
        ['metrics = config.telemetry().metrics() && config.admin().enabled() ? new Metrics() : null;', 'metrics = null;'],
        ['new EventLines(), rates, new RunawayTools(halts, this::tell), actions', 'new EventLines(), actions'],
        ['guards.start(around.checks(), plugins.providers(), health);', ''],
        ['final class Node ', '@SuppressWarnings("UnusedMethod")\nfinal class Node '],
    ],
};

/** The code, however its lines are broken. */
function anyLines(code) {
    return new RegExp(code.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/([(,]) ?/g, '$1\\s*'));
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
            if (found.length !== 2) throw new Error(`${file} does not have exactly one: ${from}`);
            text = found.join(to);
        }
        writeFileSync(join(tree, file), text);
    }
    return tree;
}

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const whole = servers.find(it => it.name === 'erlmcp');
await whole.build();
const tree = bareTree();
const bare = { ...whole, name: 'bare', command: () => [join(tree, 'erlmcp'), ...whole.command().slice(1)] };
say('building what has none of it');
execFileSync(join(tree, 'erlmcp'), ['--version'], { env: { ...process.env, ...whole.env }, stdio: 'inherit' });

const nodes = [['whole', await startServer(whole)], ['bare', await startServer(bare)]];
const rows = [], costs = [];
try {
    for (const [what, tool] of Object.entries(TOOLS)) {
        const run = async (url, pid, time) => load(['--tool', tool, '--connections', '64', '--warmup', '1s', '--duration', time,
            '--server-pid', String(pid), url]);
        for (const [, node] of nodes) await run(node.url, node.pid, '10s');
        const seen = { whole: [], bare: [] };
        for (let pair = 0; pair < pairs; pair++)
            for (const [name, node] of pair % 2 ? nodes.toReversed() : nodes) {
                const report = await run(node.url, node.pid, duration);
                seen[name].push({ perSecond: report.perSecond, cpu: report.serverCpuMicros });
                say(`${what}: ${name}: ${Math.round(report.perSecond)}/s, core ${report.serverCpuMicros} us`);
            }
        const ratios = key => seen.whole.map((it, i) => it[key] / seen.bare[i][key]).toSorted((a, b) => a - b);
        const spread = values => `${median(values).toFixed(3)} (${values[0].toFixed(3)} to ${values.at(-1).toFixed(3)})`;
        costs.push(1 - median(ratios('perSecond')));
        rows.push([what, Math.round(median(seen.whole.map(it => it.perSecond))),
            Math.round(median(seen.bare.map(it => it.perSecond))), spread(ratios('perSecond')), spread(ratios('cpu'))]);
    }
} finally {
    for (const [, node] of nodes) await node.stop();
}
console.log(`| case | as shipped /s | without /s | calls: shipped / without, ${pairs} pairs | core time: shipped / without |`);
console.log('|---|---|---|---|---|');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
const worst = Math.max(...costs);
console.log(`\nIt costs ${(100 * worst).toFixed(1)} % of the calls at most; the bound is ${100 * MOST} %.`);
process.exit(worst <= MOST ? 0 : 1);
