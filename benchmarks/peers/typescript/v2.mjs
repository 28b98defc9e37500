// A server on the official TypeScript SDK v2 with one tool, echo; over HTTP, or over stdio with the argument stdio.
import { createServer } from 'node:http';
import { createMcpHandler, McpServer } from '../../../conformance/node_modules/@modelcontextprotocol/server/dist/index.mjs';
import { serveStdio } from '../../../conformance/node_modules/@modelcontextprotocol/server/dist/stdio.mjs';
import { toNodeHandler } from '../../../conformance/node_modules/@modelcontextprotocol/node/dist/index.mjs';
import { z } from '../../../conformance/node_modules/zod/index.js';

function build() {
    const server = new McpServer({ name: 'typescript-v2', version: '1' });
    server.registerTool('echo', { description: 'Answers its text', inputSchema: z.object({ text: z.string() }) },
        ({ text }) => ({ content: [{ type: 'text', text }] }));
    return server;
}

if (process.argv[2] === 'stdio') {
    serveStdio(build);
} else {
    const handler = toNodeHandler(createMcpHandler(build));
    const server = createServer((request, response) => handler(request, response));
    server.listen(0, '127.0.0.1', () =>
        console.error(`ready {"mcp":"http://127.0.0.1:${server.address().port}/mcp"}`));
}
process.on('SIGTERM', () => process.exit(0));
