/** The agents' gRPC interface. */
@NullMarked
package network.assay.coordinator.app.agents;

import org.jspecify.annotations.NullMarked;
