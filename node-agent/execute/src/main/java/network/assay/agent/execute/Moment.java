package network.assay.agent.execute;

/**
 * Now, in the two senses that matter.
 *
 * @param chainTimeS the latest block's timestamp: deadlines are compared with this
 * @param monotonicMs the host's monotonic clock: patience is counted with this
 */
public record Moment(long chainTimeS, long monotonicMs) {}
