// A client for the official suite built on the TypeScript SDK v2: shows that suite/client.sh can be passed.
// Started by the suite as `reference-client.mjs URL`, with the scenario in the environment.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const scenario = process.env.MCP_CONFORMANCE_SCENARIO;
const revision = process.env.MCP_CONFORMANCE_PROTOCOL_VERSION;
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
const modern = revision === '2026-07-28';

const client = new Client({ name: 'reference-client', version: '1.0.0' }, {
    capabilities: { elicitation: { form: { applyDefaults: true } } },
    versionNegotiation: { mode: modern ? { pin: revision } : 'legacy' },
});
client.setRequestHandler('elicitation/create', async () =>
    ({ action: 'accept', content: scenario.includes('defaults') ? {} : { confirmed: true, ok: true } }));
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2])));
const { tools } = await client.listTools();
const call = (name, args = {}) => client.callTool({ name, arguments: args });

switch (scenario) {
    case 'tools_call':
        await call('add_numbers', { a: 5, b: 3 });
        break;
    case 'elicitation-sep1034-client-defaults':
        await call('test_client_elicitation_defaults');
        break;
    case 'sse-retry':
        await call('test_reconnection');
        break;
    case 'sep-2322-client-request-state':
        for (const name of ['test_mrtr_echo_state', 'test_mrtr_unrelated', 'test_mrtr_no_state',
            'test_mrtr_no_result_type'])
            await call(name).catch(failure => console.error(name, failure.message));
        break;
    case 'http-standard-headers':
        await standardHeaders();
        break;
    case 'http-custom-headers':
        for (const one of context.toolCalls) await call(one.name, one.arguments);
        break;
    case 'http-invalid-tool-headers':
        if (tools.some(tool => tool.name === 'valid_tool')) await call('valid_tool', { region: 'us' });
        break;
    case 'json-schema-2020-12-preservation':
        await call('json_schema_echo',
            { schema: tools.find(tool => tool.name === 'json_schema_2020_12_tool').inputSchema });
        break;
}
await client.close();
process.exit(0);

async function standardHeaders() {
    if (tools.length > 0) await call(tools[0].name);
    const { resources } = await client.listResources();
    if (resources.length > 0) await client.readResource({ uri: resources[0].uri });
    const { prompts } = await client.listPrompts();
    if (prompts.length > 0) await client.getPrompt({ name: prompts[0].name });
}
