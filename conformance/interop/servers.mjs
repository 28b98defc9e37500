// Our client against foreign servers.
//   node interop/servers.mjs [--json FILE] CLIENT_COMMAND...        for example: servers.mjs ./erlmcp
// Starts each server, runs `CLIENT_COMMAND list|call TARGET ... --json` and checks what it prints.
// Last line: "N passed, N failed"; exit code 1 when anything failed.
import { spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Matrix, versionOf } from './matrix.mjs';

const script = name => fileURLToPath(new URL(`./servers/${name}.sh`, import.meta.url));
const args = process.argv.slice(2);
const json = args[0] === '--json' ? resolve(args.splice(0, 2)[1]) : undefined;
if (args.length === 0) {
    console.error('usage: servers.mjs [--json FILE] CLIENT_COMMAND...');
    process.exit(2);
}

// ---- What our command line prints with --json. The only part that knows its shape.
const toolsOf = answer => answer.tools;
const resourcesOf = answer => answer.resources;
const promptsOf = answer => answer.prompts;
const resultOf = answer => answer.result ?? answer;
const progressIn = stderr => stderr.split('\n').filter(line => /progress|\d+ ?%|\[#*/.test(line));

const text = answer => resultOf(answer).content.find(block => block.type === 'text')?.text;
const list = verify => ({ words: ['list'], verify });
const call = (tool, pairs, verify, more) => ({ words: ['call', tool, ...pairs], verify, ...more });

const everything = {
    'list': list(a => {
        for (const name of ['echo', 'get-sum', 'get-structured-content'])
            assert.ok(toolsOf(a).some(tool => tool.name === name), `tool ${name} is not listed`);
        assert.ok(resourcesOf(a).length > 0, 'no resource is listed');
        assert.ok(promptsOf(a).some(prompt => prompt.name === 'simple-prompt'), 'prompt is not listed');
    }),
    'call: text': call('echo', ['message=grüße 🎉'], a => assert.equal(text(a), 'Echo: grüße 🎉')),
    'call: numbers': call('get-sum', ['a=40', 'b=2'], a => assert.match(text(a), /\b42\b/)),
    'call: structured output': call('get-structured-content', ['location=New York'],
        a => assert.equal(typeof resultOf(a).structuredContent.temperature, 'number')),
    'call: image': call('get-tiny-image', [],
        a => assert.ok(resultOf(a).content.some(block => block.type === 'image' && block.mimeType === 'image/png'))),
    'progress': call('trigger-long-running-operation', ['duration=1', 'steps=4'], (a, stderr) => {
        assert.match(text(a), /completed/);
        assert.ok(progressIn(stderr).length >= 2, `no progress on stderr: ${stderr}`);
    }),
    'call: unknown tool': call('no-such-tool', [], () => {}, { code: 1 }),
};

const reference = {
    'list': list(a => {
        for (const name of ['echo', 'test_structured_content'])
            assert.ok(toolsOf(a).some(tool => tool.name === name), `tool ${name} is not listed`);
        assert.ok(resourcesOf(a).some(r => r.uri === 'test://static-text'), 'resource is not listed');
        assert.ok(promptsOf(a).some(prompt => prompt.name === 'test_simple_prompt'), 'prompt is not listed');
    }),
    'call: text': call('echo', ['text=grüße 🎉'], a => assert.equal(text(a), 'grüße 🎉')),
    'call: structured output': call('test_structured_content', ['a=2', 'b=40'],
        a => assert.deepEqual(resultOf(a).structuredContent, { sum: 42 })),
    'call: image': call('test_image_content', [], a => assert.equal(resultOf(a).content[0].mimeType, 'image/png')),
    'call: mixed content': call('test_multiple_content_types', [],
        a => assert.deepEqual(resultOf(a).content.map(block => block.type), ['text', 'image', 'resource'])),
    'call: tool error': call('test_error_handling', [], () => {}, { code: 1 }),
    'call: parameter in a header': call('test_x_mcp_header', ['region=grüße'],
        a => assert.equal(text(a), 'region=grüße')),
    'call: 1 MB answer': call('big', ['bytes=1000000'], a => assert.equal(text(a).length, 1_000_000)),
    'progress': call('test_tool_with_progress', [], (a, stderr) =>
        assert.ok(progressIn(stderr).length >= 2, `no progress on stderr: ${stderr}`)),
    'elicit': call('test_input_required_result_elicitation', [], a => assert.equal(text(a), 'Hello, Ada!'),
        { stdin: 'Ada\n' }),
    'call: unknown tool': call('no_such_tool', [], () => {}, { code: 1 }),
};

const matrix = new Matrix('Our client against foreign servers');
const everythingName = `server-everything ${versionOf('@modelcontextprotocol/server-everything')}`;
const referenceName = `TypeScript SDK v2 server ${versionOf('@modelcontextprotocol/server')}`;
await Promise.all([tryServer(everythingName, script('everything'), everything),
    tryServer(referenceName, script('reference'), reference)]);
matrix.finish(json);

async function tryServer(name, file, operations) {
    await tryAll(`${name}, stdio`, { program: [file, 'stdio'] }, operations);
    const server = await startHttp(file);
    try {
        await tryAll(`${name}, HTTP`, { url: server.url }, operations);
    } finally {
        server.child.kill('SIGTERM');
    }
}

async function tryAll(peer, target, operations) {
    for (const [operation, { words, verify, code = 0, stdin }] of Object.entries(operations))
        await matrix.check(peer, operation, async () => {
            const run = await ours(target, words, stdin);
            assert.equal(run.code, code, `exit code ${run.code}, expected ${code}; stderr: ${run.stderr.slice(-400)}`);
            if (code === 0) verify(parse(run.stdout), run.stderr);
        }, 40_000);
}

/** Runs `CLIENT_COMMAND list|call TARGET ...`; a stdio target stands last, after `--`. */
async function ours(target, [command, ...words], stdin = '') {
    const where = target.url ? [target.url] : [];
    const line = [...args, command, ...where, ...words, '--json', ...(target.url ? [] : ['--', ...target.program])];
    const child = spawn(line[0], line.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '', stderr = '';
    child.stdout.setEncoding('utf8').on('data', data => { stdout += data; });
    child.stderr.setEncoding('utf8').on('data', data => { stderr += data; });
    child.stdin.on('error', () => {}).end(stdin); // a client that asks nothing may be gone before it reads
    const timer = setTimeout(() => child.kill('SIGKILL'), 35_000);
    const code = await new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', (status, signal) => done(status ?? signal));
    });
    clearTimeout(timer);
    return { code, stdout, stderr };
}

function parse(stdout) {
    try {
        return JSON.parse(stdout);
    } catch (failure) {
        throw new Error(`stdout is not one JSON value (${failure.message}): ${stdout.slice(0, 300)}`);
    }
}

/** Starts a server over HTTP and waits until it accepts connections at the address that it named. */
async function startHttp(file) {
    const child = spawn(file, ['http', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    const url = await new Promise((done, fail) => {
        child.stderr.setEncoding('utf8').on('data', data => {
            stderr += data;
            const found = /\{"mcp":"([^"]+)"/.exec(stderr);
            if (found) done(found[1]);
        });
        child.on('exit', code => fail(new Error(`${file} ended with ${code}: ${stderr}`)));
    });
    for (let attempt = 0; ; attempt++) {
        try {
            await fetch(url);
            return { child, url };
        } catch (failure) {
            if (attempt === 100) throw new Error(`${url} does not answer: ${failure.message}`);
            await new Promise(done => setTimeout(done, 50));
        }
    }
}
