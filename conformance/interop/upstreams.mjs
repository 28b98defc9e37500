// The node in front of foreign servers: every tool listed, one of each called, in both eras.
//   node interop/upstreams.mjs [--json FILE] ERLMCP           for example: upstreams.mjs ./erlmcp
// Starts one node whose upstream servers are npm packages and a server on the TypeScript SDK v2, and runs
// `ERLMCP list|call URL --era .. --json` against it. Last line: "N passed, N failed"; exit code 1 when anything failed.
import { spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Matrix, versionOf } from './matrix.mjs';

const args = process.argv.slice(2);
const json = args[0] === '--json' ? resolve(args.splice(0, 2)[1]) : undefined;
if (args.length !== 1) {
    console.error('usage: upstreams.mjs [--json FILE] ERLMCP');
    process.exit(2);
}
const erlmcp = resolve(args[0]);
const file = path => fileURLToPath(new URL(path, import.meta.url));
const npm = name => file(`../node_modules/@modelcontextprotocol/${name}/dist/index.js`);
const folder = mkdtempSync(join(tmpdir(), 'upstreams-'));
writeFileSync(join(folder, 'hello.txt'), 'grüße');

const text = answer => answer.content.find(block => block.type === 'text')?.text;

// What each server is started with, a tool that is called with its arguments, and what must be true of the answer.
const servers = {
    everything: {
        command: [process.execPath, npm('server-everything'), 'stdio'],
        peer: `server-everything ${versionOf('@modelcontextprotocol/server-everything')}`,
        call: ['echo', ['message=grüße'], a => assert.equal(text(a), 'Echo: grüße')],
    },
    filesystem: {
        command: [process.execPath, npm('server-filesystem'), folder],
        peer: `server-filesystem ${versionOf('@modelcontextprotocol/server-filesystem')}`,
        call: ['read_text_file', [`path=${join(folder, 'hello.txt')}`], a => assert.equal(text(a), 'grüße')],
    },
    memory: {
        command: [process.execPath, npm('server-memory')],
        environment: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
        peer: `server-memory ${versionOf('@modelcontextprotocol/server-memory')}`,
        call: ['read_graph', [], a => assert.deepEqual(JSON.parse(text(a)), { entities: [], relations: [] })],
    },
    thinking: {
        command: [process.execPath, npm('server-sequential-thinking')],
        peer: `server-sequential-thinking ${versionOf('@modelcontextprotocol/server-sequential-thinking')}`,
        call: ['sequentialthinking',
            ['thought=first', 'nextThoughtNeeded=false', 'thoughtNumber=1', 'totalThoughts=1'],
            a => assert.match(text(a), /"thoughtNumber": 1/)],
    },
    reference: {
        command: [file('./servers/reference.sh'), 'stdio'],
        peer: `TypeScript SDK ${versionOf('@modelcontextprotocol/server')}, modern`,
        call: ['echo', ['text=grüße'], a => assert.match(text(a), /grüße/)],
    },
};

const yaml = ['upstreams:'];
for (const [name, server] of Object.entries(servers)) {
    yaml.push(`  ${name}:`, `    command: ${JSON.stringify(server.command)}`, '    always_prefix: true',
        '    inherit: [PATH, HOME]');
    if (server.environment) yaml.push(`    environment: ${JSON.stringify(server.environment)}`);
}
const config = join(folder, 'erlmcp.yaml');
writeFileSync(config, yaml.join('\n') + '\n');

/** Runs the command line and gives its JSON. */
async function run(words, wanted = 0) {
    const child = spawn(erlmcp, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', data => { stdout += data; });
    child.stderr.setEncoding('utf8').on('data', data => { stderr += data; });
    const code = await new Promise(done => child.on('close', done));
    assert.equal(code, wanted, `exit code ${code}: ${stderr.slice(0, 400)}`);
    return JSON.parse(stdout);
}

const node = spawn(erlmcp, ['serve', '--config', config, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
let log = '';
const ready = await new Promise((done, fail) => {
    node.stderr.setEncoding('utf8').on('data', data => {
        log += data;
        const found = /erlmcp ready (\{.*\})/.exec(log);
        if (found) done(JSON.parse(found[1]));
    });
    node.on('exit', code => fail(new Error(`the node ended with ${code}: ${log}`)));
});

const matrix = new Matrix('the node in front of foreign servers');
const states = async () => (await (await fetch(new URL('/upstreams', ready.admin))).json()).upstreams;
const limit = Date.now() + 60_000;
while ((await states()).some(it => it.state !== 'up') && Date.now() < limit)
    await new Promise(done => setTimeout(done, 100));

for (const it of await states()) {
    const name = it.component.split('/')[1];
    const server = servers[name];
    await matrix.check(server.peer, 'is there', async () => assert.equal(it.state, 'up', JSON.stringify(it)));
}
for (const era of ['legacy', 'modern']) {
    const listed = await run(['list', ready.mcp, '--era', era, '--json']).catch(failure => ({ failure }));
    for (const [name, server] of Object.entries(servers)) {
        const [tool, pairs, verify] = server.call;
        await matrix.check(server.peer, `${era}: list`, async () => {
            if (listed.failure) throw listed.failure;
            const own = (await states()).find(it => it.component === `upstreams/${name}`);
            const named = all => all.tools.map(it => it.name).filter(it => it.startsWith(`${name}_`));
            let names = named(listed);
            // it may have listed its tools again between the two looks
            if (names.length !== own.tools) names = named(await run(['list', ready.mcp, '--era', era, '--json']));
            assert.equal(names.length, own.tools);
            assert.ok(names.includes(`${name}_${tool}`), `${tool} is not listed: ${names}`);
        }, 30_000);
        await matrix.check(server.peer, `${era}: call`, async () =>
            verify(await run(['call', ready.mcp, `${name}_${tool}`, ...pairs, '--era', era, '--json'])), 30_000);
    }
}
node.removeAllListeners('exit');
node.kill();
await new Promise(done => node.on('exit', done));
if (matrix.count.failed > 0) console.log(log.split('\n').slice(-30).join('\n'));
matrix.finish(json);
