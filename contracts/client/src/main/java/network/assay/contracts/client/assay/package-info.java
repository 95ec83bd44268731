/**
 * Our contracts as typed reads, writes and events: the only way in which the nodes speak to them.
 */
@NullMarked
package network.assay.contracts.client.assay;

import org.jspecify.annotations.NullMarked;
