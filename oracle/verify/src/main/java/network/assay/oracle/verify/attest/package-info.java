/**
 * Hardware evidence: one package a family as they come; until then the slot says what it cannot
 * tell.
 */
@NullMarked
package network.assay.oracle.verify.attest;

import org.jspecify.annotations.NullMarked;
