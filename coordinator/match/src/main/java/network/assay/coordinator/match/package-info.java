/** Offers and one request in; a placement, or the reason for every refusal, out. Pure. */
@NullMarked
package network.assay.coordinator.match;

import org.jspecify.annotations.NullMarked;
