/**
 * Matrix work, checked without a GPU: a provider's rows of C = A·B against a secret vector of one's
 * own (R. Freivalds, "Probabilistic machines can use less running time", 1977), for the rows that
 * were drawn alone.
 */
@NullMarked
package network.assay.oracle.verify.work.gemm;

import org.jspecify.annotations.NullMarked;
