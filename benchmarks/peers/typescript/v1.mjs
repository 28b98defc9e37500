// A server on the official TypeScript SDK v1 with one tool, echo: over HTTP a transport for each request and answers
// as JSON, or over stdio with the argument stdio.
import { createServer } from 'node:http';
import { McpServer } from '../../../conformance/node_modules/@modelcontextprotocol/sdk/dist/esm/server/mcp.js';
import { StdioServerTransport } from '../../../conformance/node_modules/@modelcontextprotocol/sdk/dist/esm/server/stdio.js';
import { StreamableHTTPServerTransport } from '../../../conformance/node_modules/@modelcontextprotocol/sdk/dist/esm/server/streamableHttp.js';
import { z } from '../../../conformance/node_modules/zod/index.js';

function build() {
    const mcp = new McpServer({ name: 'typescript-v1', version: '1' });
    mcp.registerTool('echo', { description: 'Answers its text', inputSchema: { text: z.string() } },
        ({ text }) => ({ content: [{ type: 'text', text }] }));
    return mcp;
}

if (process.argv[2] === 'stdio') {
    await build().connect(new StdioServerTransport());
} else {
    const server = createServer(async (request, response) => {
        const mcp = build();
        const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
        response.on('close', () => { transport.close(); mcp.close(); });
        await mcp.connect(transport);
        await transport.handleRequest(request, response);
    });
    server.listen(0, '127.0.0.1', () =>
        console.error(`ready {"mcp":"http://127.0.0.1:${server.address().port}/mcp"}`));
}
process.on('SIGTERM', () => process.exit(0));
