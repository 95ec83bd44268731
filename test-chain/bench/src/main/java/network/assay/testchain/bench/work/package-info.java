/** {@code assay bench work}: what checking GPU work costs an oracle. */
@NullMarked
package network.assay.testchain.bench.work;

import org.jspecify.annotations.NullMarked;
