/** {@code assay bench}: measured figures beside the goals, as one JSON object. */
@NullMarked
package network.assay.testchain.bench;

import org.jspecify.annotations.NullMarked;
