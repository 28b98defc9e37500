// client.mjs COMMAND: the official suite against a client. See client.sh.
import { readFileSync } from 'node:fs';
import { Report, required, run } from './official.mjs';

// What must pass whatever the baseline says.
const named = {
    '2026-07-28': ['tools_call', 'request-metadata', 'sep-2322-client-request-state', 'http-standard-headers',
        'http-custom-headers', 'http-invalid-tool-headers', 'json-schema-ref-no-deref'],
    '2025-11-25': ['initialize', 'tools_call', 'elicitation-sep1034-client-defaults', 'sse-retry'],
};
const preservation = 'json-schema-2020-12-preservation';
const counts = { '2026-07-28': 32, '2025-11-25': 18 };

const command = process.argv.slice(2).join(' ');
if (!command) {
    console.error('usage: client.sh COMMAND    (started as "COMMAND URL")');
    process.exit(2);
}
const report = new Report();
const baseline = readBaseline(new URL('./client-baseline.yml', import.meta.url));

for (const [revision, names] of Object.entries(named)) {
    const { scored, unscored } = required(revision, 'client');
    report.take(`${revision}: the suite lists ${scored.length} scored scenarios, ${counts[revision]} expected`,
        scored.length === counts[revision]);
    let executed = 0;
    for (const name of [...names, preservation]) {
        const { results } = await run(`client-${revision}-${name}`, 'client', ['--command', command, '--scenario', name,
            '--spec-version', revision, '--timeout', '30000'], 120_000);
        executed += results.size;
        report.scenarios(`${revision} (alone)`, [name], results);
    }
    report.take(`${revision}: ${executed} of ${names.length + 1} named scenarios executed`,
        executed === names.length + 1);
    await whole(revision, [...names, preservation], [...scored, ...unscored]);
}
report.finish();

/** The full list of a revision, all clients at once: the baseline must name exactly what fails. */
async function whole(revision, names, all) {
    const missing = baseline[revision] ?? [];
    const { results } = await run(`client-${revision}`, 'client',
        ['--command', command, '--requirements', revision, '--timeout', '60000'], 300_000);
    report.take(`${revision}: ${results.size} of ${all.length} scenarios executed`,
        results.size === all.length && all.every(name => results.has(name)));
    report.scenarios(revision, all.filter(name => !missing.includes(name)), results);
    for (const name of missing) {
        const stale = results.get(name)?.passed || names.includes(name) || !all.includes(name);
        report.take(`${revision} ${name} is in the baseline, but passes, must pass or is unknown: take it out`, !stale);
    }
    const good = [...results.values()].filter(result => result.passed).length;
    console.log(`${revision}: ${good} of ${all.length} passed, ${missing.length} in the baseline`);
}

/** `REVISION:` lines, each followed by `  - scenario` lines. */
function readBaseline(file) {
    const lists = {};
    let list;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
        const revision = /^'?([\d-]+)'?:/.exec(line)?.[1];
        const name = /^ {2}- (\S+)/.exec(line)?.[1];
        if (revision) list = lists[revision] = [];
        else if (name) list.push(name);
    }
    return lists;
}
