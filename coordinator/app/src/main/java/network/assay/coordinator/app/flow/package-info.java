/** From an order to its end: intake, placing, transactions, chain events, deadlines, receipts. */
@NullMarked
package network.assay.coordinator.app.flow;

import org.jspecify.annotations.NullMarked;
