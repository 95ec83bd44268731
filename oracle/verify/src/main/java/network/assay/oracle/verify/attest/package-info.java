/**
 * Hardware evidence, verified to the vendors' own rules: bytes, collateral, trust anchors,
 * expectations, a policy and a time in; an {@link network.assay.oracle.verify.attest.Appraisal}
 * out. One sub-package a family. Nothing here reads a file, a clock or the network.
 */
@NullMarked
package network.assay.oracle.verify.attest;

import org.jspecify.annotations.NullMarked;
