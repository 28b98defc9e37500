// What is measured. `kind` says how: a load over HTTP on a running server, or processes started for the case alone.
//   args    for ./erlmcp bench          era     only this one; first: only the server's first; otherwise each it speaks
//   method  another than tools/call     tool    which of the server's tools; otherwise echo
//   limit   true: measured in turns with the limit       halfOf  an open loop at half of what that case reached
//   via     the transport: ws, tcp or unix; otherwise HTTP
//   target  what the summary holds the subject to: least or most of a figure of report.mjs

const connections = n => ['--connections', String(n)];

export const cases = [
    {
        name: 'http-64', kind: 'load', limit: true, args: connections(64), what: '64 connections, non-blocking tool',
        targets: [['ratio', '>=', 0.85], ['cpuRatio', '<=', 1.2], ['p99', '<=', 1.5], ['p99Ratio', '<=', 2]],
    },
    {
        name: 'http-64-blocking', kind: 'load', limit: true, tool: 'blocking', args: connections(64),
        what: '64 connections, ordinary (blocking) tool', targets: [['ratio', '>=', 0.65]],
    },
    {
        name: 'http-256', kind: 'load', limit: true, args: connections(256), what: '256 connections, non-blocking tool',
        targets: [['ratio', '>=', 0.8]],
    },
    {
        name: 'http-256-blocking', kind: 'load', limit: true, tool: 'blocking', args: connections(256),
        what: '256 connections, ordinary (blocking) tool', targets: [['ratio', '>=', 0.6]],
    },
    {
        name: 'http-1', kind: 'load', era: 'first', limit: true, args: connections(1), what: '1 connection, non-blocking tool',
        targets: [['ratio', '>=', 0.95]],
    },
    {
        name: 'open-half', kind: 'load', era: 'first', limit: true, halfOf: 'http-64', args: connections(64),
        what: 'open loop at half of the own capacity, 64 connections',
        targets: [['p50', '<', 1], ['p95', '<', 10], ['p99', '<', 20]],
    },
    {
        name: 'list-64', kind: 'load', era: 'first', method: 'tools/list', args: [...connections(64), '--method', 'tools/list'],
        what: '`tools/list`, 64 connections', targets: [],
    },
    {
        name: 'progress-64', kind: 'load', era: 'first', method: 'progress', args: [...connections(64), '--method', 'progress'],
        what: 'a stream of 10 progress notifications and the answer, 64 connections', targets: [],
    },
    ...[['ws', 'WebSocket'], ['tcp', 'TCP'], ['unix', 'a Unix domain socket']].map(([via, name]) => ({
        name: `${via}-64`, kind: 'load', era: 'first', via, args: connections(64),
        what: `64 connections over ${name}, non-blocking tool`, targets: [],
    })),
    // last on a server: it leaves sessions behind
    {
        name: 'sessions', kind: 'load', era: 'legacy', method: 'initialize',
        args: ['--connections', '32', '--method', 'initialize', '--rate', '4000'],
        what: 'a new session (`initialize` and `notifications/initialized`), 4000 a second',
        targets: [['cpu', '<=', 60]],
    },
    {
        name: 'stdio-ping-pong', kind: 'stdio', limit: true, args: ['--pipeline', '1'],
        what: 'stdio, one request at a time', targets: [['ratio', '>=', 0.9]],
    },
    {
        name: 'stdio-pipelined', kind: 'stdio', limit: true, args: ['--pipeline', '256'],
        what: 'stdio, 256 requests under way', targets: [['perSecond', '>=', 300_000]],
    },
    // the targets in milliseconds are of a machine where the limit, which has no cache, takes 460: so the ratios
    {
        name: 'start', kind: 'start', what: 'start-up to the first answer',
        targets: [['millis', '<=', 350], ['millisRatio', '<=', 0.76], ['rss', '<=', 100]],
    },
    {
        name: 'start-no-aot', kind: 'start', variant: 'noAot', what: 'start-up to the first answer without the AOT cache',
        targets: [['millis', '<=', 700], ['millisRatio', '<=', 1.52]],
    },
    {
        name: 'idle-sessions', kind: 'memory', era: 'legacy', what: '20,000 idle sessions', targets: [['heap', '<=', 0.4]],
    },
    {
        name: 'idle-connections', kind: 'memory', what: '15,000 idle connections', targets: [['heap', '<=', 4]],
    },
    {
        name: 'idle-websockets', kind: 'memory', era: 'first', via: 'ws', what: '15,000 idle WebSocket connections',
        targets: [['heap', '<=', 4]],
    },
    {
        name: 'open-streams', kind: 'memory', what: '15,000 open event streams', targets: [['heap', '<=', 4]],
    },
];
