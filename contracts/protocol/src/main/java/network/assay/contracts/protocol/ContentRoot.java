package network.assay.contracts.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The root of a byte string: {@code H(0x02 ‖ u64 length ‖ merkleRoot(16 KiB chunks))}. */
public final class ContentRoot {
  public static final int CHUNK_BYTES = 16 * 1024;

  private ContentRoot() {}

  public static Bytes32 of(byte[] content) {
    List<Bytes32> leaves = new ArrayList<>();
    for (int at = 0; at == 0 || at < content.length; at += CHUNK_BYTES) {
      leaves.add(
          Merkle.leaf(Arrays.copyOfRange(content, at, Math.min(content.length, at + CHUNK_BYTES))));
    }
    return Keccak.hash(
        new byte[] {2}, Bytes.start().u64(content.length).toArray(), Merkle.root(leaves).toArray());
  }
}
