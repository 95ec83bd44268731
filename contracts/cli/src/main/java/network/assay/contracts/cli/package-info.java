/** {@code assay deploy} and {@code assay doctor}. */
@NullMarked
package network.assay.contracts.cli;

import org.jspecify.annotations.NullMarked;
