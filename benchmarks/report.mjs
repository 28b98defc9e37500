// Turns results into a table and the table into docs/performance.md.

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values, digits) => `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}-` +
    `${Math.max(...values).toFixed(digits)})`;
const millis = values => (median(values) / 1000).toFixed(2);

/** One line for each case and server: medians over the rounds, with the lowest and the highest in brackets. */
export function summary(results) {
    const lines = ['| case | server | ratio to the limit | calls/s | CPU us/call | CPU ratio | p50 ms | p99 ms | p99.9 ms | p99 of the limit |',
        '|---|---|---|---|---|---|---|---|---|---|'];
    for (const [key, rounds] of Map.groupBy(results, it => `${it.case} | ${it.server}`)) {
        const of = (which, name) => rounds.map(it => it[which].latencyMicros[name]);
        // by a timetable all are as fast as the timetable
        const isOpen = rounds[0].mine.loop === 'open';
        const ratios = rounds.map(it => it.mine.perSecond / it.limit.perSecond);
        lines.push(`| ${[key, isOpen ? '-' : spread(ratios, 2),
            Math.round(median(rounds.map(it => it.mine.perSecond))),
            median(rounds.map(it => it.mine.serverCpuMicros)).toFixed(1),
            spread(rounds.map(it => it.mine.serverCpuMicros / it.limit.serverCpuMicros), 2),
            millis(of('mine', 'p50')), millis(of('mine', 'p99')), millis(of('mine', 'p99.9')),
            millis(of('limit', 'p99'))].join(' | ')} |`);
    }
    return lines.join('\n');
}

export function document(machine, table, servers, options) {
    return `# Performance

Written by \`${machine.command}\` (see benchmarks/README.md), which measures all of it again.

Server on one core, load on another; \`tools/call echo\` with 100 bytes of fresh random text in each call, every answer
checked. Each number is the median of ${options.rounds} rounds of ${options.duration} after ${options.warmup} of warm-up,
with the lowest and the highest in brackets. Before each server the limit is measured, and the ratio is to that run.
In an open loop (\`open\`) calls start by a timetable, and latency counts from the time in it.

${table}

## Servers

${servers.map(it => `- **${it.name}**: ${it.about}.`).join('\n')}

## Machine

- ${machine.cpu}, ${machine.memory}, Linux ${machine.kernel}; other processes used at most ${machine.load} cores before a run
- ${machine.java}; Node.js ${machine.node}
- commit ${machine.commit}
`;
}
