/**
 * What all parties must agree on, byte for byte: ids, amounts, job states, EIP-712 types, Merkle
 * trees, the evidence format. Pure: no I/O, no clock, no randomness of its own. The authority in
 * prose is {@code docs/PROTOCOL.md}.
 */
@NullMarked
package network.assay.contracts.protocol;

import org.jspecify.annotations.NullMarked;
