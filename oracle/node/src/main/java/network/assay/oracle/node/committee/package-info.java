/**
 * Drives oracle/report's machines: their effects become durable records, messages, timers and
 * transactions.
 */
@NullMarked
package network.assay.oracle.node.committee;

import org.jspecify.annotations.NullMarked;
