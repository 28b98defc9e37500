package io.erlmcp.reliability;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * A network interface whose packets a program carries, Linux only. It is there until {@link #close}
 * or the end of the process, also when it was moved to another network namespace. Read by one
 * thread, written by another.
 */
@SuppressWarnings("restricted") // the kernel is asked by its own functions
final class TunDevice implements AutoCloseable {
    static final int MAX_PACKET_BYTES = 65_535;

    private static final String DEVICE = "/dev/net/tun";
    private static final int READ_WRITE = 2;
    private static final long SET_INTERFACE = 0x400454caL;

    /** Packets of IP, without a head of the driver's. */
    private static final short PACKETS_ALONE = 0x0001 | 0x1000;

    private static final int REQUEST_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final int POLL_BYTES = 8;
    private static final short READABLE = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            function("open", 2, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle IOCTL =
            function(
                    "ioctl",
                    2,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS);
    private static final MethodHandle POLL =
            function(
                    "poll",
                    -1,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT);
    private static final MethodHandle READ =
            function(
                    "read",
                    -1,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG);
    private static final MethodHandle WRITE =
            function(
                    "write",
                    -1,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG);
    private static final MethodHandle CLOSE =
            function("close", -1, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private final Arena arena = Arena.ofShared();
    private final int descriptor;
    private final MemorySegment incoming = arena.allocate(MAX_PACKET_BYTES);
    private final MemorySegment outgoing = arena.allocate(MAX_PACKET_BYTES);
    private final MemorySegment readState = arena.allocate(STATE);
    private final MemorySegment writeState = arena.allocate(STATE);
    private final MemorySegment pollRequest = arena.allocate(POLL_BYTES);

    /** Makes the interface {@code name} in the network namespace of this process. */
    TunDevice(String name) throws IOException {
        try {
            MemorySegment path = arena.allocateFrom(DEVICE);
            descriptor = (int) OPEN.invokeExact(readState, path, READ_WRITE);
        } catch (Throwable e) {
            throw impossible(e);
        }
        check(descriptor, "open " + DEVICE, readState);
        MemorySegment request = arena.allocate(REQUEST_BYTES);
        request.setString(0, name);
        request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, PACKETS_ALONE);
        int made;
        try {
            made = (int) IOCTL.invokeExact(readState, descriptor, SET_INTERFACE, request);
        } catch (Throwable e) {
            throw impossible(e);
        }
        check(made, "make the interface " + name, readState);
        pollRequest.set(ValueLayout.JAVA_INT, 0, descriptor);
        pollRequest.set(ValueLayout.JAVA_SHORT, 4, READABLE);
    }

    private static MethodHandle function(
            String name, int fixedArguments, MemoryLayout result, MemoryLayout... arguments) {
        Linker.Option errno = Linker.Option.captureCallState("errno");
        Linker.Option[] options =
                fixedArguments < 0
                        ? new Linker.Option[] {errno}
                        : new Linker.Option[] {
                            errno, Linker.Option.firstVariadicArg(fixedArguments)
                        };
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                options);
    }

    private static void check(long result, String what, MemorySegment state) throws IOException {
        if (result < 0) {
            throw new IOException("cannot " + what + ": errno " + ERRNO.get(state, 0L));
        }
    }

    private static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("a call of the C library failed", e);
    }

    /** The next packet; empty when none came within {@code limit}. */
    byte[] read(Duration limit) throws IOException {
        long bytes = 0;
        try {
            pollRequest.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
            int ready = (int) POLL.invokeExact(readState, pollRequest, 1L, (int) limit.toMillis());
            if (ready > 0) {
                bytes =
                        (long)
                                READ.invokeExact(
                                        readState, descriptor, incoming, (long) MAX_PACKET_BYTES);
            }
        } catch (Throwable e) {
            throw impossible(e);
        }
        check(bytes, "read a packet", readState);
        byte[] packet = new byte[(int) bytes];
        MemorySegment.copy(incoming, ValueLayout.JAVA_BYTE, 0, packet, 0, packet.length);
        return packet;
    }

    void write(byte[] packet) throws IOException {
        MemorySegment.copy(packet, 0, outgoing, ValueLayout.JAVA_BYTE, 0, packet.length);
        long written;
        try {
            written =
                    (long)
                            WRITE.invokeExact(
                                    writeState, descriptor, outgoing, (long) packet.length);
        } catch (Throwable e) {
            throw impossible(e);
        }
        check(written, "write a packet", writeState);
    }

    /** The interface goes; nobody may be in {@link #read} or {@link #write}. */
    @Override
    public void close() {
        try {
            int closed = (int) CLOSE.invokeExact(writeState, descriptor);
            if (closed < 0) {
                throw new IllegalStateException("cannot close " + DEVICE);
            }
        } catch (Throwable e) {
            throw impossible(e);
        } finally {
            arena.close();
        }
    }
}
