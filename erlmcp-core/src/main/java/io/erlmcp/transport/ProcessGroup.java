package io.erlmcp.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A child in a process group of its own, with everything that it starts, and the watcher that ends
 * the group: at the latest when this process ends, in whatever way.
 *
 * <p>Process model: the child waits for a line on its input before it becomes the program, so that
 * no program runs without its watcher. The watcher is a shell in a session of its own; it holds the
 * other end of a pipe from here and kills the group when the pipe ends. What left the group is
 * found by a mark in its environment, where the system shows environments under {@code /proc}.
 *
 * <p>A nice child is so from its first instruction. Where the kernel divides processor time by
 * session ({@code sched_autogroup_enabled}), a process is nice within its session alone; there its
 * session is made nice before it becomes the program, and by the watcher where that was refused.
 */
final class ProcessGroup {
    /** What the child reads before it becomes the program. */
    static final byte[] GO = "go".getBytes(StandardCharsets.US_ASCII);

    private static final String MARK = "ERLMCP_RUN";
    private static final String WAIT_FOR_GO = "IFS= read -r go || exit 0; unset go; ";

    /**
     * {@code $3} for the session, where it has no number yet. The kernel takes ten such wishes in a
     * second from all of its unprivileged processes together, so this one is repeated, aside, for
     * half a minute; but not before the child has a session of its own, for the one before is that
     * of this process.
     */
    private static final String WATCH =
            """
            trap '' INT TERM HUP
            session=/proc/$1/autogroup
            leads() {
              read -r stat <"/proc/$1/stat" && set -- "$1" ${stat##*) } && [ "$5" = "$1" ]
            }
            make_nice() {
              leads "$1" && read -r now <"$session" && {
                [ "${now##* }" != 0 ] || echo "$2" >"$session"
              }
            }
            [ "$3" = 0 ] || (
              tries=0
              until make_nice "$1" "$3" 2>/dev/null; do
                tries=$((tries + 1))
                [ -w "$session" ] && [ "$tries" -lt 150 ] || break
                sleep 0.2
              done
            ) &
            while IFS= read -r line; do kill -s TERM -- "-$1" 2>/dev/null; done
            kill -s KILL -- "-$1" 2>/dev/null
            for round in 1 2 3 4 5; do
              left=$(grep -alsF "$2" /proc/[0-9]*/environ 2>/dev/null)
              [ -n "$left" ] || exit 0
              for file in $left; do pid=${file#/proc/}; kill -s KILL "${pid%/environ}" 2>/dev/null; done
            done
            """;

    private static final byte[] TERMINATE = "terminate\n".getBytes(StandardCharsets.US_ASCII);

    private final Process watcher;

    /** Guards the pipe to the watcher: what is written is short and never blocks for long. */
    private final ReentrantLock writing = new ReentrantLock();

    private ProcessGroup(Process watcher) {
        this.watcher = watcher;
    }

    /**
     * Has {@code builder} start its command in a group of its own, which lets others go first by
     * {@code nice}, and its session by {@code sessionNice}; returns the mark of the run.
     */
    static String prepare(ProcessBuilder builder, int nice, int sessionNice) {
        String script = WAIT_FOR_GO + makeNice(sessionNice) + become(nice);
        List<String> command = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", script, "sh"));
        command.addAll(builder.command());
        builder.command(command);
        String mark = UUID.randomUUID().toString();
        builder.environment().put(MARK, mark);
        return MARK + '=' + mark;
    }

    private static String makeNice(int session) {
        return session == 0 ? "" : "{ echo " + session + " >/proc/$$/autogroup; } 2>/dev/null; ";
    }

    /** {@code nice} is found where all systems have it, when the child's path leads elsewhere. */
    private static String become(int nice) {
        String program = "$(PATH=${PATH:+$PATH:}/usr/bin:/bin; command -v nice || echo nice)";
        return nice == 0 ? "exec \"$@\"" : "exec \"" + program + "\" -n " + nice + " \"$@\"";
    }

    /** Watches the group of {@code child}, which {@link #prepare} prepared. */
    static ProcessGroup watch(Process child, String mark, int nice) throws IOException {
        String group = Long.toString(child.pid());
        ProcessBuilder builder =
                new ProcessBuilder(
                        "setsid", "/bin/sh", "-c", WATCH, "sh", group, mark, String.valueOf(nice));
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return new ProcessGroup(builder.start());
    }

    /** Asks all of the group to terminate. */
    void terminate() {
        tell(TERMINATE, false);
    }

    /** Has the watcher kill what is left. */
    void kill() {
        tell(new byte[0], true);
    }

    private void tell(byte[] line, boolean last) {
        writing.lock();
        try {
            OutputStream pipe = watcher.getOutputStream();
            pipe.write(line);
            if (last) {
                pipe.close();
            } else {
                pipe.flush();
            }
        } catch (IOException alreadyGone) {
            // A watcher that is gone has killed the group.
            watcher.destroyForcibly();
        } finally {
            writing.unlock();
        }
    }

    /** Waits until the watcher is done; false when it was not in time. */
    boolean await(Duration limit) throws InterruptedException {
        return watcher.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
