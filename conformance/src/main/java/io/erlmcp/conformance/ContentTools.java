package io.erlmcp.conformance;

import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.AudioContent;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.TextContent;
import java.util.List;

/** Tools that answer one kind of content each, and tools with particular schemas. */
final class ContentTools {
    private static final JsonObject EVERY_KEYWORD =
            Json.parseObject(
                    """
                    {
                      "$schema": "https://json-schema.org/draft/2020-12/schema",
                      "type": "object",
                      "$defs": {
                        "address": {
                          "$anchor": "addressDef",
                          "type": "object",
                          "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
                        }
                      },
                      "properties": {
                        "name": {"type": "string"},
                        "address": {"$ref": "#/$defs/address"},
                        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                        "phone": {"type": "string"},
                        "email": {"type": "string"}
                      },
                      "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
                      "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
                      "then": {"required": ["phone"]},
                      "else": {"required": ["email"]},
                      "additionalProperties": false
                    }
                    """);

    private static final JsonObject MIRRORED =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "region": {"type": "string", "description": "Mirrored", "x-mcp-header": "Region"}
                      }
                    }
                    """);

    private static final JsonObject NUMBERS =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
                      "required": ["a", "b"]
                    }
                    """);

    private static final JsonObject SUM =
            Json.parseObject(
                    """
                    {"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]}
                    """);

    private ContentTools() {}

    static List<Feature> all() {
        return List.of(
                constant(
                        "test_simple_text",
                        "Answers a text",
                        text("This is a simple text response for testing.")),
                constant("test_image_content", "Answers an image", CallToolResult.of(image())),
                constant(
                        "test_audio_content",
                        "Answers a sound",
                        CallToolResult.of(new AudioContent(Samples.WAV, "audio/wav"))),
                constant(
                        "test_embedded_resource",
                        "Answers a resource",
                        CallToolResult.of(
                                new EmbeddedResource(
                                        ResourceContents.text(
                                                "test://embedded-resource",
                                                "text/plain",
                                                "This is an embedded resource content.")))),
                constant(
                        "test_multiple_content_types", "Answers text, image and resource", mixed()),
                ToolSpec.of(
                                "test_error_handling",
                                (arguments, call) -> {
                                    throw new ToolFailure(
                                            "This tool intentionally returns an error for testing");
                                })
                        .description("Always fails"),
                ToolSpec.of(
                                "test_structured_content",
                                (arguments, call) -> {
                                    JsonObject numbers = arguments.object();
                                    double sum =
                                            numbers.requireNumber("a") + numbers.requireNumber("b");
                                    return CallToolResult.structured(JsonObject.of("sum", sum));
                                })
                        .description("Adds two numbers")
                        .inputSchema(NUMBERS)
                        .outputSchema(SUM),
                ToolSpec.of(
                                "json_schema_2020_12_tool",
                                (arguments, call) -> text(arguments.toString()))
                        .description("Tool with JSON Schema 2020-12 features")
                        .inputSchema(EVERY_KEYWORD),
                ToolSpec.of(
                                "test_x_mcp_header",
                                (arguments, call) ->
                                        text(
                                                "region="
                                                        + arguments
                                                                .object()
                                                                .string("region")
                                                                .orElse("")))
                        .description("Has a parameter that is mirrored in a header")
                        .inputSchema(MIRRORED));
    }

    private static ToolSpec constant(String name, String description, CallToolResult result) {
        return ToolSpec.of(name, (arguments, call) -> result).description(description);
    }

    private static CallToolResult mixed() {
        return CallToolResult.of(
                new TextContent("Multiple content types test:"),
                image(),
                new EmbeddedResource(
                        ResourceContents.text(
                                "test://mixed-content-resource",
                                "application/json",
                                "{\"test\":\"data\",\"value\":123}")));
    }

    private static ImageContent image() {
        return new ImageContent(Samples.PNG, "image/png");
    }

    private static CallToolResult text(String text) {
        return CallToolResult.text(text);
    }
}
