/** Where work runs: the built-in workloads, and what is committed to of their results. */
@NullMarked
package network.assay.agent.runtime;

import org.jspecify.annotations.NullMarked;
