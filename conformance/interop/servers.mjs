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

const text = answer => answer.content.find(block => block.type === 'text')?.text;
const LINE = 'This is the content of the static text resource.';

// An operation: the words behind the command, what must be true of the JSON it printed (and of stderr), and `more`:
// `code` for another exit code than 0, `options` and `stdin`.
const list = verify => ({ words: ['list'], verify });
const call = (tool, pairs, verify, more) => ({ words: ['call', tool, ...pairs], verify, ...more });
const read = (uri, verify, more) => ({ words: ['read', uri], verify, ...more });
const prompt = (name, pairs, verify, more) => ({ words: ['prompt', name, ...pairs], verify, ...more });

const names = entries => entries.map(entry => entry.name);
const steps = stderr => stderr.split('\n').filter(line => line.startsWith('progress ')).length;

const everything = {
    'list': list(a => {
        assert.equal(a.revision, '2025-11-25');
        assert.ok(a.server.name, 'the server has no name');
        for (const name of ['echo', 'get-sum', 'get-structured-content'])
            assert.ok(names(a.tools).includes(name), `tool ${name} is not listed`);
        assert.ok(a.resources.length > 0, 'no resource is listed');
        assert.ok(a.resourceTemplates.length > 0, 'no template is listed');
        assert.ok(names(a.prompts).includes('simple-prompt'), 'prompt is not listed');
    }),
    'call: text': call('echo', ['message=grüße 🎉'], a => assert.equal(text(a), 'Echo: grüße 🎉')),
    'call: numbers': call('get-sum', ['a=40', 'b=2'], a => assert.match(text(a), /\b42\b/)),
    'call: structured output': call('get-structured-content', ['location=New York'],
        a => assert.equal(typeof a.structuredContent.temperature, 'number')),
    'call: image': call('get-tiny-image', [],
        a => assert.ok(a.content.some(block => block.type === 'image' && block.mimeType === 'image/png'))),
    'call: tool error': call('get-structured-content', ['location=Nowhere'], a => assert.equal(a.isError, true),
        { code: 1 }),
    'call: unknown tool': call('no-such-tool', [], undefined, { code: 2 }),
    'progress': call('trigger-long-running-operation', ['duration=1', 'steps=4'], (a, stderr) => {
        assert.match(text(a), /completed/);
        assert.ok(steps(stderr) >= 3, `progress on stderr: ${stderr}`);
    }),
    'read: text': read('demo://resource/static/document/features.md',
        a => assert.ok(a.contents[0].text.length > 100, 'the document is short')),
    'read: missing': read('demo://nothing-here', a => assert.ok(a.error.code < 0), { code: 1 }),
    'get: simple': prompt('simple-prompt', [], a => assert.equal(a.messages[0].role, 'user')),
    'get: arguments': prompt('args-prompt', ['city=Paris'], a => assert.match(JSON.stringify(a.messages), /Paris/)),
    'task': call('simulate-research-query', ['topic=owls'], a => assert.match(text(a), /Research Report: owls/)),
    'task: asks': call('simulate-research-query', ['topic=owls', 'ambiguous=true'],
        a => assert.match(text(a), /Clarification\*\*: technical/),
        { options: ['--answers', '{"interpretation":"technical"}'] }),
    'elicit: answered by a task': call('trigger-elicitation-request-async', [], a => {
        assert.match(text(a), /COMPLETED/);
        assert.match(JSON.stringify(a.content), /Task created/);
    }, { options: ['--answers', '{"name":"Ada","favoriteColor":"Red","agreeToTerms":true}'] }),
    'elicit': call('trigger-elicitation-request', [], a => assert.match(JSON.stringify(a.content), /Ada/),
        { options: ['--answers', '{"name":"Ada"}'] }),
};

const reference = {
    'list': list(a => {
        assert.equal(a.revision, '2026-07-28');
        for (const name of ['echo', 'test_structured_content'])
            assert.ok(names(a.tools).includes(name), `tool ${name} is not listed`);
        assert.ok(a.resources.some(r => r.uri === 'test://static-text'), 'resource is not listed');
        assert.equal(a.resourceTemplates[0].uriTemplate, 'test://template/{id}/data');
        assert.ok(names(a.prompts).includes('test_simple_prompt'), 'prompt is not listed');
    }),
    'call: text': call('echo', ['text=grüße 🎉'], a => assert.equal(text(a), 'grüße 🎉')),
    'call: structured output': call('test_structured_content', ['a=2', 'b=40'],
        a => assert.deepEqual(a.structuredContent, { sum: 42 })),
    'call: image': call('test_image_content', [], a => assert.equal(a.content[0].mimeType, 'image/png')),
    'call: mixed content': call('test_multiple_content_types', [],
        a => assert.deepEqual(a.content.map(block => block.type), ['text', 'image', 'resource'])),
    'call: tool error': call('test_error_handling', [], a => assert.equal(a.isError, true), { code: 1 }),
    'call: parameter in a header': call('test_x_mcp_header', ['region=grüße'],
        a => assert.equal(text(a), 'region=grüße')),
    'call: 1 MB answer': call('big', ['bytes=1000000'], a => assert.equal(text(a).length, 1_000_000)),
    'call: unknown tool': call('no_such_tool', [], undefined, { code: 2 }),
    'progress': call('test_tool_with_progress', [], (a, stderr) =>
        assert.ok(steps(stderr) >= 2, `progress on stderr: ${stderr}`)),
    'read: text': read('test://static-text', a => assert.equal(a.contents[0].text, LINE)),
    'read: template': read('test://template/7/data', a => assert.equal(JSON.parse(a.contents[0].text).id, '7')),
    'read: missing': read('test://nothing-here', a => assert.equal(a.error.code, -32602), { code: 1 }),
    'get: arguments': prompt('test_prompt_with_arguments', ['arg1=hello', 'arg2=world'],
        a => assert.equal(a.messages[0].content.text, "Prompt with arguments: arg1='hello', arg2='world'")),
    'elicit: given answers': call('test_input_required_result_elicitation', [],
        a => assert.equal(text(a), 'Hello, Ada!'), { options: ['--answers', '{"name":"Ada"}'] }),
    'elicit: typed': call('test_input_required_result_elicitation', [],
        a => assert.equal(text(a), 'Hello, Ada!'), { options: ['--answers', '-'], stdin: 'Ada\n' }),
    'elicit: several rounds': call('test_input_required_result_multi_round', [],
        a => assert.equal(text(a), 'Ada likes blue'), { options: ['--answers', '{"name":"Ada","color":"blue"}'] }),
    'elicit: in a prompt': prompt('test_input_required_result_prompt', [],
        a => assert.equal(a.messages[0].content.text, 'Context: here'),
        { options: ['--answers', '{"context":"here"}'] }),
};

const ofEra = (era, revision) => Object.fromEntries(['call: text', 'progress', 'read: text', 'get: arguments',
    'elicit: given answers'].map(key => [key, inEra(era, reference[key])]).concat([['list',
    inEra(era, list(a => assert.equal(a.revision, revision)))]]));
const inEra = (era, operation) => ({ ...operation, options: ['--era', era, ...operation.options ?? []] });

const matrix = new Matrix('Our client against foreign servers');
const everythingName = `server-everything ${versionOf('@modelcontextprotocol/server-everything')}`;
const referenceName = `TypeScript SDK v2 server ${versionOf('@modelcontextprotocol/server')}`;
const gatewayName = `supergateway ${versionOf('supergateway')} before server-everything`;
await Promise.all([tryServer(everythingName, script('everything'), { auto: everything }),
    tryServer(referenceName, script('reference'), { auto: reference, legacy: ofEra('legacy', '2025-11-25'),
        modern: ofEra('modern', '2026-07-28') })]);
await tryOver(`${everythingName}, HTTP+SSE`, script('everything'), 'sse', everything);
// The gateway puts a prefix before the ids of answers too, so that its child never gets those to its own questions.
const { elicit, 'task: asks': asks, 'elicit: answered by a task': byTask, ...withoutQuestions } = everything;
await tryOver(`${gatewayName}, WebSocket`, script('supergateway'), 'ws', withoutQuestions);
matrix.finish(json);

async function tryServer(name, file, eras) {
    const server = await startHttp(file);
    try {
        for (const [era, operations] of Object.entries(eras)) {
            await Promise.all([tryAll(`${name} ${era}, HTTP`, { url: server.url }, operations),
                tryAll(`${name} ${era}, stdio`, { program: [file, 'stdio'] }, operations)]);
        }
    } finally {
        server.child.kill('SIGTERM');
    }
}

/** What has one transport and one era only. */
async function tryOver(name, file, mode, operations) {
    const server = await startHttp(file, mode);
    try {
        await tryAll(name, { url: server.url }, operations);
    } finally {
        server.child.kill('SIGTERM');
    }
}

async function tryAll(peer, target, operations) {
    for (const [operation, { verify, code = 0, ...rest }] of Object.entries(operations))
        await matrix.check(peer, operation, async () => {
            const run = await ours(target, rest);
            assert.equal(run.code, code, `exit code ${run.code}, expected ${code}; stderr: ${run.stderr.slice(-400)}`);
            verify?.(parse(run.stdout), run.stderr);
        }, 40_000);
}

/** Runs `CLIENT_COMMAND list|call|... TARGET ...`; a stdio target stands last, after `--`. */
async function ours(target, { words: [command, ...words], options = [], stdin = '' }) {
    const where = target.url ? [target.url] : [];
    const line = [...args, command, '--json', ...options, ...where, ...words,
        ...(target.url ? [] : ['--', ...target.program])];
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

/** Starts a server on the network and waits until it accepts connections at the address that it named. */
async function startHttp(file, mode = 'http') {
    const child = spawn(file, [mode, '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    const url = await new Promise((done, fail) => {
        child.stderr.setEncoding('utf8').on('data', data => {
            stderr += data;
            const found = /\{"mcp":"([^"]+)"/.exec(stderr);
            if (found) done(found[1]);
        });
        child.on('exit', code => fail(new Error(`${file} ended with ${code}: ${stderr}`)));
    });
    const limit = Date.now() + 60_000;
    for (;;) {
        try {
            await (await fetch(url.replace(/^ws/, 'http'))).body?.cancel();
            return { child, url };
        } catch (failure) {
            if (Date.now() > limit) throw new Error(`${url} does not answer: ${failure.message}`);
            await new Promise(done => setTimeout(done, 50));
        }
    }
}
