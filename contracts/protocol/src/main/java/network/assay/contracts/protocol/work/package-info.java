/** What a workload's input and output mean, byte for byte. */
@NullMarked
package network.assay.contracts.protocol.work;

import org.jspecify.annotations.NullMarked;
