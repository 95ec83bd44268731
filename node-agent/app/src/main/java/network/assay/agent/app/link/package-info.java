/** Oracles and coordinator over gRPC. */
@NullMarked
package network.assay.agent.app.link;

import org.jspecify.annotations.NullMarked;
