// Runs the official conformance suite and judges its checks.json files ourselves: the suite's own exit code counts a
// scenario without a single check as passed, and says nothing when it ran fewer scenarios than it should.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const suite = join(here, '../node_modules/@modelcontextprotocol/conformance');
const build = join(here, '../../.build/suite');

/** The names a revision requires and those it merely runs, from the frozen lists inside the package. */
export function required(revision, leg) {
    const lines = readFileSync(join(suite, `requirements/${revision}.yaml`), 'utf8').split('\n');
    const scored = [], unscored = [];
    let section = '';
    for (const [index, line] of lines.entries()) {
        const key = /^(\w+):/.exec(line);
        if (key) section = key[1];
        const name = /^ {2}- (?:scenario: )?(\S+)$/.exec(line)?.[1];
        if (!name) continue;
        if (section === leg) scored.push(name);
        else if (section === 'not_scored' && lines[index + 1].trim() === `leg: ${leg}`) unscored.push(name);
    }
    return { scored, unscored };
}

/** Runs the suite with `args`; answers scenario name -> verdict for every scenario that left a result. */
export async function run(label, leg, args, budgetMillis) {
    const out = join(build, label.replaceAll('/', '_'));
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const child = spawn(process.execPath, [join(suite, 'dist/index.js'), leg, ...args, '-o', out],
        { cwd: build, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', data => { log += data; });
    const timer = setTimeout(() => child.kill('SIGKILL'), budgetMillis);
    const code = await new Promise(resolve => child.on('exit', (status, signal) => resolve(status ?? signal)));
    clearTimeout(timer);
    return { results: verdicts(out, leg), code, log, out };
}

function verdicts(out, leg) {
    const results = new Map();
    for (const file of readdirSync(out, { recursive: true })) {
        if (!file.endsWith('checks.json') || !statSync(join(out, file)).isFile()) continue;
        const folder = dirname(file);
        const name = folder.replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '').replace(leg === 'server' ? /^server-/ : /^/, '');
        results.set(name, judge(JSON.parse(readFileSync(join(out, file), 'utf8')), join(out, folder)));
    }
    return results;
}

/** Passed = no FAILURE and at least one SUCCESS of the scenario itself (the wire's schema check does not count). */
function judge(checks, folder) {
    const of = status => checks.filter(check => check.status === status);
    const own = of('SUCCESS').filter(check => check.id !== 'wire-schema-valid');
    const failures = of('FAILURE').map(check => `${check.id}: ${check.errorMessage ?? check.description}`);
    if (failures.length === 0 && own.length === 0) failures.push('the scenario made no check');
    const errors = join(folder, 'stderr.txt');
    const stderr = existsSync(errors) ? readFileSync(errors, 'utf8').trim() : '';
    return { passed: failures.length === 0, successes: of('SUCCESS').length, failures, stderr, folder,
        warnings: of('WARNING').map(check => `${check.id}: ${check.errorMessage ?? check.description}`) };
}

/** Counts and prints verdicts; the last line of every script of this folder comes from `finish`. */
export class Report {
    #passed = 0;
    #failed = 0;

    take(title, passed, reasons = []) {
        if (passed) this.#passed++;
        else this.#failed++;
        if (!passed) console.log(`FAILED ${title}`);
        for (const reason of passed ? [] : reasons) console.log(`       ${reason}`);
    }

    /** Judges each of `names` in `results`: it must have run and passed. */
    scenarios(revision, names, results) {
        for (const name of names) {
            const result = results.get(name);
            const title = `${revision} ${name}`;
            if (!result) this.take(title, false, ['the suite did not run it']);
            else this.take(title, result.passed, [...result.failures, `see ${result.folder}`,
                ...(result.stderr ? [`stderr: ${result.stderr.split('\n').slice(-3).join(' | ')}`] : [])]);
            for (const warning of result?.warnings ?? []) console.log(`warn   ${title}: ${warning}`);
        }
    }

    finish() {
        console.log(`${this.#passed} passed, ${this.#failed} failed`);
        process.exitCode = this.#failed === 0 && this.#passed > 0 ? 0 : 1;
    }
}
