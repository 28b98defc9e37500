// The servers that are measured, each with the command that starts it. All of them answer the tool `echo` with its
// text, listen on loopback, and name their address in a line {"mcp":"http://..."} on standard error.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..');
const ours = { ERLMCP_LAUNCH: 'conformance io.erlmcp.node.Main' };

/** name, eras it speaks, build(): done once and unpinned, command(): program and arguments, env */
export const servers = [
    {
        name: 'limit',
        about: 'a Netty handler on epoll that copies id and text into fixed bytes and parses nothing',
        eras: ['modern', 'legacy'],
        build: buildOurs,
        command: () => [java(), '--enable-native-access=ALL-UNNAMED', '-XX:+UseCompactObjectHeaders', '-cp', classPath(),
            join(here, 'peers/limit/Limit.java'), '0'],
    },
    {
        name: 'erlmcp',
        about: './erlmcp serve --config conformance/fixture.yaml, as shipped',
        eras: ['modern', 'legacy'],
        tools: { blocking: 'echo_blocking' },
        build: buildOurs,
        command: () => [join(root, 'erlmcp'), 'serve', '--config', join(root, 'conformance/fixture.yaml'), '--port', '0'],
        env: { ...ours, ERLMCP_ADMIN_PORT: '0' },
    },
    {
        name: 'typescript-v2',
        about: 'official TypeScript SDK v2, @modelcontextprotocol/server with node:http',
        eras: ['modern'],
        command: () => [process.execPath, join(here, 'peers/typescript/v2.mjs')],
    },
    {
        name: 'typescript-v1',
        about: 'official TypeScript SDK v1, stateless Streamable HTTP with JSON answers',
        eras: ['legacy'],
        command: () => [process.execPath, join(here, 'peers/typescript/v1.mjs')],
    },
    {
        name: 'java-sdk-jetty',
        about: 'official Java SDK 2.1.0, stateless servlet with immediate execution, Jetty 12',
        eras: ['legacy'],
        build: () => execFileSync('mvn', ['-q', '-B', '-f', join(here, 'peers/java-sdk/pom.xml'), 'package'],
            { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, JAVA_HOME: dirname(dirname(java())) } }),
        command: () => [java(), '-XX:+UseCompactObjectHeaders', '-cp',
            join(here, 'peers/java-sdk/target/classes') + ':' + join(here, 'peers/java-sdk/target/lib/*'), 'Peer'],
    },
];

function buildOurs() {
    for (const env of [{}, ours])
        execFileSync(join(root, 'erlmcp'), ['--version'],
            { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
}

const classPath = () => readFileSync(join(runFolder(), 'class-path'), 'utf8');
const runFolder = () => readFileSync(join(root, '.build/erlmcp-node/run'), 'utf8');

/** The JDK that the launcher found. */
export function java() {
    const recorded = join(runFolder(), 'aot-jdk');
    const home = existsSync(recorded) ? readFileSync(recorded, 'utf8').split(' ')[0] : process.env.JAVA_HOME;
    return home ? join(home, 'bin/java') : 'java';
}
