package io.erlmcp.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A YAML file as maps, lists and scalars; nothing in it is interpreted yet. */
final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;

    private ConfigFile() {}

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
        YAMLMapper mapper =
                YAMLMapper.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build();
        try {
            JsonNode root = mapper.readTree(text);
            return switch (plain(root)) {
                case Map<?, ?> members -> strings(members);
                case null -> Map.of();
                default ->
                        throw new ConfigException(name + ": must hold keys and values at the top");
            };
        } catch (JacksonException e) {
            String where = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new ConfigException(
                    name + where + ": is not valid YAML: " + firstLine(e.getOriginalMessage()));
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("").strip();
    }

    private static Map<String, Object> strings(Map<?, ?> members) {
        Map<String, Object> copy = new LinkedHashMap<>();
        members.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    private static @Nullable Object plain(@Nullable JsonNode node) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return null;
        }
        if (node.isObject()) {
            Map<String, Object> members = new LinkedHashMap<>();
            node.properties()
                    .forEach(
                            member -> {
                                Object value = plain(member.getValue());
                                if (value != null) {
                                    members.put(member.getKey(), value);
                                }
                            });
            return members;
        }
        if (node.isArray()) {
            List<Object> items = new ArrayList<>();
            for (JsonNode item : node) {
                Object value = plain(item);
                items.add(value == null ? "" : value);
            }
            return items;
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.asString();
    }
}
