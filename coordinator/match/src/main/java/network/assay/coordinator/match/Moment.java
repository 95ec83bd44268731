package network.assay.coordinator.match;

/**
 * When something is asked; the engine has no clock of its own.
 *
 * @param chainS chain time, Unix seconds: offers end by it
 * @param ms the coordinator's own time, milliseconds: held quotes end by it, so that they end also
 *     while the chain stands still
 */
public record Moment(long chainS, long ms) {}
