package io.erlmcp.conformance;

import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolProvider;
import java.util.ArrayList;
import java.util.List;

/** All that the official suite expects of a server, and the tools of the black-box contract. */
public final class FixtureProvider implements ToolProvider {
    private final ChangeTools changeTools = new ChangeTools();

    /** For the service loader. */
    public FixtureProvider() {}

    @Override
    public List<Feature> features() {
        List<Feature> all = new ArrayList<>();
        all.addAll(ContentTools.all());
        all.addAll(StreamTools.all());
        all.addAll(QuestionTools.all());
        all.addAll(InputRequiredTools.all());
        all.addAll(TaskTools.all());
        all.addAll(changeTools.all());
        all.addAll(ContractTools.all());
        all.addAll(FixturePrompts.all());
        all.addAll(FixtureResources.all());
        return all;
    }

    @Override
    public void started(Catalogs catalogs) {
        changeTools.started(catalogs);
    }
}
