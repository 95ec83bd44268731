@NullMarked
package network.assay.contracts.client.testing;

import org.jspecify.annotations.NullMarked;
