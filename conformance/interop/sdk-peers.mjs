// The TypeScript SDK clients behind one face. A session has: era, client, call, and what arrived (logs, updated,
// toolChanges, progressOnWire); `onElicit` may be replaced by a check. Progress is also taken from the transport: these
// clients forget the callback when the response lies in the same chunk of bytes as the last notifications.
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as SseV1 } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocketClientTransport as WebSocketV1 } from '@modelcontextprotocol/sdk/client/websocket.js';
import { CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema, LoggingMessageNotificationSchema,
    ResourceUpdatedNotificationSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { versionOf } from './matrix.mjs';

const info = { name: 'interop-check', version: '1.0.0' };
const capabilities = { elicitation: { form: {} }, sampling: {}, roots: {} };

/**
 * The peers for a target {url} or {command, args}: name, era they should end up in, and how to open a session. What
 * only v1 has, WebSocket and HTTP+SSE, is told by the URL.
 */
export function sdkPeers(target) {
    const old = target.url?.startsWith('ws') ? ['WebSocket', WebSocketV1]
        : target.url?.endsWith('/sse') ? ['HTTP+SSE', SseV1] : undefined;
    if (old) return [{ name: `TypeScript SDK v1 ${versionOf('@modelcontextprotocol/sdk')}, ${old[0]}`, era: 'legacy',
        open: () => openV1(target, old[1]) }];
    const over = target.url ? 'HTTP' : 'stdio';
    const v1 = versionOf('@modelcontextprotocol/sdk');
    const v2 = versionOf('@modelcontextprotocol/client');
    const modes = [['legacy', 'legacy', 'legacy'], ['auto', 'auto', 'modern'],
        ['pinned 2026-07-28', { pin: '2026-07-28' }, 'modern']];
    return [
        { name: `TypeScript SDK v1 ${v1}, ${over}`, era: 'legacy', open: () => openV1(target) },
        ...modes.map(([label, mode, era]) => ({ name: `TypeScript SDK v2 ${v2} ${label}, ${over}`, era,
            open: () => openV2(target, mode) })),
    ];
}

function session(client, more) {
    return { client, logs: [], updated: [], progressOnWire: [], toolChanges: 0, stderr: '',
        onElicit: () => ({ action: 'accept', content: {} }),
        onSample: () => ({ role: 'assistant', model: 'interop', content: { type: 'text', text: 'Paris' },
            stopReason: 'endTurn' }),
        roots: [{ uri: 'file:///interop', name: 'interop' }], ...more };
}

async function openV1(target, Http = HttpV1) {
    const client = new ClientV1(info, { capabilities });
    const s = session(client, { era: 'legacy',
        call: (name, args, options = {}) => client.callTool({ name, ...(args && { arguments: args }),
            ...(options.meta && { _meta: options.meta }) }, undefined, options) });
    client.setRequestHandler(ElicitRequestSchema, request => s.onElicit(request.params));
    client.setRequestHandler(CreateMessageRequestSchema, request => s.onSample(request.params));
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: s.roots }));
    client.setNotificationHandler(LoggingMessageNotificationSchema, n => { s.logs.push(n.params); });
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, n => { s.updated.push(n.params.uri); });
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => { s.toolChanges++; });
    await connect(s, target, Http, StdioV1);
    return s;
}

export async function openV2(target, mode) {
    const client = new ClientV2(info, { capabilities, versionNegotiation: { mode } });
    const s = session(client, {
        call: (name, args, options = {}) => client.callTool({ name, ...(args && { arguments: args }),
            ...(options.meta && { _meta: options.meta }) }, options) });
    client.setRequestHandler('elicitation/create', request => s.onElicit(request.params));
    client.setRequestHandler('sampling/createMessage', request => s.onSample(request.params));
    client.setRequestHandler('roots/list', () => ({ roots: s.roots }));
    client.setNotificationHandler('notifications/message', n => { s.logs.push(n.params); });
    client.setNotificationHandler('notifications/resources/updated', n => { s.updated.push(n.params.uri); });
    client.setNotificationHandler('notifications/tools/list_changed', () => { s.toolChanges++; });
    await connect(s, target, HttpV2, StdioV2);
    s.era = client.getProtocolEra();
    s.version = client.getNegotiatedProtocolVersion();
    return s;
}

async function connect(s, target, Http, Stdio) {
    const transport = target.url ? new Http(new URL(target.url))
        : new Stdio({ command: target.command, args: target.args, cwd: target.cwd, stderr: 'pipe' });
    transport.stderr?.on('data', data => { s.stderr = (s.stderr + data).slice(-2000); });
    try {
        await s.client.connect(transport);
    } catch (failure) {
        throw new Error(`${failure.message}${s.stderr && ` (stderr: ${s.stderr.trim().slice(-300)})`}`);
    }
    s.transport = transport;
    const deliver = transport.onmessage;
    transport.onmessage = (message, extra) => {
        if (message.method === 'notifications/progress') s.progressOnWire.push(message.params);
        deliver(message, extra);
    };
}
