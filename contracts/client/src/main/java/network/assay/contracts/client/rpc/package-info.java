/**
 * JSON-RPC over HTTP to one or several endpoints: bounded answers, fail-over, comparison where
 * money moves.
 */
@NullMarked
package network.assay.contracts.client.rpc;

import org.jspecify.annotations.NullMarked;
