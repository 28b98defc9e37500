package io.erlmcp.conformance;

import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ResourceSpec;
import io.erlmcp.feature.ResourceTemplateSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ResourceContents;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The resources of the suite. */
final class FixtureResources {
    static final String WATCHED = "test://watched-resource";

    private FixtureResources() {}

    static List<Feature> all() {
        return List.of(
                text(
                        "test://static-text",
                        "static-text",
                        "This is the content of the static text resource."),
                ResourceSpec.of(
                                "test://static-binary",
                                "static-binary",
                                "image/png",
                                (uri, variables, call) -> {
                                    byte[] png = Base64.getDecoder().decode(Samples.PNG);
                                    return ReadResourceResult.of(
                                            ResourceContents.blob(uri, "image/png", png));
                                })
                        .description("An image"),
                text(WATCHED, "watched-resource", "Watched resource content"),
                ResourceTemplateSpec.of(
                                "test://template/{id}/data",
                                "template-data",
                                "application/json",
                                (uri, variables, call) -> data(uri, variables))
                        .description("Data by id"));
    }

    private static ResourceSpec text(String uri, String name, String text) {
        return ResourceSpec.of(
                        uri,
                        name,
                        "text/plain",
                        (read, variables, call) ->
                                ReadResourceResult.of(
                                        ResourceContents.text(read, "text/plain", text)))
                .description("The resource " + name);
    }

    private static ReadResourceResult data(String uri, Map<String, String> variables) {
        String id = variables.getOrDefault("id", "");
        if (id.isEmpty()) {
            throw McpException.resourceNotFound(uri);
        }
        JsonObject data =
                JsonObject.of("id", id, "templateTest", true, "data", "Data for ID: " + id);
        return ReadResourceResult.of(ResourceContents.text(uri, "application/json", data.toJson()));
    }
}
