// Where the time of a call goes: core time of the kernel and of the program, as the kernel counts it for each thread;
// what the program does in it, by the flight recorder's samples, each counted for the innermost frame that is not the JDK's.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, say, startServer } from './processes.mjs';
import { java, root, servers } from './servers.mjs';

const at = process.argv.indexOf('--duration');
const seconds = at < 0 ? 8 : Number.parseInt(process.argv[at + 1], 10);
const WARM = ['20s', '8s']; // the first load of a server, and each one after it
const CASES = [
    { what: 'modern', era: 'modern', tool: 'echo' },
    { what: 'legacy', era: 'legacy', tool: 'echo' },
    { what: 'modern, blocking', era: 'modern', tool: 'echo_blocking' },
];

/** What a frame belongs to; the first that fits. */
const PARTS = [
    ['Netty: epoll, channels, buffers', /^io\.netty\./],
    ['HTTP: heads, checks, bodies', /^io\.erlmcp\.(http|network|transport|tls)\./],
    ['JSON: envelope, parameters, answer', /^(io\.erlmcp\.(json|rpc|wire|protocol)|com\.fasterxml|tools\.jackson)\./],
    ['dispatch: stages, admission, session', /^io\.erlmcp\.(dispatch|session|security|resilience|runtime|task)\./],
    ['tool: lookup, schema, binding, handler', /^io\.erlmcp\.(feature|server|schema|conformance|testing)\./],
    ['metrics and observers', /^io\.erlmcp\.(telemetry|observability|health|andon|guardian)\./],
    ['the rest of ours', /^io\.erlmcp\./],
];
const KERNEL = 'kernel', COLLECTOR = 'collector and compiler', JDK = 'JDK beside all of these: virtual threads, loops';

/** Ticks of a process's threads: of the kernel, and of the program by the kind of thread. */
function ticks(pid) {
    const all = { kernel: 0, java: 0, vm: 0 };
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
        const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        all.kernel += Number(fields[12]);
        all[/^(C[12] Compiler|G1 |GC |VM |Cleaner|Common-Cleaner|JFR )/.test(name) ? 'vm' : 'java'] += Number(fields[11]);
    }
    return all;
}

const microsPerTick = 1e6 / Number(execFileSync('getconf', ['CLK_TCK']).toString());
const jcmd = (pid, ...args) => execFileSync(java('jcmd'), [String(pid), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

/** Microseconds of core time for a call, by part. */
async function measure(server, url, pid, it, warmup, folder) {
    const args = ['--connections', '64', '--era', it.era, '--tool', it.tool];
    await load([...args, '--warmup', '0s', '--duration', warmup, url]);
    const file = join(folder, `${server}-${it.what.replaceAll(/\W+/g, '-')}.jfr`);
    const running = load([...args, '--warmup', '3s', '--duration', `${seconds}s`, '--server-pid', String(pid), url]);
    await new Promise(resolve => setTimeout(resolve, 4000));
    jcmd(pid, 'JFR.start', 'name=profile', `settings=${settings}`);
    const began = performance.now();
    const before = ticks(pid);
    await new Promise(resolve => setTimeout(resolve, (seconds - 2.5) * 1000));
    const after = ticks(pid);
    const micros = (performance.now() - began) * 1000;
    jcmd(pid, 'JFR.stop', 'name=profile', `filename=${file}`);
    const report = await running;
    const calls = report.perSecond * micros / 1e6;
    const each = key => (after[key] - before[key]) * microsPerTick / calls;
    const parts = { [KERNEL]: each('kernel'), [COLLECTOR]: each('vm') };
    const { shares, samples } = sampled(file);
    if (samples === 0) throw new Error(`the flight recorder saw nothing of ${server}`);
    for (const [part, share] of Object.entries(shares)) parts[part] = each('java') * share;
    const all = Object.values(parts).reduce((sum, value) => sum + value, 0);
    say(`${server} ${it.what}: ${Math.round(report.perSecond)}/s, ${all.toFixed(1)} us a call, ${samples} samples`);
    return { ...parts, all, perSecond: report.perSecond };
}

function sampled(file) {
    const text = execFileSync(java('jfr'), ['print', '--json', '--stack-depth', '64', '--events', 'jdk.ExecutionSample', file],
        { maxBuffer: 2 ** 30 });
    const events = JSON.parse(text).recording.events;
    const counts = {};
    for (const { values } of events) {
        const frames = (values.stackTrace?.frames ?? []).map(frame => `${frame.method.type.name.replaceAll('/', '.')}.`);
        const part = frames.map(frame => PARTS.find(([, names]) => names.test(frame))?.[0]).find(it => it) ?? JDK;
        counts[part] = (counts[part] ?? 0) + 1;
    }
    const shares = Object.fromEntries(Object.entries(counts).map(([part, count]) => [part, count / events.length]));
    return { shares, samples: events.length };
}

const [limit, ours] = ['limit', 'erlmcp'].map(name => servers.find(it => it.name === name));
for (const server of [limit, ours]) await server.build();
const folder = mkdtempSync(join(tmpdir(), 'erlmcp-profile-'));
const settings = join(folder, 'settings.jfc');
writeFileSync(settings, `<?xml version="1.0" encoding="UTF-8"?><configuration version="2.0"><event name="jdk.ExecutionSample">
    <setting name="enabled">true</setting><setting name="period">5 ms</setting></event></configuration>`);
const columns = [];
try {
    for (const server of [limit, ours]) {
        const node = await startServer(server);
        try {
            for (const [i, it] of CASES.entries())
                if (server === ours || it.tool === 'echo')
                    columns.push([`${server.name} ${it.what}`,
                        await measure(server.name, node.url, node.pid, it, WARM[Math.min(i, 1)], folder)]);
        } finally {
            await node.stop();
        }
    }
} finally {
    rmSync(folder, { recursive: true, force: true });
}

const rows = [KERNEL, ...PARTS.map(([name]) => name), JDK, COLLECTOR].map(part =>
    [part, ...columns.map(([, parts]) => parts[part] === undefined ? '-' : parts[part].toFixed(2))]);
rows.push(['**all**', ...columns.map(([, parts]) => parts.all.toFixed(2))]);
rows.push(['calls a second', ...columns.map(([, parts]) => Math.round(parts.perSecond).toLocaleString('en'))]);
const git = (...args) => execFileSync('git', ['-C', root, ...args]).toString().trim();
const text = `# Where the time of a call goes

Written by \`benchmarks/profile\` on ${new Date().toISOString().slice(0, 10)}, commit ${git('describe', '--always', '--dirty')}, ${cpus()[0].model.trim()}:
microseconds of core time for a \`tools/call\` over HTTP, 64 connections, the server on one core and the load on another. What the
kernel does is counted by the kernel; the rest is what the flight recorder saw in ${seconds} s, each sample counted for the innermost
frame that is not the JDK's. The limit (benchmarks/README.md) parses nothing: what it has beside the kernel nobody can save.

| part | ${columns.map(([name]) => name).join(' | ')} |
|---|${columns.map(() => '---').join('|')}|
${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}
`;
writeFileSync(join(root, 'docs/performance-profile.md'), text);
process.stdout.write(text);
