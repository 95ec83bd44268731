/** The node agent as a process: configuration, wiring, command line. Decides nothing. */
@NullMarked
package network.assay.agent.app;

import org.jspecify.annotations.NullMarked;
