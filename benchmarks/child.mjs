// An upstream server that takes as little as one can: a stdio server of the legacy era without a library, which answers
// all that one read brought in one write. Tools: echo {text}; look {text}, which only reads.
const schema = { type: 'object', properties: { text: { type: 'string' } } };
const tools = [
    { name: 'echo', inputSchema: schema },
    { name: 'look', inputSchema: schema, annotations: { readOnlyHint: true } },
];
const methods = {
    'initialize': () => ({ protocolVersion: '2025-11-25', capabilities: { tools: {} },
        serverInfo: { name: 'child', version: '1' } }),
    'ping': () => ({}),
    'tools/list': () => ({ tools }),
    'tools/call': params => ({ content: [{ type: 'text', text: params.arguments.text }] }),
};

function answer(line) {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return '';
    const known = methods[method];
    const rest = known ? { result: known(params) } : { error: { code: -32601, message: `no method ${method}` } };
    return JSON.stringify({ jsonrpc: '2.0', id, ...rest }) + '\n';
}

let begun = '';
process.stdin.setEncoding('utf8').on('data', text => {
    const lines = (begun + text).split('\n');
    begun = lines.pop();
    process.stdout.write(lines.map(answer).join(''));
}).on('end', () => process.exit(0));
