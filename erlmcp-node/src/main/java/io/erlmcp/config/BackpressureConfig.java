package io.erlmcp.config;

/** When calls of low priority are shed. */
public record BackpressureConfig(
        @Setting("Whether calls of low priority are shed at these thresholds.") boolean enable,
        @Setting(value = "Memory in use, in per cent of its limit.", min = "1", max = "100")
                int memoryThreshold,
        @Setting(
                        value =
                                "Processor time of the node, in per cent of the processors it may"
                                        + " use.",
                        min = "1",
                        max = "100")
                int cpuThreshold,
        @Setting(
                        value = "Calls that wait, in per cent of message_queue_config.max_size.",
                        min = "1",
                        max = "100")
                int queueThreshold) {
    public static final BackpressureConfig DEFAULTS = new BackpressureConfig(true, 90, 95, 80);
}
