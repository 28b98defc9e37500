package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers a server's questions: from {@code --answers}, or by asking the person at the terminal
 * field by field. Where neither is there, the question is declined and said so.
 */
final class TerminalForms {
    private static final String DECLINE = "!decline";

    private final Terminal terminal;
    private final @Nullable JsonObject answers;

    /**
     * Guards the terminal: one form at a time. Held while the person types, by the form's own
     * thread.
     */
    private final ReentrantLock oneAtATime = new ReentrantLock();

    TerminalForms(Terminal terminal, @Nullable JsonObject answers) {
        this.terminal = terminal;
        this.answers = answers;
    }

    ElicitResult form(ElicitForm form) {
        oneAtATime.lock();
        try {
            if (answers != null) {
                return fromAnswers(form, answers);
            }
            if (!terminal.isInteractive()) {
                terminal.err()
                        .println(
                                "declined, there is nobody to ask (use --answers): "
                                        + Terminal.printable(form.message()));
                return ElicitResult.decline();
            }
            return ask(form);
        } finally {
            oneAtATime.unlock();
        }
    }

    ElicitResult page(ElicitUrl page) {
        oneAtATime.lock();
        try {
            terminal.err().println(Terminal.printable(page.message()));
            terminal.err().println("  " + Terminal.printable(page.url()));
            if (!terminal.isInteractive()) {
                terminal.err().println("declined, there is nobody to ask");
                return ElicitResult.decline();
            }
            String line =
                    terminal.ask(
                            "Open this page yourself, then press Enter ("
                                    + DECLINE
                                    + " to decline): ");
            if (line == null) {
                return ElicitResult.cancel();
            }
            return line.strip().equals(DECLINE)
                    ? ElicitResult.decline()
                    : ElicitResult.accept(JsonObject.EMPTY);
        } finally {
            oneAtATime.unlock();
        }
    }

    private ElicitResult fromAnswers(ElicitForm form, JsonObject given) {
        JsonObject.Builder content = JsonObject.builder();
        for (FormField field : fields(form)) {
            JsonValue value =
                    given.has(field.name()) ? given.get(field.name()) : field.defaultValue();
            if (value == null && field.isRequired()) {
                terminal.err()
                        .println(
                                "declined, --answers has no "
                                        + field.name()
                                        + ": "
                                        + Terminal.printable(form.message()));
                return ElicitResult.decline();
            }
            content.putIfPresent(field.name(), value);
        }
        return ElicitResult.accept(content.build());
    }

    private ElicitResult ask(ElicitForm form) {
        terminal.err().println(Terminal.printable(form.message()));
        terminal.err().println("(" + DECLINE + " declines, the end of input cancels)");
        JsonObject.Builder content = JsonObject.builder();
        for (FormField field : fields(form)) {
            boolean isOpen = true;
            while (isOpen) {
                String line = terminal.ask(field.prompt());
                if (line == null) {
                    return ElicitResult.cancel();
                }
                if (line.strip().equals(DECLINE)) {
                    return ElicitResult.decline();
                }
                isOpen = !take(field, line, content);
            }
        }
        return ElicitResult.accept(content.build());
    }

    /** Puts what the line means; false when the person must be asked again. */
    private boolean take(FormField field, String line, JsonObject.Builder content) {
        if (line.isBlank() && (field.defaultValue() != null || !field.isRequired())) {
            content.putIfPresent(field.name(), field.defaultValue());
            return true;
        }
        try {
            if (line.isBlank()) {
                throw new IllegalArgumentException(field.name() + " is required");
            }
            content.put(field.name(), field.read(line));
            return true;
        } catch (IllegalArgumentException e) {
            terminal.err().println("  " + e.getMessage());
            return false;
        }
    }

    private static List<FormField> fields(ElicitForm form) {
        JsonObject schema = form.requestedSchema();
        Set<String> required = new HashSet<>();
        if (schema.get("required") instanceof JsonArray names) {
            names.forEach(
                    name -> required.add(name instanceof JsonString text ? text.value() : ""));
        }
        List<FormField> fields = new ArrayList<>();
        if (schema.get("properties") instanceof JsonObject properties) {
            for (Map.Entry<String, JsonValue> property : properties.members().entrySet()) {
                if (property.getValue() instanceof JsonObject field) {
                    fields.add(
                            FormField.of(
                                    property.getKey(),
                                    field,
                                    required.contains(property.getKey())));
                }
            }
        }
        return fields;
    }
}
