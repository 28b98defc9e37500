package io.erlmcp.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML file as maps, lists, booleans and text; nothing else in it is interpreted yet, a number is
 * the text that was written. Booleans and null are those of YAML's JSON schema. Aliases are
 * resolved, within bounds.
 */
final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;

    /** Values, those that aliases repeat counted each time. */
    private static final int MAX_VALUES = 100_000;

    private final String name;
    private int values;

    private ConfigFile(String name) {
        this.name = name;
    }

    static Map<String, Object> read(Path file) throws ConfigException {
        byte[] text;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(
                        file + ": has " + Files.size(file) + " bytes, the limit is " + MAX_BYTES);
            }
            text = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read (" + reason(e) + ")");
        }
        return parse(file.toString(), text);
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "no such file" : e.getClass().getSimpleName();
    }

    static Map<String, Object> parse(String name, byte[] text) throws ConfigException {
        return new ConfigFile(name).top(decode(name, text));
    }

    private static String decode(String name, byte[] text) throws ConfigException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException(name + ": is not valid YAML: it is not UTF-8");
        }
    }

    private Map<String, Object> top(String text) throws ConfigException {
        LoadSettings settings = LoadSettings.builder().setLabel(name).build();
        try {
            Iterator<Node> documents = new Compose(settings).composeAllFromString(text).iterator();
            if (!documents.hasNext()) {
                return Map.of();
            }
            Node root = documents.next();
            if (documents.hasNext()) {
                throw fault(documents.next(), "a second document, where one is expected");
            }
            return switch (plain(root, 0)) {
                case Map<?, ?> members -> strings(members);
                case null -> Map.of();
                default ->
                        throw new ConfigException(name + ": must hold keys and values at the top");
            };
        } catch (MarkedYamlEngineException e) {
            throw new ConfigException(
                    name + line(e.getProblemMark().orElse(null)) + notYaml(said(e.getProblem())));
        } catch (YamlEngineException e) {
            throw new ConfigException(name + notYaml(said(e.getMessage())));
        }
    }

    private static String notYaml(String problem) {
        return ": is not valid YAML: " + problem.lines().findFirst().orElse("").strip();
    }

    /** What the engine says, but for text of the file that may be a secret without its quotes. */
    private static String said(@Nullable String problem) {
        String text = String.valueOf(problem);
        if (text.startsWith("found undefined alias")) {
            return "an alias of nothing; quote a text that begins with *";
        }
        return text.contains("tag") ? "an unknown tag; quote a text that begins with !" : text;
    }

    private static String line(@Nullable Mark mark) {
        return mark == null ? "" : ":" + (mark.getLine() + 1);
    }

    private ConfigException fault(Node where, String problem) {
        return new ConfigException(
                name + line(where.getStartMark().orElse(null)) + notYaml(problem));
    }

    private static Map<String, Object> strings(Map<?, ?> members) {
        Map<String, Object> copy = new LinkedHashMap<>();
        members.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    private @Nullable Object plain(Node node, int depth) throws ConfigException {
        if (depth > MAX_DEPTH) {
            throw fault(node, "nested deeper than " + MAX_DEPTH + ", the limit");
        }
        if (++values > MAX_VALUES) {
            throw fault(node, "more than " + MAX_VALUES + " values, the limit");
        }
        if (node instanceof MappingNode mapping) {
            return members(mapping, depth);
        }
        if (node instanceof SequenceNode sequence) {
            List<Object> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                Object value = plain(item, depth + 1);
                items.add(value == null ? "" : value);
            }
            return items;
        }
        return scalar(node);
    }

    private Map<String, Object> members(MappingNode mapping, int depth) throws ConfigException {
        Map<String, Object> members = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple member : mapping.getValue()) {
            if (!(member.getKeyNode() instanceof ScalarNode key)) {
                throw fault(member.getKeyNode(), "a key must be text");
            }
            if (!seen.add(key.getValue())) {
                throw fault(key, "the key \"" + key.getValue() + "\" is there twice");
            }
            Object value = plain(member.getValueNode(), depth + 1);
            if (value != null) {
                members.put(key.getValue(), value);
            }
        }
        return members;
    }

    private @Nullable Object scalar(Node node) throws ConfigException {
        if (!(node instanceof ScalarNode scalar)) {
            throw fault(node, "a value of an unknown kind");
        }
        if (scalar.getTag().equals(Tag.NULL)) {
            return null;
        }
        String text = scalar.getValue();
        return scalar.getTag().equals(Tag.BOOL) ? (Object) Boolean.valueOf(text) : text;
    }
}
