// The MCP Inspector's command line against our fixture: one process per operation.
import { spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionOf } from './matrix.mjs';

const launcher = fileURLToPath(
    new URL('../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url));
const scratch = fileURLToPath(new URL('../../.build/inspector/', import.meta.url));
const call = (tool, ...args) => ['tools/call', '--tool-name', tool, ...(args.length ? ['--tool-arg', ...args] : [])];
const text = answer => answer.result.content[0].text;

const checks = {
    'initialize': [['initialize'], (a, era) => assert.equal(a.result.protocolVersion,
        era === 'legacy' ? '2025-11-25' : '2026-07-28')],
    'list tools': [['tools/list'], a => assert.ok(a.result.tools.some(t => t.name === 'test_simple_text'))],
    'list resources': [['resources/list'],
        a => assert.ok(a.result.resources.some(r => r.uri === 'test://static-text'))],
    'list templates': [['resources/templates/list'],
        a => assert.ok(a.result.resourceTemplates.some(t => t.uriTemplate === 'test://template/{id}/data'))],
    'list prompts': [['prompts/list'], a => assert.ok(a.result.prompts.some(p => p.name === 'test_simple_prompt'))],
    'call: text': [call('test_simple_text'),
        a => assert.equal(text(a), 'This is a simple text response for testing.')],
    'call: arguments, Unicode': [call('echo', 'text=grüße 🎉'), a => assert.equal(text(a), 'grüße 🎉')],
    'call: image': [call('test_image_content'), a => assert.equal(a.result.content[0].mimeType, 'image/png')],
    'call: tool error': [call('test_error_handling'), a => assert.equal(a.result.isError, true), 5],
    'call: structured output': [call('test_structured_content', 'a=2', 'b=40'),
        a => assert.deepEqual(a.result.structuredContent, { sum: 42 })],
    'read: text': [['resources/read', '--uri', 'test://static-text'],
        a => assert.equal(a.result.contents[0].text, 'This is the content of the static text resource.')],
    'get: arguments': [['prompts/get', '--prompt-name', 'test_prompt_with_arguments', '--prompt-args', 'arg1=hello',
        'arg2=world'], a => assert.equal(a.result.messages[0].content.text,
        "Prompt with arguments: arg1='hello', arg2='world'")],
    'logging': [['logging/setLevel', '--log-level', 'debug'], () => {}],
};
const overStdio = ['initialize', 'list tools', 'call: arguments, Unicode', 'read: text', 'get: arguments'];

/** Runs the Inspector in each of its three eras. */
export async function inspectorChecks(matrix, target) {
    const version = versionOf('@modelcontextprotocol/inspector');
    const work = [];
    for (const era of ['legacy', 'auto', 'modern']) {
        const peer = `Inspector CLI ${version} ${era}, ${target.url ? 'HTTP' : 'stdio'}`;
        for (const [operation, [args, verify, code = 0]] of Object.entries(checks)) {
            if (operation === 'logging' && era !== 'legacy') continue; // not a method of the modern era
            if (!target.url && !overStdio.includes(operation)) continue;
            work.push(() => matrix.check(peer, operation, async () => {
                const answer = await inspect(target, era, args, code);
                verify(answer, era);
            }, 60_000));
        }
    }
    const lane = async () => { while (work.length > 0) await work.shift()(); };
    await Promise.all([lane(), lane()]);
}

async function inspect(target, era, method, expectedCode) {
    const where = target.url ? [target.url, '--transport', 'http']
        : ['--config', configFor(target), '--server', 'fixture'];
    const child = spawn(process.execPath, [launcher, '--cli', ...where, '--protocol-era', era, '--format', 'json',
        '--method', ...method], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', err = '';
    child.stdout.setEncoding('utf8').on('data', data => { out += data; });
    child.stderr.setEncoding('utf8').on('data', data => { err += data; });
    const timer = setTimeout(() => child.kill('SIGKILL'), 50_000);
    const code = await new Promise(resolve => child.on('close', (status, signal) => resolve(status ?? signal)));
    clearTimeout(timer);
    assert.equal(code, expectedCode, `exit code ${code}: ${err.trim().slice(0, 400)}`);
    return JSON.parse(out.trim().split('\n')[0]);
}

const written = new Set();

// Written once: another Inspector may be reading it.
function configFor({ command, args, cwd }) {
    const fixture = { type: 'stdio', command, args, ...(cwd && { cwd }) };
    const text = JSON.stringify({ mcpServers: { fixture } });
    written.add(text);
    const file = join(scratch, `servers-${process.pid}-${[...written].indexOf(text)}.json`);
    if (!existsSync(file)) {
        mkdirSync(scratch, { recursive: true });
        writeFileSync(file, text);
    }
    return file;
}
