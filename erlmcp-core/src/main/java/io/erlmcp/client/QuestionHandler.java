package io.erlmcp.client;

import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import java.util.Map;

/**
 * Answers the questions of one call, in the place of the client's own handlers: for a program that
 * passes them on to whoever made the call. May block; interrupted when nobody waits any more.
 *
 * <p>A modern server asks several questions at once and they come together; live requests of a
 * legacy server come one by one, each on a thread of its own. Where all messages share one path, a
 * legacy server does not say which call a question belongs to: it comes here only while this is the
 * only call under way that has such a handler; else the client's own handlers get it.
 */
@FunctionalInterface
public interface QuestionHandler {
    /**
     * @return an answer to each question, by its key
     * @throws io.erlmcp.protocol.McpException to refuse
     */
    Map<String, InputResponse> answer(Map<String, InputRequest> questions) throws Exception;
}
