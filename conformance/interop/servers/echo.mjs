// A small stdio server, legacy era, without a library: echo.mjs [--nap SECONDS] [--escape] [--record FILE] [--takes MS]
// It has a child of its own that sleeps; with --escape that child leaves the process group and drops its environment.
// With --record FILE each call that runs is a line there (when it began, its text), before it is answered; with
// --takes MS it is answered so much later, and others meanwhile. With --idempotent echo says that it may be repeated.
// Tools: echo {text}; spin {} never answers and burns a processor; leak {} allocates until it dies; die {} dies.
// With --silent-while FILE its tools are not answered while FILE is there.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const args = process.argv.slice(2);
const option = (name, otherwise) => args.includes(name) ? args[args.indexOf(name) + 1] : otherwise;
const nap = option('--nap', '1000');
const silence = option('--silent-while', '');
const record = option('--record', '');
const takes = Number(option('--takes', '0'));
if (args.includes('--escape'))
    spawn('env', ['-i', '/usr/bin/setsid', '/bin/sleep', nap], { stdio: 'ignore', detached: true }).unref();
else
    spawn('sleep', [nap], { stdio: 'ignore' }).unref();

const object = (properties = {}) => ({ type: 'object', properties });
const tools = [
    { name: 'echo', description: 'Says it again', inputSchema: object({ text: { type: 'string' } }),
        ...args.includes('--idempotent') && { annotations: { idempotentHint: true } } },
    { name: 'look', description: 'Says it again, and only reads', inputSchema: object({ text: { type: 'string' } }),
        annotations: { readOnlyHint: true } },
    { name: 'spin', description: 'Burns a processor', inputSchema: object() },
    { name: 'leak', description: 'Allocates until it dies', inputSchema: object() },
    { name: 'die', description: 'Dies', inputSchema: object() },
];
const kept = [];
const methods = {
    'initialize': () => ({ protocolVersion: '2025-11-25', capabilities: { tools: {} },
        serverInfo: { name: 'echo', version: '1' } }),
    'ping': () => ({}),
    'tools/list': () => ({ tools }),
    'tools/call': ({ name, arguments: given }) => {
        if (record) appendFileSync(record, `${new Date().toISOString()} ${given.text}\n`);
        switch (name) {
            case 'spin': for (;;) ;
            case 'leak': for (;;) kept.push(new Array(100_000).fill(kept.length));
            case 'die': process.kill(process.pid, 'SIGKILL'); return {};
            default: return { content: [{ type: 'text', text: String(given.text) }] };
        }
    },
};

createInterface({ input: process.stdin }).on('line', line => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    if (method === 'tools/call' && silence && existsSync(silence)) return;
    const known = methods[method];
    const answer = known ? { result: known(params) } : { error: { code: -32601, message: `no method ${method}` } };
    const say = () => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\n');
    if (takes && method === 'tools/call') setTimeout(say, takes);
    else say();
}).on('close', () => process.exit(0));
