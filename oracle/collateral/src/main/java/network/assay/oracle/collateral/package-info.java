/**
 * What vendors publish about their hardware, kept so that evidence can be verified again later
 * without a network: what an item answers and how long it holds, a cache on disk, offline bundles.
 */
@NullMarked
package network.assay.oracle.collateral;

import org.jspecify.annotations.NullMarked;
