package io.erlmcp.node;

import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.Disk;
import io.erlmcp.andon.WholeFile;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.upstream.Sightings;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fingerprints of upstream servers' definitions, one file for each server, with a checksum.
 * They never grow stale: what is taken away of them makes a changed definition look new. A file
 * that is not what was written is moved aside and told, and what is listed next counts as seen
 * first.
 *
 * <p>Process model: no thread; made by the node, which has locked the data folder. Each server has
 * its own file, and takes turns with itself.
 */
final class SightingFiles implements Sightings {
    static final String FOLDER = "definitions";

    private static final int SCHEMA = 1;
    private static final String SEEN = "seen";

    private final Path data;
    private final Path folder;
    private final Disk disk;
    private final Time time;
    private final Observer observer;

    /** Why a server's fingerprints could not be kept, as it was told last. */
    private final Map<ComponentId, String> problems = new ConcurrentHashMap<>();

    SightingFiles(Path data, Disk disk, Time time, Observer observer) {
        this.data = data;
        this.folder = data.resolve(FOLDER);
        this.disk = disk;
        this.time = time;
        this.observer = observer;
    }

    private WholeFile file(ComponentId upstream) {
        return new WholeFile(
                folder.resolve(upstream.path().replace('/', '~') + ".json"), SCHEMA, disk);
    }

    private static String what(ComponentId upstream) {
        return "what was seen of the definitions of " + upstream;
    }

    @Override
    public Map<String, String> load(ComponentId upstream) {
        WholeFile file = file(upstream);
        try {
            if (Files.isDirectory(folder)) {
                file.removeLeftover();
            }
            JsonObject content = file.read().orElse(JsonObject.of(SEEN, JsonObject.EMPTY));
            return fingerprints(content.requireObject(SEEN));
        } catch (WholeFile.Damaged e) {
            observer.on(new AndonEvent.Unreadable(what(upstream), e.getMessage() + aside(file)));
        } catch (IOException | RuntimeException e) {
            observer.on(new AndonEvent.Unreadable(what(upstream), e.toString()));
        }
        return Map.of();
    }

    private static Map<String, String> fingerprints(JsonObject seen) {
        Map<String, String> all = new LinkedHashMap<>();
        seen.members()
                .forEach(
                        (name, value) -> {
                            if (value instanceof JsonString sha256) {
                                all.put(name, sha256.value());
                            }
                        });
        return all;
    }

    private String aside(WholeFile file) {
        try {
            return "; now " + file.setAside(Long.toString(time.now().toEpochMilli()));
        } catch (IOException e) {
            return "; and cannot be moved aside: " + e;
        }
    }

    @Override
    public boolean save(ComponentId upstream, Map<String, String> fingerprints) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                disk.syncFolder(data);
            }
            file(upstream).write(JsonObject.of(SEEN, JsonValue.of(fingerprints)));
            problems.remove(upstream);
            return true;
        } catch (ClosedByInterruptException e) {
            return false; // the run is being stopped: whoever stops it keeps them
        } catch (IOException e) {
            String problem = e.toString();
            if (!problem.equals(problems.put(upstream, problem))) {
                observer.on(new AndonEvent.NotKept(what(upstream), problem));
            }
            return false;
        }
    }
}
