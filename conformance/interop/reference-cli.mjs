// The part of our command line that servers.mjs uses, on the TypeScript SDK v2: shows that servers.mjs can be passed.
//   list | call TOOL key=value... | read URI | prompt NAME key=value...   with URL or -- COMMAND ARGS
import { openV2 } from './sdk-peers.mjs';

const words = process.argv.slice(2);
const cut = words.indexOf('--');
const own = cut < 0 ? words : words.slice(0, cut);
const option = name => own.includes(name) ? own.splice(own.indexOf(name), 2)[1] : undefined;
const answers = option('--answers');
const era = option('--era') ?? 'auto';
own.splice(own.indexOf('--json'), 1);
const command = own.shift();
const target = cut < 0 ? { url: own.shift() } : { command: words[cut + 1], args: words.slice(cut + 2) };
const s = await openV2(target, era === 'modern' ? { pin: '2026-07-28' } : era);
const { tools } = await s.client.listTools();
s.onElicit = async ({ requestedSchema: { properties } }) => {
    const keys = Object.keys(properties);
    const given = answers === '-' ? { [keys[0]]: await typed() } : JSON.parse(answers ?? '{}');
    const content = Object.fromEntries(Object.entries(given).filter(([key]) => keys.includes(key)));
    return { action: 'accept', content };
};

try {
    const answer = await { list, call, read, prompt }[command](...own);
    await new Promise(done => process.stdout.write(`${JSON.stringify(answer)}\n`, done));
} catch (failure) {
    console.error(failure.message);
    console.log(JSON.stringify({ error: { code: failure.code, message: failure.message } }));
    process.exitCode ??= 1;
}
await s.client.close();
process.exit();

async function list() {
    const { client } = s;
    return { server: client.getServerVersion(), revision: client.getNegotiatedProtocolVersion(), tools,
        ...await client.listResources(), ...await s.client.listPrompts(), ...await s.client.listResourceTemplates() };
}

async function call(name, ...pairs) {
    const tool = tools.find(it => it.name === name);
    if (!tool) {
        process.exitCode = 2;
        throw new Error(`the server has no tool ${name}`);
    }
    const types = tool.inputSchema.properties ?? {};
    const args = Object.fromEntries(Object.entries(byKey(pairs))
        .map(([key, value]) => [key, types[key]?.type === 'string' ? value : JSON.parse(value)]));
    const result = await s.call(name, args, { onprogress: p => console.error(`progress ${p.progress}/${p.total}`) });
    if (result.isError) process.exitCode = 1;
    const { content, structuredContent, isError = false } = result;
    return { content, structuredContent, isError };
}

async function read(uri) {
    return { contents: (await s.client.readResource({ uri })).contents };
}

async function prompt(name, ...pairs) {
    return { messages: (await s.client.getPrompt({ name, arguments: byKey(pairs) })).messages };
}

async function typed() {
    let all = '';
    for await (const chunk of process.stdin) all += chunk;
    return all.trim();
}

function byKey(pairs) {
    return Object.fromEntries(pairs.map(pair => pair.match(/^([^=]*)=(.*)$/s).slice(1)));
}
