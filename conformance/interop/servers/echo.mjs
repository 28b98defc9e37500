// A small stdio server, legacy era, without a library: echo.mjs [--nap SECONDS] [--escape]
// It has a child of its own that sleeps; with --escape that child leaves the process group and drops its environment.
// Tools: echo {text}; spin {} never answers and burns a processor; leak {} allocates until it dies; die {} dies.
// With --silent-while FILE its tools are not answered while FILE is there.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const args = process.argv.slice(2);
const nap = args.includes('--nap') ? args[args.indexOf('--nap') + 1] : '1000';
const silence = args.includes('--silent-while') ? args[args.indexOf('--silent-while') + 1] : '';
if (args.includes('--escape'))
    spawn('env', ['-i', '/usr/bin/setsid', '/bin/sleep', nap], { stdio: 'ignore', detached: true }).unref();
else
    spawn('sleep', [nap], { stdio: 'ignore' }).unref();

const object = (properties = {}) => ({ type: 'object', properties });
const tools = [
    { name: 'echo', description: 'Says it again', inputSchema: object({ text: { type: 'string' } }) },
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
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\n');
}).on('close', () => process.exit(0));
