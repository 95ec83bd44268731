package network.assay.oracle.node.evidence;

import network.assay.contracts.protocol.Signature;

/**
 * A flat struct's words and a signature as they came over the wire; the signature's form is
 * checked, nothing else.
 */
public record SignedWords(byte[] words, Signature signature) {}
