// Starts and ends servers and loads: pinned, known by their pid, none left behind.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { java, root } from './servers.mjs';

const SERVER_CORE = '0', LOAD_CORE = '1';
const READY_MILLIS = 60_000, STOP_MILLIS = 10_000, LOAD_MILLIS = 180_000;
const running = new Set();
const execute = promisify(execFile);

process.on('exit', () => running.forEach(child => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

export const say = text => process.stderr.write(text + '\n');
export const sleep = millis => new Promise(resolve => setTimeout(resolve, millis));

function start(command, options) {
    const child = spawn(command[0], command.slice(1), options);
    running.add(child);
    child.ended = new Promise(resolve => {
        child.on('error', error => { running.delete(child); resolve(error.message); });
        child.on('close', (code, signal) => { running.delete(child); resolve(code ?? signal); });
    });
    return child;
}

/** Starts a server on its core; it has said where it listens when this returns {pid, url, admin, ws, tcp, unix, stop()}. */
export async function startServer(server, variant) {
    const [program, ...rest] = server.command();
    const data = mkdtempSync(join(tmpdir(), 'erlmcp-bench-')); // ours would bring back the sessions of the last visit
    const child = start(['taskset', '-c', SERVER_CORE, program, ...rest], {
        env: { ...process.env, ERLMCP_DATA_DIR: data, ERLMCP_TCP_SOCKET: join(data, 's'), ...server.env, ...server.variants?.[variant] },
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.ended.then(() => rmSync(data, { recursive: true, force: true }));
    try {
        return { pid: child.pid, ...await ready(child, server), stop: () => stop(child) };
    } catch (error) {
        await stop(child);
        throw error;
    }
}

function ready(child, server) {
    return new Promise((resolve, reject) => {
        let text = '';
        const fail = why => { clearTimeout(timer); reject(new Error(`${server.name} ${why}:\n${text}`)); };
        const timer = setTimeout(() => fail('is not ready'), READY_MILLIS);
        child.stderr.on('data', data => {
            text = (text + data).slice(-20_000);
            const url = server.ready ? server.ready.exec(text)?.[1] : /"mcp": *"([^"]+)"/.exec(text)?.[1];
            const admin = /"admin": *"([^"]+)"/.exec(text)?.[1];
            const others = Object.fromEntries([...text.matchAll(/"(ws|tcp|unix)": *"([^"]+)"/g)].map(it => [it[1], it[2]]));
            if (url) { clearTimeout(timer); resolve({ url: server.ready ? url + '/mcp' : url, admin, ...others }); }
        });
        child.ended.then(code => fail(`ended with ${code}`));
    });
}

async function stop(child) {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS);
    await child.ended;
    clearTimeout(timer);
}

/** Runs ./erlmcp bench on its core; `onLine` hears each line of its progress. */
export async function load(args, onLine = () => {}) {
    const child = start(['taskset', '-c', LOAD_CORE, join(root, 'erlmcp'), 'bench', '--json', ...args],
        { stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), LOAD_MILLIS);
    let out = '', err = '';
    child.stdout.on('data', data => { out += data; });
    child.stderr.on('data', data => {
        err = (err + data).slice(-5000);
        if (String(data).includes('bench:')) onLine();
    });
    const code = await child.ended;
    clearTimeout(timer);
    const last = (err + out).trim().split('\n').at(-1);
    if (code !== 0) throw new Error(`${last} (bench ${args.join(' ')} ended with ${code})\n${err}`);
    return JSON.parse(out);
}

/** A command line that runs on the server's core, for a load that starts it itself. */
export const onServerCore = command => ['taskset', '-c', SERVER_CORE, ...command];

/** Bytes of the objects that are alive in a JVM: what a full collection leaves. */
export async function liveHeap(pid) {
    let text = '';
    for (let i = 0; i < 2; i++) // the second one also frees what finalizers and cleaners held in the first
        text = (await execute(java('jcmd'), [String(pid), 'GC.class_histogram'], { maxBuffer: 2 ** 26 })).stdout;
    const total = /^Total\s+\d+\s+(\d+)/m.exec(text);
    if (!total) throw new Error(`no total in the histogram of ${pid}`);
    return Number(total[1]);
}

/** Resident bytes of a process. */
export function resident(pid) {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}
