package network.assay.agent.execute.container;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;

/**
 * The content root of a stream that is too long for memory: 32 bytes are kept per 16 KiB. Agrees
 * with {@link ContentRoot#of}.
 */
public final class ContentHasher extends OutputStream {
  private final byte[] chunk = new byte[ContentRoot.CHUNK_BYTES];
  private final List<Bytes32> leaves = new ArrayList<>();
  private int filled;
  private long length;

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    int at = offset;
    int left = count;
    while (left > 0) {
      int taken = Math.min(left, chunk.length - filled);
      System.arraycopy(bytes, at, chunk, filled, taken);
      filled += taken;
      at += taken;
      left -= taken;
      if (filled == chunk.length) {
        endChunk();
      }
    }
    length += count;
  }

  private void endChunk() {
    leaves.add(Merkle.leaf(Arrays.copyOf(chunk, filled)));
    filled = 0;
  }

  public long length() {
    return length;
  }

  /** The root of everything written; nothing may be written after. */
  public Bytes32 root() {
    if (filled > 0 || leaves.isEmpty()) {
      endChunk();
    }
    return Keccak.hash(
        new byte[] {2}, Bytes.start().u64(length).toArray(), Merkle.root(leaves).toArray());
  }

  static Bytes32 ofNothing() {
    return ContentRoot.of(new byte[0]);
  }
}
