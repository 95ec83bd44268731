/**
 * One thread on which everything that decides runs; what it wrote is durable before anything
 * leaves.
 */
@NullMarked
package network.assay.oracle.node.loop;

import org.jspecify.annotations.NullMarked;
