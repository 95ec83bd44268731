/**
 * Device adapters of the agent: what a card says about itself, read through the vendor's own
 * library.
 */
@NullMarked
package network.assay.agent.gpu;

import org.jspecify.annotations.NullMarked;
