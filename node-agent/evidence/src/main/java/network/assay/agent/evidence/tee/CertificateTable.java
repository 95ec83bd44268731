package network.assay.agent.evidence.tee;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import network.assay.agent.execute.PortException;

/**
 * What the host hands along with an SNP report (AMD publication 56421, GHCB, extended guest
 * request): entries of {@code GUID 16 ‖ u32 offset ‖ u32 length}, little-endian, ended by a GUID of
 * zeros, then the certificates. The host is hostile: everything is bounded before it is used.
 */
final class CertificateTable {
  private static final int ENTRY = 24;
  private static final int ENTRIES_MAX = 16;
  private static final int CERTIFICATE_BYTES_MAX = 16 * 1024;

  /** VCEK, VLEK, ASK and ARK. Hosts write GUIDs in either order of bytes. */
  private static final Set<String> WANTED =
      Set.of(
          "8d75da6364e66445adc5f4b93be8accd",
          "63da758de6644564adc5f4b93be8accd",
          "c24b07a85aa23e48aae639c045a0b8a1",
          "a8074bc2a25a483eaae639c045a0b8a1",
          "79b3b74aacbbe44fa02f05aef327c782",
          "4ab7b379bbac4fe4a02f05aef327c782",
          "a406b4c003a8524997433fb6014cd0ae",
          "c0b406a4a803495297433fb6014cd0ae");

  private CertificateTable() {}

  /** The certificates in the table's order; none where there is no table. */
  static List<byte[]> read(byte[] table) throws PortException {
    List<byte[]> found = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ENTRIES_MAX && in.remaining() >= ENTRY; i++) {
      byte[] guid = new byte[16];
      in.get(guid);
      long offset = Integer.toUnsignedLong(in.getInt());
      long length = Integer.toUnsignedLong(in.getInt());
      if (Arrays.equals(guid, new byte[16])) {
        return found;
      }
      if (length > CERTIFICATE_BYTES_MAX || offset + length > table.length) {
        throw new PortException(
            "want certificates inside the host's table of "
                + table.length
                + " bytes, got one of "
                + length
                + " at "
                + offset);
      }
      if (length > 0 && WANTED.contains(HexFormat.of().formatHex(guid))) {
        found.add(Arrays.copyOfRange(table, (int) offset, (int) (offset + length)));
      }
    }
    if (table.length > 0) {
      throw new PortException("want a table of certificates that ends, got one that does not");
    }
    return found;
  }
}
