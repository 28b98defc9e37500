package io.erlmcp.session;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.security.Principal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many live sessions each principal and each address has, and which of them may go for a new
 * one. Holds an entry for each owner of a session, no more.
 *
 * <p>Process model: no thread. Sessions are counted and looked for by the threads that open them.
 */
final class SessionShares {
    /** Found with one look at all sessions, so that not every new session has to look. */
    private static final int BATCH = 100;

    /** How long nobody looks again after nothing was found. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private static final int GROUPS_OF_A_NETWORK = 4;

    /** Nobody looked yet how many sessions earlier processes stored. */
    private static final int UNCOUNTED = -1;

    private final SessionLimits.Caps caps;
    private final ConcurrentHashMap<Owner, Share> byOwner = new ConcurrentHashMap<>();
    private final Share everybody;

    /** Guards which sessions are going, and where each is counted among those still. */
    private final ReentrantLock leaving = new ReentrantLock();

    private final Map<LegacySession, List<Share>> going = new HashMap<>();

    /** Shares may be there because of stored sessions alone. */
    private volatile boolean hasStored;

    SessionShares(SessionLimits.Caps caps) {
        this.caps = caps;
        this.everybody = new Share("sessions are open", caps.all(), null);
    }

    private sealed interface Owner {
        /** Somebody who is authenticated. */
        record Known(String name) implements Owner {}

        /** An IPv4 address, or the network of an IPv6 address. */
        record At(String network) implements Owner {}
    }

    /** The sessions of one owner, or of all. */
    static final class Share {
        private final String what;
        private final int max;
        private final AtomicInteger open = new AtomicInteger();

        /** Guards the fields below. */
        private final ReentrantLock lock = new ReentrantLock();

        private final ArrayDeque<LegacySession> spare = new ArrayDeque<>();
        private long quietSinceNanos;
        private boolean isQuiet;

        /** Sessions that count and have not made their room yet. */
        private final AtomicInteger begun = new AtomicInteger();

        /** Sessions that count, and are being ended to make room. */
        private final AtomicInteger going = new AtomicInteger();

        private final AtomicInteger stored = new AtomicInteger(UNCOUNTED);
        private final AtomicLong lookedNanos = new AtomicLong();
        private final @Nullable String principal;

        private Share(String what, int max, @Nullable String principal) {
            this.what = what;
            this.max = max;
            this.principal = principal;
        }

        /** The principal whose share it is; null for that of an address or of all. */
        @Nullable String principal() {
            return principal;
        }

        int max() {
            return max;
        }

        /** Room is made for a session more. */
        void begin() {
            begun.incrementAndGet();
        }

        /** That was done, or failed. */
        void end() {
            begun.decrementAndGet();
        }

        /** For how many sessions room is being made. */
        int begun() {
            return begun.get();
        }

        boolean isOver() {
            return over() > 0;
        }

        /** How many there are too many. */
        int over() {
            return open.get() + stored() - max;
        }

        /** How many of those that count are being ended. */
        int going() {
            return going.get();
        }

        /** Sessions of earlier processes, as far as they are known: nobody came back to them. */
        int stored() {
            return Math.max(0, stored.get());
        }

        boolean isUncounted() {
            return principal != null && stored.get() == UNCOUNTED;
        }

        void countStored(int found) {
            stored.set(found);
        }

        /** True once in a while: who is refused all the time must not look all the time. */
        boolean mayLook(long nowNanos) {
            long before = lookedNanos.get();
            return (before == 0 || nowNanos - before >= QUIET.toNanos())
                    && lookedNanos.compareAndSet(before, nowNanos);
        }

        McpException refusal() {
            return new McpException(ErrorCode.OVERLOADED, "Overloaded: " + max + ' ' + what);
        }
    }

    /** Counts a session that becomes live. */
    void enter(LegacySession session) {
        owners(session).forEach(owner -> count(owner, 1));
    }

    /** A session of an earlier process that was counted by {@link #enter} is live now. */
    void claimed(LegacySession session) {
        for (Share share : of(session)) {
            share.stored.updateAndGet(it -> it > 0 && share.principal != null ? it - 1 : it);
        }
    }

    /** Nothing is left of earlier processes. */
    void forgetStored() {
        if (!hasStored) {
            return;
        }
        hasStored = false;
        for (Owner owner : byOwner.keySet()) {
            byOwner.computeIfPresent(
                    owner,
                    (key, share) -> {
                        share.countStored(0);
                        return share.open.get() == 0 ? null : share;
                    });
        }
    }

    /** No longer counts it. */
    void leave(LegacySession session) {
        leaving.lock();
        try {
            List<Share> its = going.replace(session, List.of());
            if (its != null) {
                its.forEach(share -> share.going.decrementAndGet());
            }
            owners(session).forEach(owner -> count(owner, -1));
        } finally {
            leaving.unlock();
        }
    }

    /**
     * Lets a session go, which is to be ended then. Of those who want the same room at the same
     * time, each ends one only while there are too many beside those that are going.
     *
     * @param isNeeded whether there is one too many, but for those that are going
     * @return false when it need not go, or goes already
     */
    boolean goes(LegacySession session, BooleanSupplier isNeeded) {
        leaving.lock();
        try {
            if (going.containsKey(session) || !isNeeded.getAsBoolean()) {
                return false;
            }
            List<Share> its = of(session);
            its.forEach(share -> share.going.incrementAndGet());
            everybody.going.incrementAndGet();
            going.put(session, its);
            return true;
        } finally {
            leaving.unlock();
        }
    }

    private boolean isGoing(LegacySession session) {
        leaving.lock();
        try {
            return going.containsKey(session);
        } finally {
            leaving.unlock();
        }
    }

    /** It has gone, or could not. */
    void went(LegacySession session) {
        leaving.lock();
        try {
            List<Share> its = going.remove(session);
            if (its != null) {
                its.forEach(share -> share.going.decrementAndGet());
                everybody.going.decrementAndGet();
            }
        } finally {
            leaving.unlock();
        }
    }

    private void count(Owner owner, int more) {
        byOwner.compute(
                owner,
                (key, share) -> {
                    Share counted = share == null ? share(owner) : share;
                    boolean isUsed = counted.open.addAndGet(more) != 0;
                    if (counted.stored() > 0) {
                        hasStored = true;
                    }
                    return isUsed || counted.stored() > 0 ? counted : null;
                });
    }

    private Share share(Owner owner) {
        return switch (owner) {
            case Owner.Known known ->
                    new Share(
                            "sessions of the principal " + known.name() + " are open",
                            caps.perPrincipal(),
                            known.name());
            case Owner.At at ->
                    new Share(
                            "sessions from " + at.network() + " are open", caps.perAddress(), null);
        };
    }

    private static List<Owner> owners(LegacySession session) {
        List<Owner> owners = new ArrayList<>(2);
        if (!session.principal().equals(Principal.ANONYMOUS)) {
            owners.add(new Owner.Known(session.principal().name()));
        }
        String address = session.openedFrom();
        if (address != null) {
            owners.add(new Owner.At(address));
        }
        return owners;
    }

    /** Shares of the session's owners, those of its principal first. */
    List<Share> of(LegacySession session) {
        List<Share> shares = new ArrayList<>(2);
        for (Owner owner : owners(session)) {
            Share share = byOwner.get(owner);
            if (share != null) {
                shares.add(share);
            }
        }
        return shares;
    }

    Share everybody() {
        return everybody;
    }

    int owners() {
        return byOwner.size();
    }

    /**
     * An address as it is counted: who has one address of an IPv6 network usually has all of it.
     */
    static @Nullable String network(@Nullable String address) {
        if (address == null || address.indexOf(':') < 0) {
            return address;
        }
        String[] groups = address.split(":", -1);
        return groups.length <= GROUPS_OF_A_NETWORK
                ? address
                : String.join(":", List.of(groups).subList(0, GROUPS_OF_A_NETWORK)) + "::/64";
    }

    /**
     * The session of that share that was unused for longest, and for long enough; null when there
     * is none.
     */
    @Nullable LegacySession spare(Share share, Iterable<LegacySession> all, long nowNanos) {
        share.lock.lock();
        try {
            LegacySession found = next(share, nowNanos);
            boolean mayLook = !share.isQuiet || nowNanos - share.quietSinceNanos >= QUIET.toNanos();
            if (found == null && mayLook) {
                share.spare.addAll(longestUnused(share, all, nowNanos));
                share.isQuiet = share.spare.isEmpty();
                share.quietSinceNanos = nowNanos;
                found = share.spare.poll();
            }
            return found;
        } finally {
            share.lock.unlock();
        }
    }

    /** One that was picked and need not go may be picked again, in its turn. */
    void giveBack(Share share, LegacySession session) {
        if (isGoing(session)) {
            return;
        }
        share.lock.lock();
        try {
            Deque<LegacySession> before = new ArrayDeque<>();
            LegacySession first = share.spare.peekFirst();
            while (first != null && first.lastUsedNanos() - session.lastUsedNanos() < 0) {
                before.addLast(share.spare.removeFirst());
                first = share.spare.peekFirst();
            }
            if (!session.equals(first)) {
                share.spare.addFirst(session);
            }
            while (!before.isEmpty()) {
                share.spare.addFirst(before.removeLast());
            }
        } finally {
            share.lock.unlock();
        }
    }

    private @Nullable LegacySession next(Share share, long nowNanos) {
        LegacySession next = share.spare.poll();
        while (next != null && !maySpare(next, nowNanos)) {
            next = share.spare.poll();
        }
        return next;
    }

    /** True while it is not in use, and was not for long enough. */
    boolean maySpare(LegacySession session, long nowNanos) {
        return nowNanos - session.lastUsedNanos() >= caps.unused().toNanos()
                && !session.isBusy()
                && !session.isRetired()
                && !session.isClosed();
    }

    /** A session, and for how long it was unused when it was looked at. */
    private record Unused(LegacySession session, long nanos) {}

    private List<LegacySession> longestUnused(
            Share share, Iterable<LegacySession> all, long nowNanos) {
        Comparator<Unused> shortestFirst = Comparator.comparingLong(Unused::nanos);
        PriorityQueue<Unused> longest = new PriorityQueue<>(shortestFirst);
        for (LegacySession session : all) {
            if (maySpare(session, nowNanos) && isOf(session, share)) {
                longest.add(new Unused(session, nowNanos - session.lastUsedNanos()));
                if (longest.size() > BATCH) {
                    longest.remove();
                }
            }
        }
        return longest.stream().sorted(shortestFirst.reversed()).map(Unused::session).toList();
    }

    private boolean isOf(LegacySession session, Share share) {
        return share.equals(everybody) || of(session).contains(share);
    }
}
