// `list TARGET --json` and `call TARGET TOOL key=value... --json` on the TypeScript SDK v2, with the outputs that
// servers.mjs expects of our own command line: shows that servers.mjs can be passed.
import { openV2 } from './sdk-peers.mjs';

const words = process.argv.slice(2).filter(word => word !== '--json');
const cut = words.indexOf('--');
const [command, ...own] = cut < 0 ? words : words.slice(0, cut);
const program = cut < 0 ? undefined : words.slice(cut + 1);
const target = program ? { command: program[0], args: program.slice(1) } : { url: own.shift() };
const s = await openV2(target, 'auto');
try {
    const answer = JSON.stringify(command === 'list' ? await list() : await call(...own));
    await new Promise(done => process.stdout.write(`${answer}\n`, done));
} catch (failure) {
    console.error(failure.message);
    process.exitCode = 1;
}
await s.client.close();
process.exit();

async function list() {
    return { ...await s.client.listTools(), ...await s.client.listResources(), ...await s.client.listPrompts(),
        ...await s.client.listResourceTemplates() };
}

async function call(name, ...pairs) {
    const schema = (await s.client.listTools()).tools.find(tool => tool.name === name)?.inputSchema.properties ?? {};
    const args = Object.fromEntries(pairs.map(pair => {
        const [key, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
        return [key, schema[key]?.type === 'string' ? value : JSON.parse(value)];
    }));
    s.onElicit = async ({ requestedSchema }) => {
        let typed = '';
        for await (const chunk of process.stdin) typed += chunk;
        return { action: 'accept', content: { [Object.keys(requestedSchema.properties)[0]]: typed.trim() } };
    };
    const result = await s.call(name, args, { onprogress: p => console.error(`progress ${p.progress}/${p.total}`) });
    if (result.isError) process.exitCode = 1;
    return result;
}
