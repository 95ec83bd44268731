package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import java.util.Optional;
import network.assay.oracle.verify.attest.Hashes;

/**
 * A trust domain's report body: TDX 1.0 ({@value #BYTES_10} bytes) or TDX 1.5 ({@value #BYTES_15}
 * bytes, which begins as 1.0 and adds TEE_TCB_SVN_2 and MRSERVICETD).
 *
 * @param raw the bytes; not to be changed
 */
record TdReport(byte[] raw) {
  static final int BYTES_10 = 584;
  static final int BYTES_15 = 648;

  byte[] teeTcbSvn() {
    return part(0, 16);
  }

  byte[] mrSignerSeam() {
    return part(64, 48);
  }

  byte[] seamAttributes() {
    return part(112, 8);
  }

  /** Any bit of TUD (bits 7:0, of which bit 0 is DEBUG): a domain under debug is not protected. */
  boolean debug() {
    return raw[120] != 0;
  }

  byte[] reportData() {
    return part(520, 64);
  }

  /** TEE_TCB_SVN_2: what the TD would have after a relaunch; TDX 1.5 only. */
  Optional<byte[]> teeTcbSvn2() {
    return raw.length == BYTES_15 ? Optional.of(part(584, 16)) : Optional.empty();
  }

  Optional<String> mrServiceTd() {
    return raw.length == BYTES_15 ? Optional.of(hex(600, 48)) : Optional.empty();
  }

  String hex(int from, int length) {
    return Hashes.hex(part(from, length));
  }

  private byte[] part(int from, int length) {
    return Arrays.copyOfRange(raw, from, from + length);
  }
}
