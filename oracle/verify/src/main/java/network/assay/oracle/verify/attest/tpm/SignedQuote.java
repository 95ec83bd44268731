package network.assay.oracle.verify.attest.tpm;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;

/**
 * A quote with its signature and the register values that it is said to be of.
 *
 * @param pcrs index → value, of the bank that the quote selects
 */
record SignedQuote(TpmQuote quote, TpmSignature signature, Map<Integer, byte[]> pcrs) {

  /** The only bank selected; a quote over two banks says nothing that one over each does not. */
  HashAlgorithm bank() {
    return quote.selections().getFirst().bank();
  }

  /** Whether exactly one bank is selected, with at least one register. */
  boolean oneBank() {
    return quote.selections().size() == 1 && !quote.selections().getFirst().pcrs().isEmpty();
  }

  /** Whether the values are those that were quoted: all there, in the bank's size, same digest. */
  boolean pcrsQuoted() {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int index : quote.selections().getFirst().pcrs()) {
      byte[] value = pcrs.get(index);
      if (value == null || value.length != bank().bytes()) {
        return false;
      }
      joined.writeBytes(value);
    }
    byte[] digest = signature.hash().digest(joined.toByteArray());
    return Arrays.equals(digest, quote.pcrDigest());
  }

  /** Whether every value that was handed in is covered by the quote. */
  boolean nothingBeside() {
    return quote.selections().getFirst().pcrs().containsAll(pcrs.keySet());
  }
}
