// What the reference server offers: the names and texts of the official suite's fixture, the tools a node adds for
// black-box checks, and a structured tool. One registration serves both eras: the SDK turns `inputRequired` into live
// requests for a legacy peer.
import { acceptedContent, completable, fromJsonSchema, inputRequired, inputResponse, ResourceNotFoundError,
    ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';

export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
export const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const text = value => ({ content: [{ type: 'text', text: value }] });
const pause = (millis, signal) => new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(new Error('cancelled')); }, { once: true });
});
const nameSchema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
const ask = (message, requestedSchema) => inputRequired.elicit({ mode: 'form', message, requestedSchema });
const sample = (prompt, maxTokens = 100) => inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens });
const sampled = view => view.kind === 'sampling'
    ? [view.result.content].flat().map(block => block.text ?? '').join('') : undefined;

/** Registers everything; `events` publishes list and resource changes, `codec` seals request state. */
export function register(server, { era, events, codec, extraTools }) {
    contentTools(server);
    streamingTools(server);
    legacyQuestions(server);
    modernQuestions(server, codec);
    changeTools(server, events, extraTools);
    nodeTools(server);
    prompts(server);
    resources(server);
    if (era === 'legacy') reconnection(server);
}

function contentTools(server) {
    const tool = (name, description, run) => server.registerTool(name, { description }, run);
    const image = { type: 'image', data: PNG, mimeType: 'image/png' };
    tool('test_simple_text', 'Answers one text', () => text('This is a simple text response for testing.'));
    tool('test_image_content', 'Answers one image', () => ({ content: [image] }));
    tool('test_audio_content', 'Answers one sound', () =>
        ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }));
    tool('test_embedded_resource', 'Answers an embedded resource', () => ({ content: [{ type: 'resource', resource: {
        uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' } }] }));
    tool('test_multiple_content_types', 'Answers text, image and resource', () => ({ content: [
        { type: 'text', text: 'Multiple content types test:' }, image,
        { type: 'resource', resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json',
            text: '{"test":"data","value":123}' } }] }));
    tool('test_error_handling', 'Always fails', () =>
        ({ ...text('This tool intentionally returns an error for testing'), isError: true }));
    server.registerTool('test_structured_content', { description: 'Adds two numbers',
        inputSchema: z.object({ a: z.number(), b: z.number() }), outputSchema: z.object({ sum: z.number() }) },
    ({ a, b }) => ({ ...text(JSON.stringify({ sum: a + b })), structuredContent: { sum: a + b } }));
    server.registerTool('test_x_mcp_header', { description: 'Has a parameter mirrored in a header',
        inputSchema: fromJsonSchema({ type: 'object',
            properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } }) },
    ({ region }) => text(`region=${region}`));
    server.registerTool('json_schema_2020_12_tool', { description: 'Tool with JSON Schema 2020-12 features',
        inputSchema: fromJsonSchema({
            $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object',
            $defs: { address: { $anchor: 'addressDef', type: 'object',
                properties: { street: { type: 'string' }, city: { type: 'string' } } } },
            properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' },
                contactMethod: { type: 'string', enum: ['phone', 'email'] },
                phone: { type: 'string' }, email: { type: 'string' } },
            allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
            if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
            then: { required: ['phone'] }, else: { required: ['email'] },
            additionalProperties: false }) },
    args => text(JSON.stringify(args)));
}

function streamingTools(server) {
    server.registerTool('test_tool_with_progress', { description: 'Reports progress in three steps' }, async ctx => {
        const progressToken = ctx.mcpReq._meta?.progressToken;
        for (const progress of [0, 50, 100]) {
            if (progressToken !== undefined)
                await ctx.mcpReq.notify({ method: 'notifications/progress',
                    params: { progressToken, progress, total: 100, message: `${progress} of 100` } });
            await pause(50);
        }
        return text('progress done');
    });
    for (const name of ['test_tool_with_logging', 'test_logging_tool'])
        server.registerTool(name, { description: 'Logs three lines' }, async ctx => {
            for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
                await ctx.mcpReq.log('info', line);
                await pause(50);
            }
            return text('logging done');
        });
}

const defaultsSchema = { type: 'object', properties: {
    name: { type: 'string', default: 'John Doe' }, age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true } }, required: [] };
const titled = [{ const: 'value1', title: 'First Option' }, { const: 'value2', title: 'Second Option' },
    { const: 'value3', title: 'Third Option' }];
const enumsSchema = { type: 'object', properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: titled } } }, required: [] };

function legacyQuestions(server) {
    const question = (name, description, config, schema, messageOf, answerOf) =>
        server.registerTool(name, { description, ...config }, async (args, given) => {
            const ctx = given ?? args;
            const view = inputResponse(ctx.mcpReq.inputResponses, 'answer');
            if (view.kind !== 'elicit')
                return inputRequired({ inputRequests: { answer: ask(messageOf(args), schema) } });
            return text(answerOf(view));
        });
    const asked = { type: 'object', properties: { username: { type: 'string' }, email: { type: 'string' } },
        required: ['username', 'email'] };
    const done = view => `Elicitation completed: action=${view.action}, content=${JSON.stringify(view.content ?? {})}`;
    question('test_elicitation', 'Asks the user', { inputSchema: z.object({ message: z.string() }) }, asked,
        args => args.message,
        view => `User response: action=${view.action}, content=${JSON.stringify(view.content ?? {})}`);
    question('test_elicitation_sep1034_defaults', 'Asks with defaults', {}, defaultsSchema, () => 'Review', done);
    question('test_elicitation_sep1330_enums', 'Asks with choices', {}, enumsSchema, () => 'Choose', done);
    server.registerTool('test_sampling', { description: 'Asks the model',
        inputSchema: z.object({ prompt: z.string() }) },
        ({ prompt }, ctx) => {
            const answer = sampled(inputResponse(ctx.mcpReq.inputResponses, 'answer'));
            return answer === undefined ? inputRequired({ inputRequests: { answer: sample(prompt) } })
                : text(`LLM response: ${answer}`);
        });
}

function modernQuestions(server, codec) {
    const tool = (name, description, run) => server.registerTool(name, { description }, run);
    const answers = ctx => ctx.mcpReq.inputResponses;
    const hello = ctx => {
        const content = acceptedContent(answers(ctx), 'user_name', z.object({ name: z.string() }));
        return content && text(`Hello, ${content.name}!`);
    };
    const askName = () => ({ user_name: ask('What is your name?', nameSchema) });
    for (const name of ['test_input_required_result_elicitation', 'test_streaming_elicitation'])
        tool(name, 'Asks for a name', ctx => hello(ctx) ?? inputRequired({ inputRequests: askName() }));
    tool('test_input_required_result_sampling', 'Asks the model for a capital', ctx => {
        const answer = sampled(inputResponse(answers(ctx), 'capital_question'));
        return answer === undefined
            ? inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?') } })
            : text(`The model said: ${answer}`);
    });
    tool('test_input_required_result_list_roots', 'Asks for the roots', ctx => {
        const view = inputResponse(answers(ctx), 'client_roots');
        return view.kind === 'roots' ? text(`Roots: ${view.roots.map(root => root.uri).join(', ')}`)
            : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    });
    const confirmSchema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    for (const name of ['test_input_required_result_request_state', 'test_input_required_result_tampered_state'])
        tool(name, 'Keeps its state with the client', async ctx => {
            const state = ctx.mcpReq.requestState();
            if (state?.tool === name && acceptedContent(answers(ctx), 'confirm')) return text('state-ok');
            return inputRequired({ inputRequests: { confirm: ask('Please confirm', confirmSchema) },
                requestState: await codec.mint({ tool: name }, ctx) });
        });
    tool('test_input_required_result_multiple_inputs', 'Asks three things at once', async ctx => {
        const views = ['user_name', 'greeting', 'client_roots'].map(key => inputResponse(answers(ctx), key));
        if (views.every(view => view.kind !== 'missing'))
            return text(`Hello, ${views[0].content?.name}: ${sampled(views[1])}; ${views[2].roots.length} roots`);
        return inputRequired({ requestState: await codec.mint({ step: 1 }, ctx), inputRequests: { ...askName(),
            greeting: sample('Say hello'), client_roots: inputRequired.listRoots() } });
    });
    tool('test_input_required_result_multi_round', 'Asks twice', async ctx => {
        const state = ctx.mcpReq.requestState();
        const name = state?.name ?? acceptedContent(answers(ctx), 'step1')?.name;
        const color = acceptedContent(answers(ctx), 'step2')?.color;
        if (state?.step === 2 && color) return text(`${name} likes ${color}`);
        if (state?.step === 1 && name)
            return inputRequired({ requestState: await codec.mint({ step: 2, name }, ctx), inputRequests: {
                step2: ask('Which color?', { type: 'object', properties: { color: { type: 'string' } },
                    required: ['color'] }) } });
        return inputRequired({ requestState: await codec.mint({ step: 1 }, ctx),
            inputRequests: { step1: ask('What is your name?', nameSchema) } });
    });
    tool('test_input_required_result_capabilities', 'Asks what the client can answer', ctx => {
        const can = ctx.mcpReq.envelope?.['io.modelcontextprotocol/clientCapabilities']
            ?? server.server.getClientCapabilities() ?? {};
        const given = Object.keys(answers(ctx) ?? {});
        const requests = { ...(can.elicitation && askName()), ...(can.sampling && { greeting: sample('Say hello') }) };
        if (given.length > 0 || Object.keys(requests).length === 0) return text(`answered: ${given.join(', ')}`);
        return inputRequired({ inputRequests: requests });
    });
    tool('test_missing_capability', 'Needs sampling', ctx =>
        inputResponse(ctx.mcpReq.inputResponses, 'answer').kind === 'sampling' ? text('sampling is there')
            : inputRequired({ inputRequests: { answer: sample('Anything') } }));
}

function changeTools(server, events, extraTools) {
    for (const name of extraTools) server.registerTool(name, { description: 'Came at run time' }, () => text(name));
    server.registerTool('test_trigger_tool_change', { description: 'Adds a tool' }, () => {
        extraTools.push(`added_${extraTools.length + 1}`);
        events.toolsChanged();
        return text('tools changed');
    });
    server.registerTool('test_trigger_prompt_change', { description: 'Changes the prompts' }, () => {
        events.promptsChanged();
        return text('prompts changed');
    });
    server.registerTool('test_trigger_resource_update', { description: 'Updates test://watched-resource' }, () => {
        events.resourceUpdated('test://watched-resource');
        return text('resource updated');
    });
}

function nodeTools(server) {
    server.registerTool('echo', { description: 'Answers its text', inputSchema: z.object({ text: z.string() }) },
        args => text(args.text));
    server.registerTool('sleep', { description: 'Waits', inputSchema: z.object({ ms: z.number() }) },
        async ({ ms }, ctx) => {
            await pause(ms, ctx.mcpReq.signal);
            return text(`slept ${ms}`);
        });
    server.registerTool('emit', { description: 'Sends n notifications',
        inputSchema: z.object({ n: z.number(), bytes: z.number() }) }, async ({ n, bytes }, ctx) => {
        const progressToken = ctx.mcpReq._meta?.progressToken;
        for (let i = 1; i <= n && progressToken !== undefined; i++)
            await ctx.mcpReq.notify({ method: 'notifications/progress',
                params: { progressToken, progress: i, total: n, message: 'x'.repeat(bytes) } });
        return text(`emitted ${n}`);
    });
    server.registerTool('big', { description: 'Answers many bytes', inputSchema: z.object({ bytes: z.number() }) },
        ({ bytes }) => text('x'.repeat(bytes)));
    server.registerTool('whoami', { description: 'Names the caller' }, () => text('anonymous'));
}

function reconnection(server) {
    server.registerTool('test_reconnection', { description: 'Closes its stream and answers later' }, async ctx => {
        ctx.http?.closeSSE?.();
        await pause(100);
        return text('Reconnection test completed successfully.');
    });
}

function prompts(server) {
    const user = content => ({ role: 'user', content });
    const say = value => user({ type: 'text', text: value });
    server.registerPrompt('test_simple_prompt', { description: 'One message' },
        () => ({ messages: [say('This is a simple prompt for testing.')] }));
    server.registerPrompt('test_prompt_with_arguments', { description: 'Two arguments', argsSchema: z.object({
        arg1: completable(z.string().describe('first'), value =>
            ['paris', 'park', 'party'].filter(word => word.startsWith(value))),
        arg2: z.string().describe('second') }) },
    ({ arg1, arg2 }) => ({ messages: [say(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }));
    server.registerPrompt('test_prompt_with_embedded_resource', { description: 'Embeds a resource',
        argsSchema: z.object({ resourceUri: z.string().describe('URI to embed') }) },
    ({ resourceUri }) => ({ messages: [
        user({ type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain',
            text: 'Embedded resource content for testing.' } }),
        say('Please process the embedded resource above.')] }));
    server.registerPrompt('test_prompt_with_image', { description: 'Embeds an image' }, () => ({ messages: [
        user({ type: 'image', data: PNG, mimeType: 'image/png' }), say('Please analyze the image above.')] }));
    server.registerPrompt('test_input_required_result_prompt', { description: 'Asks before it answers' }, ctx => {
        const given = acceptedContent(ctx.mcpReq.inputResponses, 'user_context');
        if (given) return { messages: [say(`Context: ${given.context}`)] };
        return inputRequired({ inputRequests: { user_context: ask('Which context?', { type: 'object',
            properties: { context: { type: 'string' } }, required: ['context'] }) } });
    });
}

function resources(server) {
    const plain = (name, uri, content) => server.registerResource(name, uri,
        { description: `The resource ${name}`, mimeType: 'text/plain' },
        () => ({ contents: [{ uri, mimeType: 'text/plain', text: content }] }));
    plain('static-text', 'test://static-text', 'This is the content of the static text resource.');
    server.registerResource('static-binary', 'test://static-binary',
        { description: 'The resource static-binary', mimeType: 'image/png' },
        () => ({ contents: [{ uri: 'test://static-binary', mimeType: 'image/png', blob: PNG }] }));
    plain('watched-resource', 'test://watched-resource', 'Watched resource content');
    server.registerResource('template', new ResourceTemplate('test://template/{id}/data', { list: undefined }),
        { description: 'Data by id', mimeType: 'application/json' },
        (uri, { id }) => {
            if (!id) throw new ResourceNotFoundError(uri.href);
            return { contents: [{ uri: uri.href, mimeType: 'application/json',
                text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }] };
        });
}
