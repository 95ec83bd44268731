/** secp256k1 keys: transactions and 32-byte digests. */
@NullMarked
package network.assay.contracts.client.sign;

import org.jspecify.annotations.NullMarked;
