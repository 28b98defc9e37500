// The table of a run: peers across, operations down. Prints failures at once and the table at the end.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export class Matrix {
    /** peer -> operation -> {ok, reason} */
    #peers = new Map();

    constructor(title) { this.title = title; }

    /** Runs one check; whatever it throws is its failure. A check that hangs fails after `limitMillis`. */
    async check(peer, operation, run, limitMillis = 15_000) {
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => reject(new Error(`no answer within ${limitMillis} ms`)), limitMillis);
        });
        try {
            await Promise.race([run(), late]);
            this.#put(peer, operation, { ok: true });
        } catch (failure) {
            const reason = String(failure?.message ?? failure).replaceAll('\n', ' ').slice(0, 500);
            this.#put(peer, operation, { ok: false, reason });
            console.log(`FAILED ${peer} / ${operation}: ${reason}`);
        } finally {
            clearTimeout(timer);
        }
    }

    #put(peer, operation, verdict) {
        if (!this.#peers.has(peer)) this.#peers.set(peer, new Map());
        this.#peers.get(peer).set(operation, verdict);
    }

    get count() {
        const all = [...this.#peers.values()].flatMap(of => [...of.values()]);
        return { passed: all.filter(v => v.ok).length, failed: all.filter(v => !v.ok).length };
    }

    json() {
        const peers = {};
        for (const [peer, of] of this.#peers) peers[peer] = Object.fromEntries(of);
        return { title: this.title, ...this.count, peers };
    }

    print() {
        const peers = [...this.#peers.keys()];
        peers.forEach((peer, i) => console.log(`${String.fromCharCode(65 + i)} = ${peer}`));
        const operations = [...new Set(peers.flatMap(peer => [...this.#peers.get(peer).keys()]))];
        const width = Math.max(...operations.map(o => o.length), 9);
        console.log(`${'operation'.padEnd(width)}  ${peers.map((_, i) => String.fromCharCode(65 + i)).join('  ')}`);
        for (const operation of operations) {
            const cells = peers.map(peer => this.#peers.get(peer).get(operation)).map(v => !v ? '-' : v.ok ? '+' : 'X');
            console.log(`${operation.padEnd(width)}  ${cells.join('  ')}`);
        }
        console.log('+ passed, X failed, - the peer does not offer it');
    }

    /** Prints everything, writes the JSON if asked to, and sets the exit code. Last line: "N passed, N failed". */
    finish(jsonFile) {
        this.print();
        if (jsonFile) {
            mkdirSync(dirname(jsonFile), { recursive: true });
            writeFileSync(jsonFile, `${JSON.stringify(this.json(), undefined, 1)}\n`);
        }
        const { passed, failed } = this.count;
        console.log(`${passed} passed, ${failed} failed`);
        process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
    }
}

/** Version of an installed peer. */
export function versionOf(name) {
    return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}
