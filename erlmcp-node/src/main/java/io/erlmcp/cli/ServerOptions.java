package io.erlmcp.cli;

import io.erlmcp.client.EraChoice;
import io.erlmcp.config.Durations;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.tls.ClientTls;
import io.erlmcp.tls.TlsClientConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that talks to a server. */
final class ServerOptions {
    @Option(names = "--json", description = "Print exactly one JSON document.")
    boolean isJson;

    @Option(
            names = "--era",
            paramLabel = "ERA",
            defaultValue = "auto",
            converter = EraConverter.class,
            description =
                    "auto, legacy (up to 2025-11-25) or modern (from 2026-07-28); default: auto.")
    EraChoice era = EraChoice.AUTO;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = DurationConverter.class,
            description = "How long the server may be silent, such as 5s or 2m; default: 1m.")
    Duration timeout = Duration.ofMinutes(1);

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            description = "A header for every HTTP request; may be repeated.")
    List<String> headers = List.of();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "The authorities in PEM to trust with https, wss and tcps, instead of the"
                            + " usual ones.")
    @Nullable Path authorities;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "A certificate in PEM to show to the server; with --key.")
    @Nullable Path certificate;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Its private key in PEM, PKCS#8 without a password.")
    @Nullable Path key;

    @Option(
            names = "--answers",
            paramLabel = "JSON",
            description =
                    "Answers to what the server asks the user, by field: '{\"name\":\"Ada\"}';"
                            + " - reads them from stdin as if they were typed.")
    @Nullable String answers;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show what a child server writes to its standard error.")
    boolean isVerbose;

    Map<String, String> headersByName() {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new UsageException("--header: needs 'Name: value'");
            }
            byName.put(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
        }
        return byName;
    }

    /**
     * @throws UsageException when a file cannot be read, or what stands in it cannot be used
     */
    TlsClientConfig tls() {
        try {
            TlsClientConfig config =
                    new TlsClientConfig(
                            text("--ca", authorities),
                            text("--cert", certificate),
                            text("--key", key));
            var _ = ClientTls.of(config);
            return config;
        } catch (IllegalArgumentException e) {
            throw new UsageException("--ca, --cert, --key: " + e.getMessage());
        }
    }

    private static @Nullable String text(String option, @Nullable Path file) {
        try {
            return file == null ? null : Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UsageException(option + ": " + file + " cannot be read: " + e.getMessage());
        }
    }

    TerminalForms forms(Terminal terminal) {
        if (answers == null) {
            return new TerminalForms(terminal, null);
        }
        if (answers.equals("-")) {
            return new TerminalForms(terminal.answering(), null);
        }
        return new TerminalForms(terminal, object("--answers", answers));
    }

    /**
     * @throws UsageException when {@code text} is no JSON object
     */
    static JsonObject object(String option, String text) {
        try {
            return Json.parseObject(text);
        } catch (JsonException e) {
            throw new UsageException(option + ": is no JSON object: " + e.getMessage());
        }
    }

    static final class EraConverter implements ITypeConverter<EraChoice> {
        @Override
        public EraChoice convert(String text) {
            try {
                return EraChoice.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("\"" + text + "\" is not auto, legacy or modern");
            }
        }
    }

    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "\"" + text + "\" is not a duration such as 500ms, 5s or 2m");
            }
        }
    }
}
