/**
 * Chain access: the only hand-written code that touches web3j. Start at {@code rpc}, then {@code
 * follow} and {@code send}.
 */
@NullMarked
package network.assay.contracts.client;

import org.jspecify.annotations.NullMarked;
