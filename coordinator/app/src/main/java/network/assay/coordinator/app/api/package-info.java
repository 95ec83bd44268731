/** The consumers' HTTP interface. */
@NullMarked
package network.assay.coordinator.app.api;

import org.jspecify.annotations.NullMarked;
