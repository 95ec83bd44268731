package network.assay.coordinator.match;

import network.assay.contracts.protocol.Address;

/**
 * Room that a quote keeps for a while.
 *
 * @param id counted by the book
 * @param device of the node; its offers may change meanwhile
 * @param holder whoever asked; what one holder may hold is bounded
 * @param places of the node
 * @param untilMs the coordinator's time after which the room is free by itself
 */
public record Hold(long id, Address device, String holder, int places, long untilMs) {}
