package network.assay.agent.execute.container;

import network.assay.contracts.protocol.Bytes32;

/**
 * A file that a container left.
 *
 * @param path below {@code /assay/out}
 * @param root content root
 */
public record OutputFile(String path, long bytes, Bytes32 root) {}
