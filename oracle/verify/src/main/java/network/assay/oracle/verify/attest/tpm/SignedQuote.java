package network.assay.oracle.verify.attest.tpm;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;

/**
 * A quote with its signature and the register values that it is said to be of.
 *
 * @param values bank → index → value
 */
record SignedQuote(
    TpmQuote quote, TpmSignature signature, Map<HashAlgorithm, Map<Integer, byte[]>> values) {

  /** With values of one bank: the first that is selected and has digests of their length. */
  static SignedQuote ofOneBank(TpmQuote quote, TpmSignature signature, Map<Integer, byte[]> pcrs) {
    Map<HashAlgorithm, Map<Integer, byte[]>> values = new EnumMap<>(HashAlgorithm.class);
    int length = pcrs.values().stream().findFirst().map(value -> value.length).orElse(0);
    quote.selections().stream()
        .filter(selection -> selection.bank().bytes() == length || quote.selections().size() == 1)
        .findFirst()
        .ifPresent(selection -> values.put(selection.bank(), pcrs));
    return new SignedQuote(quote, signature, values);
  }

  /** Banks of which at least one register is selected, in the quote's order. */
  List<HashAlgorithm> banks() {
    return quote.selections().stream()
        .filter(selection -> !selection.pcrs().isEmpty())
        .map(TpmQuote.Selection::bank)
        .toList();
  }

  /** Whether something is selected, and no bank twice. */
  boolean sound() {
    Set<HashAlgorithm> seen = EnumSet.noneOf(HashAlgorithm.class);
    for (TpmQuote.Selection selection : quote.selections()) {
      if (!seen.add(selection.bank())) {
        return false;
      }
    }
    return !banks().isEmpty();
  }

  /** The values of a bank: index → value. */
  Map<Integer, byte[]> pcrs(HashAlgorithm bank) {
    return values.getOrDefault(bank, Map.of());
  }

  /** Whether the values are those that were quoted: all there, in the bank's size, same digest. */
  boolean pcrsQuoted() {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (TpmQuote.Selection selection : quote.selections()) {
      for (int index : selection.pcrs()) {
        byte[] value = pcrs(selection.bank()).get(index);
        if (value == null || value.length != selection.bank().bytes()) {
          return false;
        }
        joined.writeBytes(value);
      }
    }
    byte[] digest = signature.hash().digest(joined.toByteArray());
    return Arrays.equals(digest, quote.pcrDigest());
  }

  /** Whether every value that was handed in is covered by the quote. */
  boolean nothingBeside() {
    for (Map.Entry<HashAlgorithm, Map<Integer, byte[]>> bank : values.entrySet()) {
      boolean covered =
          quote.selections().stream()
              .filter(selection -> selection.bank() == bank.getKey())
              .anyMatch(selection -> selection.pcrs().containsAll(bank.getValue().keySet()));
      if (!covered) {
        return false;
      }
    }
    return true;
  }
}
