/**
 * Quotes in the form of Intel TDX, signed under a root of the simulator's own, for development
 * networks and tests. No production anchor contains that root; it proves nothing about any machine.
 */
@NullMarked
package network.assay.agent.evidence.tee.simulator;

import org.jspecify.annotations.NullMarked;
