/**
 * Sending transactions from one key: journal first, one nonce per intent, fee replacement, revert
 * names.
 */
@NullMarked
package network.assay.contracts.client.send;

import org.jspecify.annotations.NullMarked;
