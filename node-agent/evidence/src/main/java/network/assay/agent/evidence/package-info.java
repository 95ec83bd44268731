/**
 * Collects, chains and signs what a job leaves behind: host and device telemetry, and the bundle
 * that oracles judge.
 */
@NullMarked
package network.assay.agent.evidence;

import org.jspecify.annotations.NullMarked;
