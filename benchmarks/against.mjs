// What got slower: the targets' table of an earlier run beside that of this one. Both should be of the same machine:
// figures that are no ratio to the limit say nothing on another.

const TOLERATED = 0.1; // of the worse end of what was printed, for that is what the same code has shown

/** The rows of the table of targets: what was measured, and its worst. */
function rows(text) {
    const found = new Map();
    for (const line of text.split('\n')) {
        const cells = line.split(' | ').map(it => it.replace(/^\| | \|$/g, ''));
        const numbers = /^([\d.,]+)(?: \(([\d.,]+)-([\d.,]+)\))?$/.exec(cells[4] ?? '');
        const target = /^([≥≤<]) /.exec(cells[3] ?? '');
        if (!numbers || !target) continue;
        const [middle, low, high] = numbers.slice(1).map(it => it === undefined ? undefined : Number(it.replaceAll(',', '')));
        const isMore = target[1] === '≥';
        found.set(cells.slice(0, 3).join(', '), { middle, isMore, worst: (isMore ? low : high) ?? middle });
    }
    return found;
}

/** A line for each figure of the text `now` that is worse than in `then` by more than is tolerated. */
export function slower(then, now) {
    const before = rows(then), worse = [];
    if (before.size === 0) throw new Error('what is compared with holds no table of targets');
    let compared = 0;
    for (const [what, { middle, isMore }] of rows(now)) {
        const was = before.get(what);
        if (!was) continue;
        compared++;
        const bound = was.worst * (isMore ? 1 - TOLERATED : 1 + TOLERATED);
        if (isMore ? middle < bound : middle > bound)
            worse.push(`${what}: ${middle}, and was ${was.middle}, at worst ${was.worst}`);
    }
    if (compared === 0) throw new Error('what is compared with holds nothing that was measured now');
    return { compared, worse };
}
