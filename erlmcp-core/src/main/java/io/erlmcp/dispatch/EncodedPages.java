package io.erlmcp.dispatch;

import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Page;
import io.erlmcp.wire.ResultMeta;
import io.erlmcp.wire.Wire;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Pages of lists as they were written last, so that a list that nobody changed is not written anew
 * for everybody who asks. What counts is what stands on the page, the very same entries in the same
 * order: whoever sees other entries gets other bytes.
 *
 * <p>Process model: no thread and no lock; two that write the same page at once both do the work.
 * At most {@value #PLACES} pages are kept, none of more than {@value #MOST_BYTES} bytes.
 */
final class EncodedPages {
    static final int PLACES = 64;
    static final int MOST_BYTES = 256 * 1024;

    private record Kept(Page page, Wire wire, ResultMeta meta, JsonSlice json) {}

    private final AtomicReferenceArray<@Nullable Kept> places = new AtomicReferenceArray<>(PLACES);

    /** Writes the page as {@code wire} would. */
    void write(Page page, Wire wire, ResultMeta meta, JsonWriter out) {
        if (page instanceof Page.Tasks) {
            // of one caller, and another every time
            wire.writeResult(page, meta, out);
            return;
        }
        int place = place(page, wire);
        Kept kept = places.get(place);
        if (kept != null && isSame(kept, page, wire, meta)) {
            out.raw(kept.json);
            return;
        }
        JsonWriter fresh = new JsonWriter();
        wire.writeResult(page, meta, fresh);
        JsonSlice json = fresh.toSlice();
        if (json.length() <= MOST_BYTES) {
            places.set(place, new Kept(page, wire, meta, json));
        }
        out.raw(json);
    }

    private static int place(Page page, Wire wire) {
        int hash = page.getClass().hashCode() * 31 + wire.revision().hashCode();
        hash = hash * 31 + Objects.hashCode(page.nextCursor());
        hash = hash * 31 + entries(page).size();
        return Math.floorMod(hash ^ (hash >>> 16), PLACES);
    }

    @SuppressWarnings("ReferenceEquality") // the very same entries: looking into them takes longer
    private static boolean isSame(Kept kept, Page other, Wire wire, ResultMeta meta) {
        Page one = kept.page;
        List<?> left = entries(one);
        List<?> right = entries(other);
        if (kept.wire != wire
                || kept.meta != meta
                || one.getClass() != other.getClass()
                || left.size() != right.size()
                || !Objects.equals(one.nextCursor(), other.nextCursor())
                || !one.cache().equals(other.cache())) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (left.get(i) != right.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static List<?> entries(Page page) {
        return switch (page) {
            case Page.Tools tools -> tools.tools();
            case Page.Prompts prompts -> prompts.prompts();
            case Page.Resources resources -> resources.resources();
            case Page.ResourceTemplates templates -> templates.resourceTemplates();
            case Page.Tasks tasks -> tasks.tasks();
        };
    }
}
