package io.erlmcp.reliability;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;

/**
 * The part of R18 with permessage-deflate, for which the suite has no cases: with each offer that a
 * server can meet, messages of all sizes come back as they were; what it cannot meet is declined,
 * and what is no compression ends the connection.
 */
final class CompressionCases {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> OFFERS =
            List.of(
                    "permessage-deflate",
                    "permessage-deflate; client_max_window_bits",
                    "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                    "permessage-deflate; server_max_window_bits=15",
                    "permessage-deflate; server_max_window_bits=9, permessage-deflate");

    /** The JDK has no windows of 512 bytes. */
    private static final List<String> DECLINED =
            List.of(
                    "permessage-deflate; server_max_window_bits=9",
                    "permessage-deflate; server_max_window_bits=16",
                    "permessage-deflate; unheard_of");

    private static final List<Integer> SIZES =
            List.of(0, 1, 16, 125, 126, 1_024, 8_192, 32_768, 65_535, 65_536, 131_072);

    private static final int SURELY_SHORTER = 8_192;

    private final URI server;
    private final Random random;
    private final Findings findings;

    CompressionCases(URI server, Random random, Findings findings) {
        this.server = server;
        this.random = random;
        this.findings = findings;
    }

    void run(int rounds) throws IOException {
        for (String offer : OFFERS) {
            talk(offer, rounds, true);
        }
        for (String offer : DECLINED) {
            talk(offer, 1, false);
        }
        refused("a message that is compressed where nothing was agreed", "x", new byte[] {1, 2});
        byte[] garbage = new byte[200];
        random.nextBytes(garbage);
        garbage[0] = (byte) 0xff; // a block of a kind that there is not
        refused("what is no compression", "permessage-deflate", garbage);
    }

    private void talk(String offer, int rounds, boolean isAgreed) throws IOException {
        try (CompressedTalk talk = new CompressedTalk(server, offer, PATIENCE)) {
            findings.check(
                    isAgreed != talk.agreed().isEmpty(),
                    "the offer \"" + offer + "\" was answered with \"" + talk.agreed() + '"');
            for (int round = 0; round < rounds; round++) {
                for (int size : SIZES) {
                    boolean isCompressed = !talk.agreed().isEmpty() && random.nextInt(4) > 0;
                    echo(talk, size, random.nextInt(3) > 0, isCompressed);
                }
            }
        } catch (EOFException | DataFormatException e) {
            findings.fail("with \"" + offer + "\": " + e);
        }
    }

    private void echo(CompressedTalk talk, int size, boolean isText, boolean isCompressed)
            throws IOException, DataFormatException {
        byte[] message = isText ? text(size) : binary(size);
        talk.send(message, isText, isCompressed, 1 + random.nextInt(5), random);
        byte[] answer = talk.read();
        findings.count(isCompressed ? "compressed_messages" : "plain_messages", 1);
        findings.count("compressed_answers", talk.wasCompressed() ? 1 : 0);
        findings.check(
                Arrays.equals(answer, message),
                "a message of " + size + " bytes came back with " + answer.length);
        boolean mustBeShorter = isText && size >= SURELY_SHORTER && !talk.agreed().isEmpty();
        findings.check(
                talk.wasCompressed() || !mustBeShorter,
                "an answer of " + size + " bytes was not compressed");
    }

    /** Words that repeat, as messages do. */
    private byte[] text(int size) {
        StringBuilder words = new StringBuilder();
        while (words.length() < size) {
            words.append("{\"word\":").append(random.nextInt(100)).append("},");
        }
        return words.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] binary(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private void refused(String what, String offer, byte[] payload) throws IOException {
        try (CompressedTalk talk = new CompressedTalk(server, offer, PATIENCE)) {
            talk.sendAsCompressed(payload, random);
            byte[] answer = talk.read();
            findings.fail(what + " was answered with " + answer.length + " bytes");
        } catch (EOFException ended) {
            findings.count("refused_frames", 1);
        } catch (DataFormatException e) {
            findings.fail(what + ": " + e);
        }
    }
}
