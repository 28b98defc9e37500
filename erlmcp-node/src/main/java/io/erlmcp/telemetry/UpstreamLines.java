package io.erlmcp.telemetry;

import io.erlmcp.upstream.UpstreamEvent;
import org.slf4j.Logger;

/** What an operator should see of upstream servers. Their texts come cut and on one line. */
final class UpstreamLines {
    private UpstreamLines() {}

    static void write(Logger log, UpstreamEvent event) {
        switch (event) {
            case UpstreamEvent.Up it ->
                    log.info(
                            "{} is there after {} ms: {}, {} tools",
                            it.component(),
                            it.took().toMillis(),
                            it.revision(),
                            it.tools());
            case UpstreamEvent.Down it -> log.warn("{} is down: {}", it.component(), it.reason());
            case UpstreamEvent.Hung it ->
                    log.warn(
                            "{} did not answer {} pings and is replaced",
                            it.component(),
                            it.missedPings());
            case UpstreamEvent.DefinitionChanged it ->
                    log.warn(
                            "{} changed the definition of its {} {} after it was first seen{}",
                            it.component(),
                            it.kind(),
                            it.name(),
                            it.held() ? "; it is not offered any more" : "");
            case UpstreamEvent.QueueFilling it ->
                    log.warn(
                            "{} calls wait for {}, at most {} may",
                            it.waiting(),
                            it.component(),
                            it.most());
            case UpstreamEvent.DefinitionAccepted it ->
                    log.info(
                            "the changed definition of the {} {} of {} was accepted",
                            it.kind(),
                            it.name(),
                            it.component());
            case UpstreamEvent.LeftOut it ->
                    log.warn(
                            "{}: the {} {} is not offered: {}",
                            it.component(),
                            it.kind(),
                            it.name(),
                            it.reason());
            case UpstreamEvent.TooBig it -> tooBig(log, it);
            case UpstreamEvent.PutLast it ->
                    log.debug("{} lets all others go first: it {}", it.component(), it.why());
            case UpstreamEvent.PutBack it -> log.debug("{} has its turn again", it.component());
            case UpstreamEvent.ListFailed it -> listFailed(log, it);
            case UpstreamEvent.Retried it ->
                    log.debug("{} died during {}, which was sent again", it.component(), it.what());
            case UpstreamEvent.StaleAnswer it ->
                    log.debug("{}: an earlier answer for {}", it.component(), it.what());
            case UpstreamEvent.QuestionRefused it ->
                    log.warn(
                            "{} asks for {}, and nobody knows for whom; max_running: 1 would tell",
                            it.component(),
                            it.kind());
            case UpstreamEvent.Said it ->
                    log.debug("{} says ({}): {}", it.component(), it.level(), it.text());
        }
    }

    private static void tooBig(Logger log, UpstreamEvent.TooBig it) {
        log.error(
                "{} holds {} MB of memory and may hold {} MB: it is replaced",
                it.component(),
                it.bytes() >> 20,
                it.most() >> 20);
    }

    private static void listFailed(Logger log, UpstreamEvent.ListFailed it) {
        log.warn("{}: its list of {} cannot be had: {}", it.component(), it.list(), it.reason());
    }
}
