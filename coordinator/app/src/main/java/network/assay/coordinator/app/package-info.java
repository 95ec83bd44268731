/** The coordinator's process: configuration, wiring, command line. */
@NullMarked
package network.assay.coordinator.app;

import org.jspecify.annotations.NullMarked;
