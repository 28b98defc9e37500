// Foreign clients against our server fixture.
//   node interop/clients.mjs [URL...] [--json FILE] [-- COMMAND ARGS...]
// A URL is checked over HTTP, a ws:// one over WebSocket, one that ends in /sse over HTTP+SSE, COMMAND (a stdio
// server) over stdio; any of them. Everything a peer offers is tried.
// Last line: "N passed, N failed"; exit code 1 when anything failed.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { inspectorChecks } from './inspector-checks.mjs';
import { Matrix } from './matrix.mjs';
import { checks, legacyChecks, modernChecks, taskChecks } from './sdk-checks.mjs';
import { sdkPeers } from './sdk-peers.mjs';

const { targets, json } = parse(process.argv.slice(2));
if (targets.length === 0) {
    console.error('usage: clients.mjs [URL] [--json FILE] [-- COMMAND ARGS...]');
    process.exit(2);
}
const matrix = new Matrix('Foreign clients against our server');
for (const target of targets) {
    for (const peer of sdkPeers(target)) await sdkChecks(peer);
    if (!/^ws|\/sse$/.test(target.url ?? '')) await inspectorChecks(matrix, target);
}
matrix.finish(json);
// A peer may keep a socket or a child open after close; the verdict does not depend on it.
setTimeout(() => process.exit(), 2000).unref();

async function sdkChecks(peer) {
    let session;
    await matrix.check(peer.name, 'connect', async () => {
        session = await peer.open();
        assert.equal(session.era, peer.era);
        assert.ok(session.client.getServerVersion().name, 'the server has no name');
    }, 30_000);
    if (!session) return;
    const all = { ...checks, ...(session.era === 'modern' ? modernChecks : legacyChecks),
        ...(peer.name.includes('SDK v1') ? taskChecks : {}) };
    for (const [operation, check] of Object.entries(all))
        await matrix.check(peer.name, operation, () => check(session));
    await matrix.check(peer.name, 'close', async () => {
        await session.transport.terminateSession?.();
        await session.client.close();
    });
}

function parse(args) {
    const cut = args.indexOf('--');
    const command = cut < 0 ? [] : args.slice(cut + 1);
    const own = cut < 0 ? args : args.slice(0, cut);
    const at = own.indexOf('--json');
    const file = at < 0 ? undefined : resolve(own[at + 1]);
    const urls = own.filter((arg, i) => at < 0 || (i !== at && i !== at + 1));
    return { json: file, targets: [...urls.map(url => ({ url })),
        ...(command.length > 0 ? [{ command: command[0], args: command.slice(1), cwd: process.cwd() }] : [])] };
}
