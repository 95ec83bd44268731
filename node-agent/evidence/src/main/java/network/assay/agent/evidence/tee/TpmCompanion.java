package network.assay.agent.evidence.tee;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.compose.TpmNonce;

/**
 * A TPM's quote beside the host's own: the attestation key's public area, a quote whose qualifying
 * data follows from the binding, the registers it is of, the event log that explains them, and the
 * key's certificates. Packed as go-tpm-tools' Attestation message (proto/attest.proto), which
 * oracles read.
 */
public final class TpmCompanion implements Companion {
  /** Registers move while a machine runs; a quote and a reading that differ are made again. */
  private static final int TRIES_MAX = 3;

  private static final int CERTIFICATES_MAX = 7;
  private static final int SHA256 = 0x0b;

  private final TpmQuote.Chip chip;
  private final int key;
  private final int pcrs;
  private final List<byte[]> certificates;
  private final Optional<BootLog> log;

  TpmCompanion(
      TpmQuote.Chip chip, int key, int pcrs, List<byte[]> certificates, Optional<BootLog> log) {
    if (pcrs == 0 || (pcrs >>> 24) != 0) {
      throw new IllegalArgumentException("want PCRs of 0 to 23, at least one, got bits " + pcrs);
    }
    if (certificates.size() > CERTIFICATES_MAX) {
      throw new IllegalArgumentException(
          "want at most "
              + CERTIFICATES_MAX
              + " files of AK certificates, got "
              + certificates.size());
    }
    this.chip = chip;
    this.key = key;
    this.pcrs = pcrs;
    this.certificates = List.copyOf(certificates);
    this.log = log;
  }

  /**
   * This machine's TPM.
   *
   * @param key persistent handle of the attestation key
   * @param pcrs bit i: PCR i, of 24
   * @param certificates of the key and its issuers, PEM or DER; without them a policy must name the
   *     key itself
   * @throws PortException where there is no TPM
   */
  public static TpmCompanion open(
      int key, int pcrs, List<byte[]> certificates, Optional<BootLog> log) throws PortException {
    return new TpmCompanion(TpmQuote.device(), key, pcrs, certificates, log);
  }

  @Override
  public List<Evidence> beside(Bytes32 binding) throws PortException {
    byte[] area = TpmCommands.publicArea(ask(TpmCommands.readPublic(key)));
    byte[] nonce = TpmNonce.of(binding).toArray();
    String last = "";
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      Map<Integer, byte[]> before = registers();
      TpmQuote.Quote quote = new TpmQuote(chip, key).quote(nonce, pcrs);
      if (same(before, registers())) {
        return List.of(new Evidence(Family.TPM, message(area, quote, before), certificates));
      }
      last = "registers that moved";
    }
    throw new PortException(
        "want a quote of registers that stand still within " + TRIES_MAX + " tries, got " + last);
  }

  private byte[] ask(byte[] command) throws PortException {
    try {
      return chip.ask(command);
    } catch (IOException e) {
      throw new PortException("the TPM does not answer: " + e.getMessage(), e);
    }
  }

  private Map<Integer, byte[]> registers() throws PortException {
    Map<Integer, byte[]> found = new TreeMap<>();
    int open = pcrs;
    while (open != 0) {
      open &= ~TpmCommands.pcrs(ask(TpmCommands.readPcrs(open)), open, found);
    }
    return found;
  }

  private static boolean same(Map<Integer, byte[]> before, Map<Integer, byte[]> after) {
    return before.entrySet().stream()
        .allMatch(one -> java.util.Arrays.equals(one.getValue(), after.get(one.getKey())));
  }

  private byte[] message(byte[] area, TpmQuote.Quote quote, Map<Integer, byte[]> registers)
      throws PortException {
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    number(values, 1, SHA256);
    registers.forEach((index, value) -> {
      ByteArrayOutputStream entry = new ByteArrayOutputStream();
      number(entry, 1, index);
      bytes(entry, 2, value);
      bytes(values, 2, entry.toByteArray());
    });
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    bytes(signed, 1, quote.attested());
    bytes(signed, 2, quote.signature());
    bytes(signed, 3, values.toByteArray());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    bytes(all, 1, area);
    bytes(all, 2, signed.toByteArray());
    if (log.isPresent()) {
      bytes(all, 3, log.get().read());
    }
    return all.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int field, int value) {
    out.write(field << 3);
    varint(out, value);
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
    out.write((field << 3) | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
