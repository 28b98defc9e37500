// Everything a TypeScript SDK client offers, tried on our fixture. One function per operation; each asserts content.
import assert from 'node:assert/strict';
import { ResultSchema as AnyResult } from '@modelcontextprotocol/sdk/types.js';

const text = result => result.content.find(block => block.type === 'text')?.text;
const PNG_START = 'iVBORw0KGgo';
const WATCHED = 'test://watched-resource';

export const toolNames = ['test_simple_text', 'test_image_content', 'test_audio_content', 'test_embedded_resource',
    'test_multiple_content_types', 'test_error_handling', 'test_tool_with_progress', 'test_tool_with_logging',
    'test_sampling', 'test_elicitation', 'test_input_required_result_elicitation', 'echo', 'sleep',
    'emit', 'big', 'whoami'];
const promptNames = ['test_simple_prompt', 'test_prompt_with_arguments', 'test_prompt_with_embedded_resource',
    'test_prompt_with_image'];

/** Resolves when `ready()` is true; rejects with `what` after `limitMillis`. */
async function until(ready, what, limitMillis = 14_000) {
    const end = performance.now() + limitMillis;
    while (!ready()) {
        if (performance.now() > end) throw new Error(`${what} did not arrive within ${limitMillis} ms`);
        await new Promise(resolve => setTimeout(resolve, 10));
    }
}

async function errorOf(promise) {
    try {
        const result = await promise;
        throw new Error(`answered instead of failing: ${JSON.stringify(result).slice(0, 300)}`);
    } catch (failure) {
        return failure;
    }
}

async function requireTool(s, name) {
    const { tools } = await s.client.listTools();
    assert.ok(tools.some(tool => tool.name === name), `the fixture lists no tool ${name}`);
}

export const checks = {
    async 'list tools'(s) {
        const { tools } = await s.client.listTools();
        const names = tools.map(tool => tool.name);
        for (const name of toolNames) assert.ok(names.includes(name), `tool ${name} is not listed`);
        assert.equal(new Set(names).size, names.length, 'a tool is listed twice');
        for (const tool of tools) {
            assert.equal(tool.inputSchema.type, 'object', `${tool.name}: inputSchema.type`);
            assert.ok(tool.description, `${tool.name} has no description`);
        }
        assert.deepEqual(tools.find(t => t.name === 'echo').inputSchema.required, ['text'], 'echo: required');
    },
    async 'list resources'(s) {
        const { resources } = await s.client.listResources();
        for (const uri of ['test://static-text', 'test://static-binary', WATCHED])
            assert.ok(resources.some(r => r.uri === uri && r.name), `resource ${uri} is not listed`);
    },
    async 'list templates'(s) {
        const { resourceTemplates } = await s.client.listResourceTemplates();
        assert.ok(resourceTemplates.some(t => t.uriTemplate === 'test://template/{id}/data'), 'template is not listed');
    },
    async 'list prompts'(s) {
        const { prompts } = await s.client.listPrompts();
        for (const name of promptNames) assert.ok(prompts.some(p => p.name === name), `prompt ${name} is not listed`);
        const args = prompts.find(p => p.name === 'test_prompt_with_arguments').arguments;
        assert.deepEqual(args.map(a => [a.name, a.required]), [['arg1', true], ['arg2', true]]);
    },
    async 'call: text'(s) {
        const result = await s.call('test_simple_text');
        assert.deepEqual(result.content.map(b => [b.type, b.text]),
            [['text', 'This is a simple text response for testing.']]);
        assert.ok(!result.isError);
    },
    async 'call: arguments, Unicode'(s) {
        for (const value of ['hi', '', 'äß 🎉 \u2028 "quoted" \\ \n\t', 'x'.repeat(10_000)])
            assert.equal(text(await s.call('echo', { text: value })), value);
    },
    async 'call: image'(s) {
        const [block] = (await s.call('test_image_content')).content;
        assert.equal(block.type, 'image');
        assert.equal(block.mimeType, 'image/png');
        assert.ok(block.data.startsWith(PNG_START), 'not a PNG');
    },
    async 'call: audio'(s) {
        const [block] = (await s.call('test_audio_content')).content;
        assert.equal(block.type, 'audio');
        assert.ok(Buffer.from(block.data, 'base64').toString('latin1').startsWith('RIFF'), 'not a WAV');
    },
    async 'call: embedded resource'(s) {
        const [block] = (await s.call('test_embedded_resource')).content;
        assert.equal(block.resource.uri, 'test://embedded-resource');
        assert.equal(block.resource.text, 'This is an embedded resource content.');
    },
    async 'call: mixed content'(s) {
        const { content } = await s.call('test_multiple_content_types');
        assert.deepEqual(content.map(b => b.type), ['text', 'image', 'resource']);
        assert.deepEqual(JSON.parse(content[2].resource.text), { test: 'data', value: 123 });
    },
    async 'call: tool error'(s) {
        const result = await s.call('test_error_handling');
        assert.equal(result.isError, true);
        assert.match(text(result), /This tool intentionally returns an error for testing/);
    },
    async 'call: structured output'(s) {
        await requireTool(s, 'test_structured_content');
        const { tools } = await s.client.listTools();
        assert.ok(tools.find(t => t.name === 'test_structured_content').outputSchema.properties.sum, 'outputSchema');
        const result = await s.call('test_structured_content', { a: 2, b: 40 });
        assert.deepEqual(result.structuredContent, { sum: 42 });
        assert.deepEqual(JSON.parse(text(result)), { sum: 42 });
    },
    async 'call: unknown tool'(s) {
        const failure = await errorOf(s.call('no_such_tool', {}));
        assert.equal(failure.code, -32602, failure.message);
    },
    async 'call: invalid arguments'(s) {
        const result = await s.call('echo', {});
        assert.equal(result.isError, true, `answered ${JSON.stringify(result)}`);
    },
    async 'call: 1 MB answer'(s) {
        assert.equal(text(await s.call('big', { bytes: 1_000_000 })).length, 1_000_000);
    },
    async 'call: 20 at once'(s) {
        const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => s.call('echo', { text: `n${i}` })));
        assert.deepEqual(answers.map(text), Array.from({ length: 20 }, (_, i) => `n${i}`));
    },
    async 'progress'(s) {
        const called = [];
        s.progressOnWire.length = 0;
        await s.call('test_tool_with_progress', undefined, { onprogress: p => called.push(p.progress) });
        assert.deepEqual(s.progressOnWire.map(p => [p.progress, p.total]), [[0, 100], [50, 100], [100, 100]]);
        // The SDKs drop callbacks for notifications that arrive together with the answer, so only their order is certain.
        assert.ok(called.every((value, i) => [0, 50, 100].includes(value) && (i === 0 || value > called[i - 1])), called);
    },
    async 'progress: 50 notifications'(s) {
        s.progressOnWire.length = 0;
        assert.ok(text(await s.call('emit', { n: 50, bytes: 100 }, { onprogress() {} })));
        const seen = s.progressOnWire.map(p => p.progress);
        assert.equal(seen.length, 50);
        assert.ok(seen.every((value, i) => i === 0 || value > seen[i - 1]), 'progress did not increase');
    },
    async 'cancel'(s) {
        const control = new AbortController();
        const call = s.call('sleep', { ms: 20_000 }, { signal: control.signal, timeout: 30_000 });
        setTimeout(() => control.abort('enough'), 300);
        const started = performance.now();
        await errorOf(call);
        assert.ok(performance.now() - started < 3000, 'the aborted call went on');
        assert.equal(text(await s.call('echo', { text: 'after' })), 'after');
    },
    async 'time-out at the client'(s) {
        await errorOf(s.call('sleep', { ms: 20_000 }, { timeout: 300 }));
        assert.equal(text(await s.call('echo', { text: 'after' })), 'after');
    },
    async 'read: text'(s) {
        const { contents } = await s.client.readResource({ uri: 'test://static-text' });
        assert.deepEqual(contents.map(c => [c.uri, c.mimeType, c.text]), [['test://static-text', 'text/plain',
            'This is the content of the static text resource.']]);
    },
    async 'read: binary'(s) {
        const { contents: [content] } = await s.client.readResource({ uri: 'test://static-binary' });
        assert.equal(content.mimeType, 'image/png');
        assert.ok(content.blob.startsWith(PNG_START), 'not a PNG');
    },
    async 'read: template'(s) {
        const { contents: [content] } = await s.client.readResource({ uri: 'test://template/123/data' });
        assert.equal(content.uri, 'test://template/123/data');
        assert.match(content.text, /123/);
    },
    async 'read: missing'(s) {
        const failure = await errorOf(s.client.readResource({ uri: 'test://nothing-here' }));
        const codes = s.era === 'modern' ? [-32602] : [-32002, -32602];
        assert.ok(codes.includes(failure.code), `code ${failure.code}: ${failure.message}`);
    },
    async 'get: simple'(s) {
        const { messages } = await s.client.getPrompt({ name: 'test_simple_prompt' });
        assert.deepEqual(messages.map(m => [m.role, m.content.text]),
            [['user', 'This is a simple prompt for testing.']]);
    },
    async 'get: arguments'(s) {
        const { messages } = await s.client.getPrompt({ name: 'test_prompt_with_arguments',
            arguments: { arg1: 'hello', arg2: 'world' } });
        assert.equal(messages[0].content.text, "Prompt with arguments: arg1='hello', arg2='world'");
    },
    async 'get: embedded resource and image'(s) {
        const embedded = await s.client.getPrompt({ name: 'test_prompt_with_embedded_resource',
            arguments: { resourceUri: 'test://static-text' } });
        assert.equal(embedded.messages[0].content.resource.uri, 'test://static-text');
        const image = await s.client.getPrompt({ name: 'test_prompt_with_image' });
        assert.ok(image.messages[0].content.data.startsWith(PNG_START), 'not a PNG');
    },
    async 'get: missing'(s) {
        assert.equal((await errorOf(s.client.getPrompt({ name: 'no_such_prompt' }))).code, -32602);
        assert.equal((await errorOf(s.client.getPrompt({ name: 'test_prompt_with_arguments', arguments: {} }))).code,
            -32602);
    },
    async 'complete'(s) {
        const { completion } = await s.client.complete({ argument: { name: 'arg1', value: 'par' },
            ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' } });
        assert.ok(completion.values.length > 0 && completion.values.every(value => value.startsWith('par')),
            JSON.stringify(completion));
    },
    async 'elicit: accept'(s) {
        const asked = [];
        s.onElicit = params => {
            asked.push(params);
            return { action: 'accept', content: s.era === 'modern' ? { name: 'Ada' }
                : { username: 'ada', email: 'ada@example.com' } };
        };
        if (s.era === 'modern') {
            assert.equal(text(await s.call('test_input_required_result_elicitation')), 'Hello, Ada!');
        } else {
            const answer = text(await s.call('test_elicitation', { message: 'Who are you?' }));
            assert.match(answer, /^User response: /);
            assert.match(answer, /ada@example\.com/);
            assert.equal(asked[0].message, 'Who are you?');
        }
        assert.equal(asked.length, 1);
        assert.equal(asked[0].requestedSchema.type, 'object');
    },
    async 'elicit: decline'(s) {
        s.onElicit = () => ({ action: 'decline' });
        if (s.era === 'legacy') {
            assert.match(text(await s.call('test_elicitation', { message: 'Who?' })), /decline/);
        } else {
            const result = await s.call('test_input_required_result_elicitation').catch(failure => failure);
            assert.doesNotMatch(JSON.stringify(result), /Hello, /);
        }
        assert.equal(text(await s.call('echo', { text: 'after' })), 'after');
    },
    async 'sampling'(s) {
        const tool = s.era === 'modern' ? 'test_input_required_result_sampling' : 'test_sampling';
        assert.match(text(await s.call(tool, s.era === 'modern' ? undefined : { prompt: 'Capital?' })), /Paris/);
    },
    async 'roots'(s) {
        assert.match(text(await s.call('test_input_required_result_list_roots')), /file:\/\/\/interop/);
    },
};

export const legacyChecks = {
    async 'ping'(s) { assert.deepEqual(await s.client.ping(), {}); },
    async 'logging'(s) {
        await s.client.setLoggingLevel('debug');
        s.logs.length = 0;
        await s.call('test_tool_with_logging');
        await until(() => s.logs.length >= 3, 'the third log message');
        assert.deepEqual(s.logs.map(l => [l.level, typeof l.data === 'string' ? l.data : JSON.stringify(l.data)]),
            ['Tool execution started', 'Tool processing data', 'Tool execution completed'].map(line => ['info', line]));
    },
    async 'logging: level filters'(s) {
        await s.client.setLoggingLevel('error');
        s.logs.length = 0;
        await s.call('test_tool_with_logging');
        await s.call('echo', { text: 'flush' });
        assert.equal(s.logs.length, 0, 'info messages came at level error');
    },
    async 'subscribe, updated, unsubscribe'(s) {
        await requireTool(s, 'test_trigger_resource_update');
        await s.client.subscribeResource({ uri: WATCHED });
        s.updated.length = 0;
        await s.call('test_trigger_resource_update');
        await until(() => s.updated.includes(WATCHED), 'resources/updated');
        assert.deepEqual(await s.client.unsubscribeResource({ uri: WATCHED }), {});
    },
    async 'list changed'(s) {
        await requireTool(s, 'test_trigger_tool_change');
        s.toolChanges = 0;
        await s.call('test_trigger_tool_change');
        await until(() => s.toolChanges > 0, 'tools/list_changed');
    },
};

/** What only v1 has: calls that run as tasks, asked for by the client. */
export const taskChecks = {
    async 'task: result'(s) {
        const seen = await stream(s, 'slow_compute', { seconds: 0.2 }, { task: { ttl: 60_000 } });
        assert.equal(seen[0].type, 'taskCreated');
        assert.equal(seen[0].task.ttl, 60_000);
        assert.match(text(seen.at(-1).result), /^Computed for 0.2 seconds/);
        const { taskId } = seen[0].task;
        assert.equal((await s.client.experimental.tasks.getTask(taskId)).status, 'completed');
        const again = await s.client.experimental.tasks.getTaskResult(taskId, AnyResult);
        assert.equal(again._meta['io.modelcontextprotocol/related-task'].taskId, taskId);
    },
    async 'task: asks the user'(s) {
        const asked = [];
        s.onElicit = params => {
            asked.push(params);
            return { action: 'accept', content: { confirm: true } };
        };
        const seen = await stream(s, 'confirm_delete', {}, { task: {} });
        assert.equal(text(seen.at(-1).result), 'Deleted');
        assert.equal(asked.length, 1);
        assert.ok(asked[0]._meta['io.modelcontextprotocol/related-task'].taskId, 'the question names no task');
    },
    async 'task: a tool that is a task only'(s) {
        await s.client.listTools();
        const failure = await errorOf(s.client.request({ method: 'tools/call',
            params: { name: 'failing_job', arguments: {} } }, AnyResult));
        assert.equal(failure.code, -32601, failure.message);
        const seen = await stream(s, 'failing_job', {}, {});
        assert.equal(seen[0].type, 'taskCreated');
        assert.equal(seen.findLast(message => message.type === 'taskStatus').task.status, 'failed');
    },
    async 'task: no task of a tool that is none'(s) {
        const failure = await errorOf(s.client.request({ method: 'tools/call',
            params: { name: 'greet', arguments: { name: 'Ada' }, task: {} } }, AnyResult));
        assert.equal(failure.code, -32601, failure.message);
    },
    async 'task: cancel and list'(s) {
        const { tasks } = s.client.experimental;
        const created = await s.client.request({ method: 'tools/call',
            params: { name: 'slow_compute', arguments: { seconds: 600 }, task: {} } }, AnyResult);
        const { taskId } = created.task;
        assert.ok((await tasks.listTasks()).tasks.some(task => task.taskId === taskId), 'the task is not listed');
        assert.equal((await tasks.cancelTask(taskId)).status, 'cancelled');
        assert.equal((await tasks.getTask(taskId)).status, 'cancelled');
        assert.equal((await errorOf(tasks.cancelTask(taskId))).code, -32602);
        assert.equal((await errorOf(tasks.getTask('never-issued'))).code, -32602);
    },
};

/** Everything that comes of a call as a task. */
async function stream(s, name, args, options) {
    const seen = [];
    for await (const message of s.client.experimental.tasks.callToolStream({ name, arguments: args }, undefined, options))
        seen.push(message);
    return seen;
}

export const modernChecks = {
    async 'discover'(s) {
        const found = s.client.getDiscoverResult() ?? await s.client.discover();
        assert.ok(found.supportedVersions.includes('2026-07-28'), JSON.stringify(found));
        assert.equal(s.version, '2026-07-28');
    },
    async 'logging: only when asked for'(s) {
        s.logs.length = 0;
        await s.call('test_tool_with_logging');
        assert.equal(s.logs.length, 0, 'messages came without logLevel');
        await s.call('test_tool_with_logging', undefined, { meta: { 'io.modelcontextprotocol/logLevel': 'debug' } });
        assert.equal(s.logs.length, 3, `${s.logs.length} messages at level debug`);
    },
    async 'elicit: several rounds'(s) {
        const answers = { name: 'Ada', color: 'blue', ok: true };
        s.onElicit = ({ requestedSchema: { properties } }) => ({ action: 'accept',
            content: Object.fromEntries(Object.keys(properties).map(key => [key, answers[key] ?? 'something'])) });
        assert.ok(text(await s.call('test_input_required_result_multi_round')));
        assert.match(text(await s.call('test_input_required_result_request_state')), /state-ok/);
        assert.ok(text(await s.call('test_input_required_result_multiple_inputs')));
    },
    async 'elicit: in a prompt'(s) {
        s.onElicit = () => ({ action: 'accept', content: { context: 'interop' } });
        const { messages } = await s.client.getPrompt({ name: 'test_input_required_result_prompt' });
        assert.ok(messages.length > 0);
    },
    async 'listen: resource updated'(s) {
        await requireTool(s, 'test_trigger_resource_update');
        const listening = await s.client.listen({ resourceSubscriptions: [WATCHED] });
        assert.deepEqual(listening.honoredFilter.resourceSubscriptions, [WATCHED]);
        s.updated.length = 0;
        await s.call('test_trigger_resource_update');
        await until(() => s.updated.includes(WATCHED), 'resources/updated');
        await listening.close();
        assert.equal(await listening.closed, 'local');
    },
    async 'listen: list changed'(s) {
        await requireTool(s, 'test_trigger_tool_change');
        const listening = await s.client.listen({ toolsListChanged: true });
        assert.equal(listening.honoredFilter.toolsListChanged, true);
        s.toolChanges = 0;
        await s.call('test_trigger_tool_change');
        await until(() => s.toolChanges > 0, 'tools/list_changed');
        await listening.close();
        assert.equal(text(await s.call('echo', { text: 'after' })), 'after');
    },
};
