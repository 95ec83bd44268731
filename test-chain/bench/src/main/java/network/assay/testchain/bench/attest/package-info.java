/**
 * {@code assay bench attest}: how fast evidence is verified, beside the signatures alone and a
 * peer.
 */
@NullMarked
package network.assay.testchain.bench.attest;

import org.jspecify.annotations.NullMarked;
