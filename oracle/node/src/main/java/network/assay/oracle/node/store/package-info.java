/**
 * What a node must remember: evidence, what it signed, what was decided. One SQLite file; every
 * write is one step of a turn.
 */
@NullMarked
package network.assay.oracle.node.store;

import org.jspecify.annotations.NullMarked;
