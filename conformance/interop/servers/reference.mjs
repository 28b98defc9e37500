// A dual-era MCP server built on the TypeScript SDK v2, foreign to us in every line of its protocol code.
//   node reference.mjs stdio
//   node reference.mjs http [port]      names its address on stderr; port 0 (default) = any free one
import { createServer } from 'node:http';
import { randomBytes, randomUUID } from 'node:crypto';
import { createMcpHandler, createRequestStateCodec, isLegacyRequest, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { localhostHostValidation, localhostOriginValidation, NodeStreamableHTTPServerTransport, toNodeHandler,
    toWebRequest } from '@modelcontextprotocol/node';
import { register } from './reference-features.mjs';

const codec = createRequestStateCodec({ key: randomBytes(32) });
const extraTools = [];
const sessions = new Map();

function build(era, events) {
    const server = new McpServer({ name: 'reference-ts-v2', version: '2.4.0' }, {
        capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true },
            prompts: { listChanged: true }, logging: {}, completions: {} },
        requestState: { verify: codec.verify },
    });
    register(server, { era, events: events ?? own(server), codec, extraTools });
    server.server.setRequestHandler?.('resources/subscribe', () => ({}));
    server.server.setRequestHandler?.('resources/unsubscribe', () => ({}));
    return server;
}

function own(server) {
    return { toolsChanged: () => server.sendToolListChanged(), promptsChanged: () => server.sendPromptListChanged(),
        resourceUpdated: uri => server.server.sendResourceUpdated({ uri }) };
}

const [mode = 'stdio', port = '0'] = process.argv.slice(2);
if (mode === 'stdio') serveStdio(({ era }) => build(era));
else await http(Number(port));

async function http(wanted) {
    const handler = createMcpHandler(({ era }) => build(era, everyone()), { legacy: 'reject' });
    const modern = toNodeHandler(handler);
    const everyone = () => ({
        toolsChanged() { handler.notify.toolsChanged(); sessions.forEach(s => s.server.sendToolListChanged()); },
        promptsChanged() { handler.notify.promptsChanged(); sessions.forEach(s => s.server.sendPromptListChanged()); },
        resourceUpdated(uri) {
            handler.notify.resourceUpdated(uri);
            sessions.forEach(s => s.server.server.sendResourceUpdated({ uri }));
        },
    });
    const allowedHost = localhostHostValidation();
    const allowedOrigin = localhostOriginValidation();
    const server = createServer(async (req, res) => {
        if (!allowedHost(req, res) || !allowedOrigin(req, res)) return;
        const body = req.method === 'POST' ? await read(req) : undefined;
        if (await isLegacyRequest(await toWebRequest(req, body), body)) await legacy(req, res, body, everyone());
        else await modern(req, res, body);
    });
    server.listen(wanted, '127.0.0.1', () =>
        console.error(`reference ready {"mcp":"http://127.0.0.1:${server.address().port}/mcp"}`));
    process.on('SIGTERM', () => process.exit(0));
}

async function legacy(req, res, body, events) {
    const id = req.headers['mcp-session-id'];
    let session = sessions.get(id);
    if (!session && id) return res.writeHead(404).end();
    if (!session) {
        const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, retryInterval: 300,
            eventStore: eventLog(), onsessioninitialized: given => sessions.set(given, session),
            onsessionclosed: given => sessions.delete(given) });
        session = { transport, server: build('legacy', events) };
        await session.server.connect(transport);
    }
    await session.transport.handleRequest(req, res, body);
}

function eventLog() {
    const events = [];
    return {
        async storeEvent(streamId, message) {
            events.push({ streamId, message });
            return `${streamId}:${events.length}`;
        },
        async getStreamIdForEventId(eventId) { return eventId.slice(0, eventId.lastIndexOf(':')); },
        async replayEventsAfter(eventId, { send }) {
            const cut = eventId.lastIndexOf(':');
            const streamId = eventId.slice(0, cut);
            for (let i = Number(eventId.slice(cut + 1)); i < events.length; i++)
                if (events[i].streamId === streamId && Object.keys(events[i].message).length > 0)
                    await send(`${streamId}:${i + 1}`, events[i].message);
            return streamId;
        },
    };
}

async function read(req) {
    let all = '';
    for await (const chunk of req.setEncoding('utf8')) all += chunk;
    try { return JSON.parse(all); } catch { return all; }
}
