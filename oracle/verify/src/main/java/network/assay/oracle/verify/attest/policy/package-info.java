/**
 * What a relying party accepts, as a typed document: it turns what a family's verifier found into
 * one finding. Keys that this version does not know are refused, and what is not named is denied.
 */
@NullMarked
package network.assay.oracle.verify.attest.policy;

import org.jspecify.annotations.NullMarked;
