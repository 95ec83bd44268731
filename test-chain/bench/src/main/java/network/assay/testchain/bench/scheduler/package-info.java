/**
 * {@code assay bench scheduler}: placements with GPU constraints per second, in one thread, on
 * seeded fleets and recorded arrivals.
 */
@NullMarked
package network.assay.testchain.bench.scheduler;

import org.jspecify.annotations.NullMarked;
