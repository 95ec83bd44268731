/** Job specifications, version 2: text to a checked tree, with line and column of what is wrong. */
@NullMarked
package network.assay.coordinator.client.spec;

import org.jspecify.annotations.NullMarked;
