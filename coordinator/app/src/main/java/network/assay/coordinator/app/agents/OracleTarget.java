package network.assay.coordinator.app.agents;

import network.assay.contracts.protocol.Bytes32;

/**
 * An oracle's ingress.
 *
 * @param target host:port
 * @param pin SHA-256 of its TLS key, as on chain
 */
public record OracleTarget(String target, Bytes32 pin) {}
