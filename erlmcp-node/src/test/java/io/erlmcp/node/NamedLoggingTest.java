package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.telemetry.LogProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamedLoggingTest {
    private static final String PROVIDER = "slf4j.provider";
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private final String provider = System.getProperty(PROVIDER, "");
    private final String verbosity = System.getProperty(VERBOSITY, "");

    @AfterEach
    void asItWas() {
        restore(PROVIDER, provider);
        restore(VERBOSITY, verbosity);
    }

    @Test
    void ourProviderIsUsedAndSaysNothingOfItself() {
        System.clearProperty(PROVIDER);
        System.clearProperty(VERBOSITY);

        Main.nameLogging();

        assertThat(System.getProperty(PROVIDER)).isEqualTo(LogProvider.class.getName());
        assertThat(System.getProperty(VERBOSITY)).isEqualTo("WARN");
    }

    @Test
    void whatTheUserNamedStays() {
        System.setProperty(PROVIDER, "com.example.Other");
        System.clearProperty(VERBOSITY);

        Main.nameLogging();

        assertThat(System.getProperty(PROVIDER)).isEqualTo("com.example.Other");
        assertThat(System.getProperty(VERBOSITY)).isNull();
    }

    private static void restore(String name, String value) {
        if (value.isEmpty()) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }
}
