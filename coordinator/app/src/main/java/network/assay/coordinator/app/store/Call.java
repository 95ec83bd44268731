package network.assay.coordinator.app.store;

import network.assay.contracts.protocol.Address;

/** A transaction to be sent: receiver and calldata. */
public record Call(Address to, byte[] data) {}
