// server.mjs URL: the official suite against a running server, both revisions. See server.sh.
import { Report, required, run } from './official.mjs';

const expected = {
    '2026-07-28': { count: 37, extra: ['json-schema-2020-12', 'http-header-validation',
        'http-custom-header-server-validation', 'tasks-lifecycle', 'tasks-capability-negotiation', 'tasks-wire-fields',
        'tasks-request-state-removal', 'tasks-mrtr-input', 'tasks-request-headers', 'tasks-dispatch-and-envelope',
        'tasks-required-task-error', 'tasks-mrtr-composition'],
    // Checks nothing at present, which the suite says itself: it must run, and not fail.
    idle: ['tasks-status-notifications'] },
    '2025-11-25': { count: 30, extra: ['json-schema-2020-12', 'server-session-lifecycle', 'server-sse-polling'] },
};

const [given] = process.argv.slice(2);
if (!given) {
    console.error('usage: server.sh URL    (for example http://127.0.0.1:8080/mcp)');
    process.exit(2);
}
// The scenario on DNS rebinding names localhost in its requests, so the server is addressed by that name.
const url = given.replace('//127.0.0.1', '//localhost');
const report = new Report();
for (const [revision, { count, extra, idle = [] }] of Object.entries(expected)) {
    const { scored, unscored } = required(revision, 'server');
    report.take(`${revision}: the suite lists ${scored.length} scored scenarios, ${count} expected`,
        scored.length === count);
    const { results, code, log } = await run(`server-${revision}`, 'server',
        ['--url', url, '--requirements', revision], 120_000);
    if (results.size === 0) console.log(log.split('\n').slice(-20).join('\n'));
    report.take(`${revision}: the suite ended with ${code}`, code === 0);
    report.scenarios(revision, scored, results);
    report.scenarios(revision, extra, results);
    for (const name of idle) {
        const reasons = results.get(name)?.failures ?? ['the suite did not run it'];
        const only = reasons.filter(reason => reason !== 'the scenario made no check');
        report.take(`${revision} ${name}`, only.length === 0, only);
    }
    const good = names => names.filter(name => results.get(name)?.passed).length;
    console.log(`${revision}: ${good(scored)} of ${count} scored, ${good(extra)} of ${extra.length} unscored that `
        + `count for us, ${results.size} of ${scored.length + unscored.length} executed`);
}
report.finish();
