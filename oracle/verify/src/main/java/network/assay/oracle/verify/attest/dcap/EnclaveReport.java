package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import network.assay.oracle.verify.attest.Hashes;

/**
 * An SGX enclave's report body, {@value #BYTES} bytes: of the attested enclave or of the quoting
 * enclave.
 *
 * @param raw the bytes; not to be changed
 */
record EnclaveReport(byte[] raw) {
  static final int BYTES = 384;

  /** ATTRIBUTES.FLAGS, bit 1. */
  private static final int DEBUG = 0x02;

  byte[] cpuSvn() {
    return part(0, 16);
  }

  long miscSelect() {
    return LittleEndian.u32(raw, 16);
  }

  byte[] attributes() {
    return part(48, 16);
  }

  byte[] mrEnclave() {
    return part(64, 32);
  }

  byte[] mrSigner() {
    return part(128, 32);
  }

  int isvProdId() {
    return LittleEndian.u16(raw, 256);
  }

  int isvSvn() {
    return LittleEndian.u16(raw, 258);
  }

  byte[] reportData() {
    return part(320, 64);
  }

  boolean debug() {
    return (raw[48] & DEBUG) != 0;
  }

  String hex(int from, int length) {
    return Hashes.hex(part(from, length));
  }

  private byte[] part(int from, int length) {
    return Arrays.copyOfRange(raw, from, from + length);
  }
}
