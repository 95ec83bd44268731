/** {@code assay bench jobs}: how fast jobs become durable, begin, and begin again elsewhere. */
@NullMarked
package network.assay.testchain.bench.jobs;

import org.jspecify.annotations.NullMarked;
