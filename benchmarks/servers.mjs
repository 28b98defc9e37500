// The servers that are measured, each with the command that starts it. All of them answer the tool `echo` with its
// text, listen on loopback, and name their address on standard error: {"mcp":"http://..."}, or as `ready` finds it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..');
const peer = name => join(here, 'peers', name);
const ours = { ERLMCP_LAUNCH: 'conformance io.erlmcp.node.Main' };

const JVM = ['-XX:+UseCompactObjectHeaders'];
const HTTP = ['http-64', 'http-256', 'http-1', 'open-half'];
const BLOCKING = ['http-64-blocking', 'http-256-blocking'];
const START = ['start'];
const STDIO = ['stdio-ping-pong', 'stdio-pipelined'];
const SESSIONS = ['sessions', 'idle-sessions'];
const OTHER_WAYS = ['ws-64', 'tcp-64', 'unix-64'];

/**
 * name, about, eras it is measured in (the best one for a peer), cases it takes part in, build(): done once and
 * unpinned, command(): program and arguments, stdio(): the same over standard streams, env, tools: a name for a kind
 * of tool, variants: an environment by name, ready: how its address is found, stdioEra: where it is another
 */
export const servers = [
    {
        name: 'limit',
        about: 'over HTTP a Netty handler on epoll that copies id and text into fixed bytes and parses nothing; over ' +
            'stdio a bare loop that does the same',
        eras: ['modern', 'legacy'],
        cases: ['start', 'idle-connections'],
        build: buildLimit,
        command: () => [java(), '--enable-native-access=ALL-UNNAMED', ...JVM, '-cp', `${peer('limit/target')}:${classPath()}`,
            'Limit', '0'],
        stdio: () => [java(), ...JVM, '-cp', peer('limit/target'), 'Loop'],
    },
    {
        name: 'erlmcp',
        about: '`./erlmcp serve --config conformance/fixture.yaml`, as shipped, but that it lets 20,000 streams be open, of one caller as well, and listens on TCP and a Unix domain socket, too; over stdio with `--stdio`',
        eras: ['modern', 'legacy'],
        cases: [...HTTP, ...BLOCKING, ...START, ...STDIO, ...SESSIONS, 'list-64', 'progress-64', ...OTHER_WAYS,
            'start-no-aot', 'idle-connections', 'idle-websockets', 'open-streams'],
        tools: { blocking: 'echo_blocking' },
        // the launcher takes no cache that does not fit the collector; the JDK's own archive stays, as every server has it
        variants: { noAot: { ERLMCP_JAVA_OPTS: '-XX:+UseG1GC' } },
        build: buildOurs,
        command: () => [join(root, 'erlmcp'), 'serve', '--config', join(root, 'conformance/fixture.yaml'), '--port', '0'],
        stdio: () => [join(root, 'erlmcp'), 'serve', '--config', join(root, 'conformance/fixture.yaml'), '--stdio'],
        env: { ...ours, ERLMCP_ADMIN_PORT: '0', ERLMCP_TCP_ENABLED: 'true', ERLMCP_TCP_PORT: '0' },
    },
    {
        name: 'quarkus',
        about: 'Quarkus MCP Server 1.13.0 (quarkus-mcp-server-http) on Quarkus 3.33.2, JSON answers in a session; echo ' +
            'is `@NonBlocking`, the blocking tool runs on the worker pool',
        eras: ['legacy'],
        cases: [...HTTP, ...BLOCKING, ...START, ...SESSIONS, 'list-64', 'idle-connections', 'open-streams'],
        tools: { blocking: 'echo_blocking' },
        build: () => maven('quarkus'),
        command: () => [java(), ...JVM, '-jar', join(peer('quarkus'), 'target/quarkus-app/quarkus-run.jar')],
        ready: /Listening on: (http:\/\/[\d.:]+)/,
    },
    javaSdk('jetty', 'stateless', [...HTTP, ...START, 'list-64', 'idle-connections'],
        'stateless servlet, immediate execution, Jetty 12.0.23'),
    javaSdk('jetty', 'stateful', ['http-64', ...SESSIONS],
        'servlet with sessions (answers are event streams), immediate execution, Jetty 12.0.23'),
    javaSdk('tomcat', 'stateless', ['http-64', ...START],
        'stateless servlet, immediate execution, Tomcat 11.0.18 without its limit of 100 requests a connection'),
    javaSdk('tomcat', 'stateful', ['http-64'],
        'servlet with sessions (answers are event streams), immediate execution, Tomcat 11.0.18'),
    {
        name: 'java-sdk',
        about: 'official Java SDK 2.1.0 over stdio, immediate execution',
        eras: ['legacy'],
        cases: STDIO,
        build: () => maven('java-sdk'),
        stdio: () => [java(), ...JVM, '-cp', libraries('java-sdk/target'), 'Peer', 'stdio'],
    },
    spring('webmvc', 'on Tomcat without its limit of 100 requests a connection'),
    spring('webflux', 'on Netty'),
    {
        name: 'typescript-v2',
        about: 'official TypeScript SDK v2, `@modelcontextprotocol/server` with node:http; over stdio in the legacy era',
        eras: ['modern'],
        cases: ['http-64', ...START, ...STDIO],
        stdioEra: 'legacy',
        command: () => [process.execPath, join(peer('typescript'), 'v2.mjs')],
        stdio: () => [process.execPath, join(peer('typescript'), 'v2.mjs'), 'stdio'],
    },
    {
        name: 'typescript-v1',
        about: 'official TypeScript SDK v1, stateless Streamable HTTP with JSON answers',
        eras: ['legacy'],
        cases: ['http-64', ...START, ...STDIO],
        command: () => [process.execPath, join(peer('typescript'), 'v1.mjs')],
        stdio: () => [process.execPath, join(peer('typescript'), 'v1.mjs'), 'stdio'],
    },
];

function javaSdk(container, mode, cases, about) {
    return {
        name: `java-sdk-${container}${mode === 'stateless' ? '' : '-' + mode}`,
        about: `official Java SDK 2.1.0, ${about}`,
        eras: ['legacy'],
        cases,
        build: () => maven('java-sdk'),
        command: () => [java(), ...JVM, '-cp', libraries('java-sdk/target'), 'Peer', container, mode],
    };
}

function spring(web, about) {
    return {
        name: `spring-${web}`,
        about: `Spring AI 2.0.0 (spring-ai-starter-mcp-server-${web}), STATELESS, ${about}`,
        eras: ['legacy'],
        cases: ['http-64', ...START],
        build: () => maven('spring', `-Dweb=${web}`),
        command: () => [java(), ...JVM, '-cp', libraries(`spring/target/${web}`), 'peer.Peer',
            '--spring.ai.mcp.server.protocol=STATELESS'],
    };
}

const libraries = target => `${peer(target)}/classes:${peer(target)}/lib/*`;

const built = new Set();

function maven(name, ...options) {
    if (built.has(name + options)) return;
    execFileSync('mvn', ['-q', '-B', '-ntp', '-f', join(peer(name), 'pom.xml'), ...options, 'package'],
        { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, JAVA_HOME: dirname(dirname(java())) } });
    built.add(name + options);
}

function buildOurs() {
    for (const env of built.has('ours') ? [] : [{}, ours])
        execFileSync(join(root, 'erlmcp'), ['--version'],
            { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
    built.add('ours');
}

function buildLimit() {
    buildOurs();
    execFileSync(java('javac'), ['-cp', classPath(), '-d', peer('limit/target'),
        join(peer('limit'), 'Limit.java'), join(peer('limit'), 'Loop.java')], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const classPath = () => readFileSync(join(runFolder(), 'class-path'), 'utf8');
const runFolder = () => readFileSync(join(root, '.build/erlmcp-node/run'), 'utf8');

/** A program of the JDK that the launcher found. */
export function java(program = 'java') {
    const recorded = join(runFolder(), 'aot-jdk');
    const home = existsSync(recorded) ? readFileSync(recorded, 'utf8').split(' ')[0] : process.env.JAVA_HOME;
    return home ? join(home, 'bin', program) : program;
}
