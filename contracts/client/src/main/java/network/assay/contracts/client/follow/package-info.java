/**
 * Following the logs of a set of addresses block by block, exactly, through reorganisations and
 * restarts.
 */
@NullMarked
package network.assay.contracts.client.follow;

import org.jspecify.annotations.NullMarked;
