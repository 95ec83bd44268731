/** One SQLite file per process: durable before anything is signed or sent. */
@NullMarked
package network.assay.contracts.client.store;

import org.jspecify.annotations.NullMarked;
