/** The contracts, as the agent uses them. */
@NullMarked
package network.assay.agent.app.chain;

import org.jspecify.annotations.NullMarked;
